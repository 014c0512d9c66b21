"""The main job, end to end, on real parts: two people, two browsers, our own SFU."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.journey import open_page
from tests.e2e.main_path import MainPath
from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def path(stage: World, new_context: Callable[..., BrowserContext]) -> MainPath:
    def person() -> BrowserContext:
        return new_context(locale="en-GB", viewport={"width": 1280, "height": 900})

    return MainPath(stage, open_page(person()), open_page(person()))


def test_a_consultation_from_booking_to_forgetting(path: MainPath) -> None:
    path.book()
    path.receive_mail()
    event = path.mail.event
    assert event["SUMMARY"]
    assert event["DTSTART"].dt == path.starts_at
    assert event["SEQUENCE"] == 0

    path.meet()
    assert path.world.stores.of(path.room_id).objects == 1, "the identity copy is there, sealed"
    expect(path.agent.get_by_role("img", name="Copy of the identity document")).to_be_visible()
    by_citizen, by_agent = path.watch()
    for seen in (by_citizen, by_agent):
        assert seen.frames >= 30
        assert seen.changed_pixels > 0
        assert seen.loudness > 0

    path.talk()
    assert path.exchange_files(), "byte for byte"
    path.reload()
    for seen in path.watch():
        assert seen.frames >= 30
    kept = path.world.stores.of(path.room_id)
    assert (kept.objects, kept.keys, kept.messages) == (3, 1, 2)

    path.end()
    assert path.be_forgotten().nothing
