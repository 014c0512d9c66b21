"""A booking that is kept goes on on another device: the newer state counts, nothing is booked twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from services.contracts.booking import ConfirmAppointment
from tests.unit.gateway import journey
from tests.unit.gateway.kept import (
    ELEVEN,
    HERE,
    KEPT,
    as_far_as_review,
    as_far_as_time,
    drafts,
    only,
    resumed,
    tell_booked,
)
from tests.unit.gateway.kept import desktop as desktop  # a fixture
from tests.unit.gateway.kept import phone as phone  # a fixture


def test_the_older_device_reads_that_there_is_a_newer_state_and_overwrites_nothing(
    world: Any, desktop: Any, phone: Any
) -> None:
    as_far_as_time(desktop)
    resumed(phone, world)
    phone.post("/book/kind", {"kind": "video", "topic": "maternity"})
    newer = only(world)
    assert journey.choose_time(desktop).location == "/book/other-device"
    page = desktop.get("/book/other-device").text
    assert "This booking was changed elsewhere" in page
    assert only(world) == newer
    answer = desktop.post("/book/other-device", {"choice": "newer"})
    assert answer.location == "/book/time"
    assert re.search(r'value="maternity"\s+selected', desktop.get("/book/kind").text)
    assert world.booking.holds == {}
    journey.choose_time(desktop, ELEVEN, "page-2")
    assert only(world).version == newer.version + 1


def test_the_older_device_may_keep_its_own_entries(world: Any, desktop: Any, phone: Any) -> None:
    as_far_as_time(desktop)
    resumed(phone, world)
    phone.post("/book/kind", {"kind": "video", "topic": "maternity"})
    journey.choose_time(desktop)
    assert desktop.post("/book/other-device", {"choice": "mine"}).location == "/book/person"
    assert json.loads(only(world).content.text)["topic"] == ""
    assert len(world.booking.holds) == 1
    assert phone.post("/book/kind", {"kind": "video", "topic": "maternity"}).location == "/book/other-device"


def test_while_a_choice_is_open_a_third_save_is_seen_too(world: Any, desktop: Any, phone: Any) -> None:
    as_far_as_time(desktop)
    resumed(phone, world)
    phone.post("/book/kind", {"kind": "video", "topic": "maternity"})
    journey.choose_time(desktop)
    desktop.get("/book/other-device")
    world.spaces.world.drafts.before_change.append(
        lambda: phone.post("/book/kind", {"kind": "video", "topic": ""})
    )
    assert desktop.post("/book/other-device", {"choice": "mine"}).location == "/book/other-device"


@pytest.mark.parametrize("choice", ["", "theirs", "<script>"])
def test_a_choice_that_is_none_is_asked_again(world: Any, desktop: Any, phone: Any, choice: str) -> None:
    as_far_as_time(desktop)
    resumed(phone, world)
    phone.post("/book/kind", {"kind": "video", "topic": "maternity"})
    journey.choose_time(desktop)
    answer = desktop.post("/book/other-device", {"choice": choice})
    assert answer.location == "/book/other-device"


def test_where_nothing_is_to_be_chosen_one_goes_on(world: Any, desktop: Any, browser: Any) -> None:
    as_far_as_time(desktop)
    journey.as_far_as_time(browser)
    for one in (desktop, browser):
        assert one.get("/book/other-device").location == "/book/time"
    assert browser.post("/book/other-device", {"choice": "stop"}).location == "/book/time"


def test_what_was_discarded_elsewhere_can_go_on_as_a_new_draft(world: Any, desktop: Any, phone: Any) -> None:
    as_far_as_time(desktop)
    first = only(world).procedure_id
    phone.post(f"{HERE}/{first}/discard")
    assert journey.choose_time(desktop).location == "/book/other-device"
    assert "discarded elsewhere" in desktop.get("/book/other-device").text
    assert desktop.post("/book/other-device", {"choice": "mine"}).location == "/book/person"
    assert [one.procedure_id for one in drafts(world) if one.is_draft] != [first]
    assert KEPT in desktop.get("/book/person").text


def test_what_was_discarded_elsewhere_can_stop_here(world: Any, desktop: Any, phone: Any) -> None:
    as_far_as_time(desktop)
    phone.post(f"{HERE}/{only(world).procedure_id}/discard")
    journey.choose_time(desktop)
    assert desktop.post("/book/other-device", {"choice": "stop"}).location == HERE
    assert world.booking.holds == {}
    assert "There is nothing here yet" in desktop.get(HERE).text


Click = Callable[[Any], Any]
_CLICKS: dict[str, Click] = {
    "start": lambda browser: browser.get("/book/"),
    "time": lambda browser: journey.choose_time(browser, ELEVEN, "page-2"),
    "person": lambda browser: browser.post("/book/person", journey.PERSON),
    "confirm": lambda browser: browser.post("/book/review"),
    "later": lambda browser: browser.post("/book/later", {"step": "review"}),
}


@pytest.mark.parametrize(
    ("click", "told"),
    [
        ("start", True),
        ("time", True),
        ("person", True),
        ("later", True),
        ("confirm", True),
        ("confirm", False),
    ],
)
def test_what_was_booked_on_the_phone_is_not_booked_again_on_the_desktop(
    world: Any, desktop: Any, phone: Any, click: str, told: bool
) -> None:
    as_far_as_review(desktop)
    resumed(phone, world)
    journey.choose_time(phone, "2026-11-24T10:00:00+00:00")
    assert phone.post("/book/review").location == "/book/done"
    if told:  # else it is found out when it is confirmed, at the latest
        tell_booked(world)
    answer = _CLICKS[click](desktop)
    assert answer.location == f"{HERE}/{only(world).procedure_id}"
    assert len(world.booking.booked) == 1
    page = desktop.get(answer.location).text
    assert "was booked already" in page
    assert "Tuesday, 24 November 2026, 11:00" in page
    assert 'action="/space/appointments/' in page
    assert desktop.get("/book/").location == "/book/welcome"
    assert set(world.booking.holds) == set(world.booking.booked)


def test_a_confirmation_names_the_draft(world: Any, desktop: Any) -> None:
    as_far_as_review(desktop)
    desktop.post("/book/review")
    confirmed = [one for one in world.bus.asked if isinstance(one, ConfirmAppointment)]
    assert [one.procedure_id for one in confirmed] == [only(world).procedure_id]
