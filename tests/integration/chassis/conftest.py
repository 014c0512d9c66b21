"""A sample service in processes of its own, and an operator's view of the broker and the database."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import amqp
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import connect
from services.chassis.rpc_client import RpcClient

ROOT = Path(__file__).parents[3]


def eventually(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    """What `condition` gives as soon as it is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


class SampleProcess:
    """One replica of the sample service."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._port = _free_port()
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.chassis.sample_service"],
                cwd=ROOT,
                env={**os.environ, **environment, "METRICS_PORT": str(self._port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def is_ready(self) -> bool:
        return self.failing() == []

    def failing(self) -> list[str]:
        """The readiness checks that fail now; `["process"]` while it does not answer at all."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health/ready", timeout=5):
                return []
        except urllib.error.HTTPError as error:
            with error:
                return list(json.load(error)["failing"])
        except OSError:
            return ["process"]

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=2) as response:
            return response.read().decode()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def terminate(self) -> int:
        """SIGTERM, as Kubernetes does; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)


@pytest.fixture(scope="session")
def database(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient(stores.urls["mongo"]) as client:
        yield client["booking"]


Start = Callable[..., SampleProcess]


class Replicas:
    """Starts replicas; keeps one running for all tests that need no more than that."""

    def __init__(self, stores: Platform, folder: Path) -> None:
        self._stores, self._folder = stores, folder
        self._running: list[SampleProcess] = []
        self._shared: SampleProcess | None = None

    def shared(self) -> SampleProcess:
        if self._shared is None or self._shared.process.poll() is not None:
            self._shared = self.start()
        eventually(self._shared.is_ready)
        return self._shared

    def start(self, *, wait: bool = True, **variables: str) -> SampleProcess:
        """Start one and wait until it is ready; keyword arguments are environment variables."""
        environment = {**self._stores.env("booking"), "BUS_RETRY_DELAYS": "0.2,0.4", **variables}
        replica = SampleProcess(environment, self._folder / f"{len(list(self._folder.iterdir()))}.log")
        self._running.append(replica)
        if wait:
            eventually(replica.is_ready, 30)
        return replica

    def close(self) -> None:
        while self._running:
            self._running.pop().close()


@pytest.fixture(scope="session")
def replicas(stores: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    replicas = Replicas(stores, tmp_path_factory.mktemp("replicas"))
    yield replicas
    replicas.close()


@pytest.fixture
def start(replicas: Replicas) -> Iterator[Start]:
    """Start replicas of its own: nobody else answers meanwhile."""
    replicas.close()
    yield replicas.start
    replicas.close()


@pytest.fixture
def service(replicas: Replicas) -> SampleProcess:
    """The one replica that tests share."""
    return replicas.shared()


@pytest.fixture
def client(stores: Platform) -> Iterator[RpcClient]:
    client = RpcClient(stores.env("gateway-pages")["AMQP_URL"], "gateway-pages")
    yield client
    client.close()


@pytest.fixture
def channel(stores: Platform) -> Iterator[amqp.Channel]:
    """An operator's channel: may do anything."""
    connection = connect(stores.urls["amqp"])
    yield connection.channel()
    connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
