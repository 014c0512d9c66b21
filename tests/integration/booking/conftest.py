"""Booking over the real stores: as a library, and as processes that may be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
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
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import load

ROOT = Path(__file__).parents[3]


def eventually(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What `condition` gives as soon as it is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


class Replica:
    """One process of the service, or of a variant of it."""

    def __init__(self, environment: dict[str, str], module: str, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=ROOT,
                env={**os.environ, **environment, "METRICS_PORT": str(self._port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self._log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health/ready", timeout=2):
                return True
        except OSError:
            return False

    def end(self, number: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(30)


Start = Callable[..., Replica]


@pytest.fixture(scope="session")
def operator(stores: Platform) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient(stores.urls["mongo"], tz_aware=True) as client:
        yield client


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
    running: list[Replica] = []

    def start_one(module: str = "services.booking", **variables: str) -> Replica:
        log = tmp_path / f"{len(running)}.log"
        replica = Replica({**stores.env("booking"), **variables}, module, log)
        running.append(replica)
        eventually(replica.is_ready, 30)
        return replica

    yield start_one
    for replica in running:
        replica.end(signal.SIGKILL)


@pytest.fixture
def client(stores: Platform) -> Iterator[RpcClient]:
    client = RpcClient(stores.env("gateway-pages")["AMQP_URL"], "gateway-pages")
    yield client
    client.close()


@pytest.fixture
def media(stores: Platform) -> Iterator[EventPublisher]:
    publisher = EventPublisher(stores.env("media-control")["AMQP_URL"], "media")
    yield publisher
    publisher.close()
