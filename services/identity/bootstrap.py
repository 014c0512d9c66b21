"""Puts identity together."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from pathlib import Path
from typing import Any

from pymongo.database import Database

from services.chassis import mongo
from services.chassis.bus import Platform
from services.chassis.clock import SystemClock
from services.chassis.mongo import Document
from services.chassis.retention import Sweeper
from services.identity.account_export import AccountExport
from services.identity.adapters import mongo_machines, mongo_persons, oidc_config, saml_config
from services.identity.adapters.last_acts import BusLastActs
from services.identity.adapters.mongo import (
    MongoLogins,
    MongoProofs,
    MongoSpent,
    MongoStaff,
    prepare,
)
from services.identity.adapters.notify import NotifyCodeMail
from services.identity.adapters.retention import RULES
from services.identity.credentials import Credentials
from services.identity.credentials.codes import Codes
from services.identity.machines.clients import MachineClients
from services.identity.machines.proofs import ClientProofs
from services.identity.machines.tokens import MachineTokens
from services.identity.ports import Persons, Provider, Spent
from services.identity.providers import KeyFolder, Kind, Parts, read
from services.identity.settings import IdentitySettings
from services.identity.usecases import Identity

KINDS: dict[str, Kind[Any]] = {"oidc": oidc_config.KIND, **saml_config.KINDS}
"""The protocols that a provider in the file may speak."""


def build(platform: Platform[IdentitySettings]) -> Identity:
    """The use cases over the real stores and the providers of the file.  Errors: SettingsError."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    providers = _providers(settings, MongoSpent(database))
    prepare(database)
    mongo_machines.prepare(database)
    mongo_persons.prepare(database)
    platform.health.add("store", lambda: mongo.answers(database))
    persons = mongo_persons.MongoPersons(database, platform.outbox(database["persons"]))
    return Identity(
        clock=platform.clock,
        providers=providers,
        logins=MongoLogins(database),
        persons=persons,
        credentials=_credentials(platform, persons, database),
        staff=MongoStaff(database),
        machines=MachineClients(platform.clock, mongo_machines.MongoMachines(database)),
        tokens=_tokens(platform, database),
        account_export=AccountExport(database),
        sweeper=Sweeper(database, RULES, platform.clock, SystemClock()),
    )


def _credentials(
    platform: Platform[IdentitySettings], persons: Persons, database: Database[Document]
) -> Credentials:
    # A key of its own for this purpose, so that it says nothing about the one that it comes from.
    key = hmac.digest(platform.settings.master_key.reveal_bytes(), b"registration code v1", hashlib.sha256)
    mail = NotifyCodeMail(platform.caller)
    last_acts, grace = BusLastActs(platform.caller), timedelta(days=platform.settings.leaving_grace_days)
    proofs = MongoProofs(database)
    return Credentials.over(platform.clock, persons, proofs, Codes(key), mail, last_acts, grace)


def _tokens(platform: Platform[IdentitySettings], database: Database[Document]) -> MachineTokens:
    machines, clock = mongo_machines.MongoMachines(database), platform.clock
    issuer = platform.settings.public_url.rstrip("/")
    proofs = ClientProofs(clock, SystemClock(), issuer, machines, MongoSpent(database))
    return MachineTokens(clock, machines, mongo_machines.MongoTokens(database), proofs)


def _providers(settings: IdentitySettings, spent: Spent) -> tuple[Provider, ...]:
    """Errors: SettingsError."""
    if not settings.providers_file:
        return ()
    keys = KeyFolder(Path(settings.keys_folder))
    parts = Parts(settings.environment, settings.public_url, keys, SystemClock(), spent)
    return read(Path(settings.providers_file), KINDS, parts)
