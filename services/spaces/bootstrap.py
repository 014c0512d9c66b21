"""Puts spaces together."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from services.chassis import mongo
from services.chassis.bus import Platform
from services.chassis.mongo import Document
from services.spaces.adapters.limits import MongoLimits
from services.spaces.adapters.mongo import MongoSpaces
from services.spaces.adapters.procedures import MongoProcedures
from services.spaces.adapters.professional import MongoProfessionalSpaces
from services.spaces.adapters.sources import connected
from services.spaces.doors import Doors
from services.spaces.limits import SpaceLimits
from services.spaces.membership import Membership
from services.spaces.procedures import Procedures
from services.spaces.professional import MySpaces
from services.spaces.settings import SpacesSettings
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
    procedures: Procedures
    sources: Sources


def build(platform: Platform[SpacesSettings]) -> Spaces:
    """The use cases over the real store."""
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    platform.health.add("store", lambda: mongo.answers(database))
    private, clock = _private(platform, database), platform.clock
    spaces, limits = _spaces(platform, database), _limits(platform, database)
    doors, tending = Doors(spaces, private), Tending(clock, spaces, private)
    own, counted = PrivateSpaces(clock, private, doors, tending), SpaceLimits(clock, limits, spaces)
    return Spaces(
        private=own,
        mine=MySpaces(clock, own, spaces, counted, doors, tending),
        membership=Membership(clock, spaces, doors),
        limits=counted,
        tending=tending,
        procedures=Procedures(clock, _procedures(database), doors),
        sources=Sources(clock, doors, connected(settings)),
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


def _procedures(database: Database[Document]) -> MongoProcedures:
    procedures = MongoProcedures(database)
    procedures.prepare()
    return procedures
