"""What all tests share: real stores, the whole platform, a browser; each started once, on demand."""

from collections.abc import Iterator

import pytest

from deploy.dev.platform import Platform
from deploy.dev.processes import STORES


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The broker, Redis, the database, the object store and the mail sink, on a data folder of their own.

    `stores.env("booking")` are the variables of one process with its own rights; `stores.urls` are an
    operator's addresses, to look inside.
    """
    with Platform(tmp_path_factory.mktemp("stores"), only=STORES, environment="test") as started:
        yield started


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Everything that `make up` starts, with the time machine, on a data folder of its own."""
    with Platform(tmp_path_factory.mktemp("platform")) as started:
        yield started
