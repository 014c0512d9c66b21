"""The stores of each service as it makes them itself, without the service."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.booking.adapters.attendances import MongoAttendances
from services.booking.adapters.catalogue import MongoCatalogue
from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.owners import MongoJoins
from services.booking.adapters.tickets import MongoTickets
from services.booking.adapters.wishes import MongoWishes
from services.identity.adapters import mongo, mongo_machines, mongo_persons
from services.media.control.adapters.mongo import MongoRooms
from services.media.control.domain.rules import Rules as RoomRules
from services.notify.adapters.allowances import MongoAllowances
from services.notify.adapters.mongo import MongoDeliveries
from services.notify.adapters.schedules import MongoSchedules
from services.spaces.adapters.consents import MongoConsents
from services.spaces.adapters.limits import MongoLimits
from services.spaces.adapters.mongo import MongoSpaces
from services.spaces.adapters.procedures import MongoProcedures
from services.spaces.adapters.professional import MongoProfessionalSpaces
from services.spaces.adapters.shelves import MongoEndings, MongoShelves

Store = Database[dict[str, Any]]
UNUSED: Any = None
"""Outboxes, keys, rules: nothing is told, sealed or decided here."""


def booking(store: Store) -> None:
    made = (MongoClaims(store, UNUSED), MongoAttendances(store, UNUSED), MongoTickets(store))
    for adapter in (*made, MongoWishes(store, UNUSED), MongoJoins(store), MongoCatalogue(store)):
        adapter.prepare()


def identity(store: Store) -> None:
    for module in (mongo, mongo_machines, mongo_persons):
        module.prepare(store)


def notify(store: Store) -> None:
    for adapter in (MongoDeliveries(store, UNUSED), MongoSchedules(store), MongoAllowances(store)):
        adapter.prepare()


def spaces(store: Store) -> None:
    told = (kind(store, UNUSED) for kind in (MongoSpaces, MongoProfessionalSpaces, MongoLimits))
    kept = (MongoProcedures(store, UNUSED), MongoShelves(store, UNUSED))
    for adapter in (*told, *kept, MongoConsents(store), MongoEndings(store)):
        adapter.prepare()


def media(store: Store) -> None:
    MongoRooms(store, UNUSED, RoomRules()).prepare()


PREPARED: dict[str, Callable[[Store], None]] = {
    one.__name__: one for one in (booking, identity, notify, spaces, media)
}


@pytest.fixture
def store(operator: MongoClient[dict[str, Any]], service: str) -> Store:
    """Empty, with the service's indexes; a test says whose it is by its parameter `service`."""
    database = operator[f"retention_{service}"]
    for name in database.list_collection_names():
        database[name].delete_many({})
    PREPARED[service](database)
    return database
