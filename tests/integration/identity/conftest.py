"""Identity as a process, with its demo data; and its store alone."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.environment import seed_variables
from deploy.dev.platform import Platform
from deploy.dev.processes import PROCESSES
from services.identity.adapters import mongo, mongo_persons
from services.identity.adapters.mongo_persons import MongoPersons
from tests.integration.identity.stored_persons import StoredWorld, emptied
from tests.service_process import ROOT, ServiceProcess


@pytest.fixture(scope="module")
def identity(
    stores: Platform, seed_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServiceProcess]:
    environment = stores.env("identity")
    log = tmp_path_factory.mktemp("identity") / "log"
    with ServiceProcess("services.identity", environment, log) as running:
        for _ in range(2):  # demo data may be filled in again
            seed = [sys.executable, "-m", "services.identity.seed"]
            subprocess.run(seed, cwd=ROOT, env=seed_environment, check=True, timeout=240)
        yield running


@pytest.fixture(scope="module")
def seed_environment(stores: Platform) -> dict[str, str]:
    process = next(process for process in PROCESSES if process.name == "identity")
    return seed_variables(stores.site, process, stores.environment)


@pytest.fixture(scope="module")
def prepared(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient(stores.urls["mongo"], retryWrites=False, tz_aware=True) as client:
        mongo.prepare(client["identity_alone"])
        mongo_persons.prepare(client["identity_alone"])
        yield client["identity_alone"]


@pytest.fixture
def database(prepared: Database[dict[str, Any]]) -> Database[dict[str, Any]]:
    emptied(prepared)
    return prepared


@pytest.fixture
def persons(database: Database[dict[str, Any]]) -> MongoPersons:
    return MongoPersons(database, None)


@pytest.fixture
def world(persons: MongoPersons) -> StoredWorld:
    return StoredWorld(persons)
