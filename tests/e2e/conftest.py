"""What the tests of the whole path share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.dev.platform import Platform
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World, world


@pytest.fixture
def stage(platform: Platform) -> Iterator[World]:
    """The platform with its clock at real time, before and after."""
    found = world(platform)
    found.machine.reset()
    yield found
    found.machine.reset()
    found.close()


@pytest.fixture
def plain(stage: World) -> Iterator[PlainBrowser]:
    """A citizen's browser without scripts."""
    with PlainBrowser(stage.origin) as browser:
        yield browser
