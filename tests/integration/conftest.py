"""What the integration tests share: how the gateway asks, and an operator's view of the database."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient


@pytest.fixture
def client(stores: Platform) -> Iterator[RpcClient]:
    """Requests to services, with the rights of the gateway's pages."""
    client = RpcClient(stores.env("gateway-pages")["AMQP_URL"], "gateway-pages")
    yield client
    client.close()


@pytest.fixture(scope="session")
def operator(stores: Platform) -> Iterator[MongoClient[dict[str, Any]]]:
    """Every service's database."""
    with MongoClient(stores.urls["mongo"], tz_aware=True) as client:
        yield client
