"""One slot, one agent, sixty-four people who click at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest

from tests.e2e.plain_browser import PlainBrowser, hold, to_times
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

PEOPLE = 64


@pytest.fixture
def people(stage: World) -> Iterator[list[PlainBrowser]]:
    """Everybody has walked as far as the list of times."""
    with ExitStack() as opened:
        browsers = [opened.enter_context(PlainBrowser(stage.origin)) for _ in range(PEOPLE)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(to_times, browsers))
        yield browsers


def test_one_of_sixty_four_gets_the_slot_and_the_others_are_offered_another(
    people: list[PlainBrowser],
) -> None:
    wanted = next(t for t in people[0].offered_times() if all(t in other.offered_times() for other in people))
    together = Barrier(PEOPLE)

    def click(browser: PlainBrowser) -> PlainBrowser:
        together.wait()
        return hold(browser, wanted)

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(click, people))

    winners = [browser for browser in people if browser.path == "/book/person"]
    others = [browser for browser in people if browser not in winners]
    assert len(winners) == 1
    for browser in others:
        assert (browser.page.status_code, browser.path) == (409, "/book/time")
        assert "Somebody else has just taken this time" in browser.text
        assert browser.offered_times()
        assert wanted not in browser.offered_times()
