"""What all tests share: real stores, the whole platform, a browser; each started once, on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from deploy.dev.platform import Platform
from deploy.dev.processes import STORES

if TYPE_CHECKING:  # it takes longer to import than most test files to run
    from playwright.sync_api import Browser, BrowserContext


# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


_E2E = Path(__file__).parent / "e2e"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The whole path comes last, whatever was asked for first: its browsers keep an event loop."""
    items.sort(key=lambda item: item.path.is_relative_to(_E2E))


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The broker, Redis, the database, the object store, the mail sink and the sandbox, on one data folder.

    `stores.env("booking")` are the variables of one process with its own rights; `stores.urls` are an
    operator's addresses, to look inside.
    """
    with Platform(
        tmp_path_factory.mktemp("stores"), only=(*STORES, "sandbox"), environment="test"
    ) as started:
        yield started


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Everything that `make up` starts, with the time machine, on a data folder of its own."""
    with Platform(tmp_path_factory.mktemp("platform")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium with a false camera and microphone, one for each file of tests.

    Playwright keeps an event loop in this thread while it is open: not for the whole session, so that tests
    elsewhere can run loops of their own.
    """
    from tests.browser import chromium

    with chromium() as opened:
        yield opened


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser context for one person; all of them are closed when the test ends."""
    from tests.browser import contexts

    with contexts(browser) as opened:
        yield opened
