"""Firefox ESR beside Chromium: both see and hear each other, whoever has which, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.media_seen import KEEP_PEERS
from tests.e2e.test_relayed_call import NOTHING_BUT_TCP, relayed_by
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

Opened = Callable[..., BrowserContext]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def test_a_citizen_with_firefox_on_a_phone_behind_a_relay(
    stage: World, new_context: Opened, in_firefox: Opened
) -> None:
    theirs, ours = in_firefox(locale="en-GB", viewport=PHONE), new_context(locale="en-GB", viewport=DESK)
    theirs.add_init_script(NOTHING_BUT_TCP)
    call = MainPath(stage, journey.open_page(theirs), journey.open_page(ours))
    call.book()
    call.receive_mail()
    walks(call)
    assert relayed_by(call.citizen) == "tcp"
    call.reload()
    call.watch()
    call.end()


def test_an_agent_with_firefox_and_a_citizen_on_a_phone(
    stage: World, new_context: Opened, in_firefox: Opened
) -> None:
    theirs, ours = new_context(locale="en-GB", viewport=PHONE), in_firefox(locale="en-GB", viewport=DESK)
    ours.add_init_script(KEEP_PEERS)
    call = MainPath(stage, journey.open_page(theirs), journey.open_page(ours))
    call.book()
    call.receive_mail()
    walks(call)
    assert not relayed_by(call.agent), "the SFU itself is within reach"
    call.end()


def walks(call: MainPath) -> None:
    """They see and hear each other, write, and exchange files."""
    call.meet()
    for seen in call.watch():
        assert seen.frames >= 30
    call.talk()
    assert call.exchange_files(), "byte for byte"
