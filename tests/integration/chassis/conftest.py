"""A sample service in processes of its own, and an operator's view of the broker and the database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import amqp
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import connect
from tests.service_process import Replicas, ServiceProcess, eventually

SAMPLE = "tests.integration.chassis.sample_service"


@pytest.fixture
def database(operator: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    return operator["booking"]


Start = Callable[..., ServiceProcess]


class Samples(Replicas):
    """Replicas of the sample service; keeps one running for all tests that need no more than that."""

    def __init__(self, stores: Platform, folder: Path) -> None:
        super().__init__(folder)
        self._stores = stores
        self._shared: ServiceProcess | None = None

    def shared(self) -> ServiceProcess:
        if self._shared is None or self._shared.process.poll() is not None:
            self._shared = self.sample()
        eventually(self._shared.is_ready)
        return self._shared

    def sample(self, *, wait: bool = True, **variables: str) -> ServiceProcess:
        """Start one and wait until it is ready; keyword arguments are environment variables."""
        environment = {**self._stores.env("booking"), "BUS_RETRY_DELAYS": "0.2,0.4", **variables}
        return self.start(SAMPLE, environment, wait=wait)


@pytest.fixture(scope="module")
def samples(stores: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samples]:
    """It calls itself booking: when a file of tests ends, so do its replicas."""
    samples = Samples(stores, tmp_path_factory.mktemp("samples"))
    yield samples
    samples.close()


@pytest.fixture
def start(samples: Samples) -> Iterator[Start]:
    """Start replicas of its own: nobody else answers meanwhile."""
    samples.close()
    yield samples.sample
    samples.close()


@pytest.fixture
def service(samples: Samples) -> ServiceProcess:
    """The one replica that tests share."""
    return samples.shared()


@pytest.fixture
def channel(stores: Platform) -> Iterator[amqp.Channel]:
    """An operator's channel: may do anything."""
    connection = connect(stores.urls["amqp"])
    yield connection.channel()
    connection.close()
