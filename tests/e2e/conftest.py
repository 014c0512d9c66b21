"""What the tests of the whole path share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from deploy.dev.platform import Platform
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.providers import Stage, other_providers
from tests.e2e.world import World, world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

    from tests.e2e.main_path import MainPath


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One driver for all files here: they are run last, and none of them has an event loop of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all files here."""
    from tests.browser import opened_chromium

    with opened_chromium(playwright) as opened:
        yield opened


@pytest.fixture(scope="session")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """One Firefox for all files here."""
    from tests.browser import opened_firefox

    with opened_firefox(playwright) as opened:
        yield opened


@pytest.fixture
def in_firefox(firefox: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """As `new_context`, in Firefox."""
    from tests.browser import contexts

    with contexts(firefox) as opened:
        yield opened


@pytest.fixture
def stage(platform: Platform) -> Iterator[World]:
    """The platform with its clock at real time, before and after."""
    found = world(platform)
    found.machine.reset()
    yield found
    found.machine.reset()
    found.close()


@pytest.fixture
def call(stage: World, new_context: Callable[..., BrowserContext]) -> MainPath:
    """Two people who see each other."""
    from tests.e2e import journey
    from tests.e2e.main_path import MainPath

    citizen, agent = (journey.open_page(new_context(locale="en-GB")) for _ in range(2))
    return MainPath(stage, citizen, agent).into_the_call()


@pytest.fixture(scope="session")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A platform at whose doors other providers stand than the sandbox's."""
    with other_providers(tmp_path_factory.mktemp("abroad")) as started:
        yield started


@pytest.fixture
def plain(stage: World) -> Iterator[PlainBrowser]:
    """A citizen's browser without scripts."""
    with PlainBrowser(stage.origin) as browser:
        yield browser
