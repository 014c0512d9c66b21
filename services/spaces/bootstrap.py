"""Puts spaces together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pymongo.database import Database

from services.chassis import mongo
from services.chassis.bus import Platform
from services.chassis.clock import SystemClock
from services.chassis.mongo import Document
from services.chassis.retention import Sweeper
from services.chassis.vault.keys import MasterKeys, OwnedKeys
from services.chassis.vault.objects import Objects
from services.spaces.adapters.consents import MongoConsents
from services.spaces.adapters.keys import VaultSpaceKeys
from services.spaces.adapters.limits import MongoLimits
from services.spaces.adapters.mongo import MongoSpaces
from services.spaces.adapters.objects import VaultObjects
from services.spaces.adapters.procedures import MongoProcedures
from services.spaces.adapters.professional import MongoProfessionalSpaces
from services.spaces.adapters.retention import RULES
from services.spaces.adapters.rounds import MongoRounds
from services.spaces.adapters.shelves import MongoEndings, MongoShelves
from services.spaces.adapters.sources import connected
from services.spaces.consents import Consents
from services.spaces.contents import Contents
from services.spaces.documents.bootstrap import Vault
from services.spaces.documents.ports import SpaceKeys
from services.spaces.documents.reaper import Reaper
from services.spaces.documents.upkeep import Upkeep
from services.spaces.documents.usecases import Documents
from services.spaces.doors import Doors
from services.spaces.export import SpacesExport
from services.spaces.leaving import Leaving
from services.spaces.limits import SpaceLimits
from services.spaces.membership import Membership
from services.spaces.procedures import Procedures
from services.spaces.professional import MySpaces
from services.spaces.settings import SpacesSettings, rules_of
from services.spaces.sources import Sources
from services.spaces.tending import Tending
from services.spaces.usecases import PrivateSpaces


@dataclass(frozen=True, slots=True)
class Spaces:
    """All that the service does."""

    private: PrivateSpaces
    mine: MySpaces
    membership: Membership
    limits: SpaceLimits
    tending: Tending
    consents: Consents
    procedures: Procedures
    sources: Sources
    documents: Documents
    reaper: Reaper
    upkeep: Upkeep
    leaving: Leaving
    export: SpacesExport
    sweeper: Sweeper


def build(platform: Platform[SpacesSettings]) -> Spaces:
    """The use cases over the real store."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    platform.health.add("store", lambda: mongo.answers(database))
    private, clock = _private(platform, database), platform.clock
    spaces, limits = _spaces(platform, database), _limits(platform, database)
    vault = _vault(platform, database)
    procedures = _procedures(database, vault.keys)
    consents = _consents(database)
    contents = Contents((vault.ending(clock).erase, procedures.erase, consents.erase))
    doors, tending = Doors(spaces, private), Tending(clock, spaces, private, contents)
    own, counted = PrivateSpaces(clock, private, doors, tending), SpaceLimits(clock, limits, spaces)
    drafts = Procedures(clock, procedures, doors)
    return Spaces(
        private=own,
        mine=MySpaces(clock, own, spaces, counted, doors, tending),
        membership=Membership(clock, spaces, doors),
        limits=counted,
        tending=tending,
        consents=Consents(clock, consents, private),
        procedures=drafts,
        sources=Sources(clock, doors, connected(settings)),
        documents=vault.documents(clock, doors),
        reaper=vault.reaper(clock),
        upkeep=vault.upkeep(clock, doors.is_there, contents),
        leaving=Leaving(clock, private, spaces, limits, consents, drafts, tending),
        export=SpacesExport(database, vault.keys),
        sweeper=Sweeper(database, RULES, clock, SystemClock()),
    )


def _private(platform: Platform[SpacesSettings], database: Database[Document]) -> MongoSpaces:
    private = MongoSpaces(database, platform.outbox(database["private_spaces"]))
    private.prepare()
    return private


def _spaces(platform: Platform[SpacesSettings], database: Database[Document]) -> MongoProfessionalSpaces:
    spaces = MongoProfessionalSpaces(database, platform.outbox(database["spaces"]))
    spaces.prepare()
    return spaces


def _limits(platform: Platform[SpacesSettings], database: Database[Document]) -> MongoLimits:
    limits = MongoLimits(database, platform.outbox(database["space_limits"]))
    limits.prepare()
    return limits


def _consents(database: Database[Document]) -> MongoConsents:
    consents = MongoConsents(database)
    consents.prepare()
    return consents


def _procedures(database: Database[Document], keys: SpaceKeys) -> MongoProcedures:
    procedures = MongoProcedures(database, keys)
    procedures.prepare()
    return procedures


def _vault(platform: Platform[SpacesSettings], database: Database[Document]) -> Vault:
    settings, rules = platform.settings, rules_of(platform.settings)
    keys = mongo.connect(settings.keys_mongo_uri.reveal(), settings.keys_mongo_database)
    owned = OwnedKeys(keys, MasterKeys(settings.master_key), "space")
    objects, shelves, endings = Objects(settings), MongoShelves(database, rules), MongoEndings(database)
    for store in (owned, shelves, endings):
        store.prepare()
    platform.health.add("keys", lambda: mongo.answers(keys))
    platform.health.add("objects", objects.answers)
    return Vault(
        keys=VaultSpaceKeys(owned, platform.clock),
        objects=VaultObjects(objects),
        shelves=shelves,
        endings=endings,
        rounds=MongoRounds(database),
        rules=rules,
        pause=timedelta(hours=settings.compare_hours),
    )
