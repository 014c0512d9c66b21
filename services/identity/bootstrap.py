"""Puts identity together."""

from __future__ import annotations

from services.chassis import mongo
from services.chassis.bus import Platform
from services.identity.adapters.mongo import (
    MongoClients,
    MongoLogins,
    MongoPersons,
    MongoStaff,
    MongoTokens,
    prepare,
)
from services.identity.ports import Gallery, Provider
from services.identity.settings import IdentitySettings
from services.identity.usecases import Identity


def build(platform: Platform[IdentitySettings]) -> Identity:
    """The use cases over the real stores and the providers that are switched on."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    prepare(database)
    platform.health.add("store", lambda: mongo.answers(database))
    providers, gallery = _providers(settings)
    return Identity(
        clock=platform.clock,
        providers=providers,
        gallery=gallery,
        logins=MongoLogins(database),
        persons=MongoPersons(database, platform.outbox(database["persons"])),
        staff=MongoStaff(database),
        clients=MongoClients(database),
        tokens=MongoTokens(database),
    )


def _providers(settings: IdentitySettings) -> tuple[tuple[Provider, ...], Gallery | None]:
    if not settings.development_provider:
        return (), None
    # Imported here: images are built without it.
    from services.identity.adapters.development import DevelopmentProvider

    development = DevelopmentProvider()
    return (development,), development
