"""Puts spaces together."""

from __future__ import annotations

from services.chassis import mongo
from services.chassis.bus import Platform
from services.spaces.adapters.mongo import MongoSpaces
from services.spaces.settings import SpacesSettings
from services.spaces.usecases import PrivateSpaces


def build(platform: Platform[SpacesSettings]) -> PrivateSpaces:
    """The use cases over the real store."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    platform.health.add("store", lambda: mongo.answers(database))
    box = platform.outbox(database["private_spaces"])
    return PrivateSpaces(clock=platform.clock, spaces=MongoSpaces(database, box, platform.clock))
