"""What the tests of spaces share: two replicas of the service, who asks it, and its database."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from tests.service_process import ServiceProcess


@pytest.fixture(scope="module")
def replicas(stores: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two of them: whatever time does, both do it."""
    folder, environment = tmp_path_factory.mktemp("spaces"), stores.env("spaces")
    with (
        ServiceProcess("services.spaces", environment, folder / "one"),
        ServiceProcess("services.spaces", environment, folder / "two"),
    ):
        yield


@pytest.fixture(scope="module")
def client(stores: Platform) -> Iterator[RpcClient]:
    """For a whole file: some of its fixtures ask too."""
    client = RpcClient(stores.env("gateway-pages")["AMQP_URL"], "gateway-pages")
    yield client
    client.close()


@pytest.fixture
def database(operator: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    return operator["spaces"]


@pytest.fixture
def own_database(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    """A new one, which is removed: for the stores without their service."""
    name = f"spaces_{new_id().replace('-', '_')}"
    with MongoClient[dict[str, Any]](stores.urls["mongo"], tz_aware=True) as client:
        yield client[name]
        client.drop_database(name)
