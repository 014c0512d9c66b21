"""Booking over the real stores: as a library, and as processes that may be killed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.booking.adapters.attendances import MongoAttendances
from services.booking.adapters.mongo import MongoClaims
from services.booking.seed import SeedSettings, seed
from services.chassis.amqp import EventPublisher
from services.chassis.outbox import Outbox
from services.chassis.settings import load
from tests.service_process import Replicas, ServiceProcess

Start = Callable[..., ServiceProcess]


@pytest.fixture
def own_database(operator: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    """A database for one test, as the service would connect to it."""
    database = operator["booking_suite"]
    for name in database.list_collection_names():
        database[name].delete_many({})
    return database


@pytest.fixture
def claims(stores: Platform, own_database: Database[dict[str, Any]]) -> MongoClaims:
    """The relay is not started: what has to be told stays in the documents."""
    publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
    claims = MongoClaims(own_database, Outbox(own_database["claims"], publisher))
    claims.prepare()
    return claims


@pytest.fixture
def attendances(stores: Platform, own_database: Database[dict[str, Any]]) -> MongoAttendances:
    publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
    return MongoAttendances(own_database, Outbox(own_database["attendances"], publisher))


@pytest.fixture
def bookings(stores: Platform, operator: MongoClient[dict[str, Any]]) -> Iterator[Database[dict[str, Any]]]:
    """The service's own database with the demonstration in it and no claims."""
    database = operator["booking"]
    for name in database.list_collection_names():
        database[name].delete_many({})
    seed(load(SeedSettings, stores.env("booking")))
    yield database
    database["claims"].delete_many({})


@pytest.fixture
def start(stores: Platform, tmp_path: Path) -> Iterator[Start]:
    """Start a replica, or one of a variant; keyword arguments are environment variables."""
    replicas = Replicas(tmp_path)

    def start_one(module: str = "services.booking", **variables: str) -> ServiceProcess:
        return replicas.start(module, stores.env("booking") | variables)

    yield start_one
    replicas.close()


@pytest.fixture
def media(stores: Platform) -> Iterator[EventPublisher]:
    publisher = EventPublisher(stores.env("media-control")["AMQP_URL"], "media")
    yield publisher
    publisher.close()
