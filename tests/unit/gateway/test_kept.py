"""A booking that was begun is kept in one's space at each step, and goes on later."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from services.contracts.errors import InvalidField, PlatformError, ServiceTimeout, ServiceUnavailable
from services.contracts.procedures import MOST_DRAFTS, SaveDraft
from services.contracts.slots import ReleaseHold
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
)
from tests.unit.gateway.kept import desktop as desktop  # a fixture
from tests.unit.gateway.kept import phone as phone  # a fixture
from tests.unit.gateway.people import logged_in

# --- at each step ------------------------------------------------------------------------


def test_each_step_is_kept_and_the_page_says_so(world: Any, desktop: Any) -> None:
    desktop.post("/book/welcome", {"consent": "yes"})
    assert KEPT not in desktop.get("/book/subject").text
    desktop.post("/book/subject", {"subject": "information-documents"})
    assert KEPT in desktop.get("/book/kind").text
    assert (only(world).content.step, only(world).content.about) == ("kind", "information-documents")
    desktop.post("/book/kind", {"kind": "video", "topic": "maternity"})
    journey.choose_time(desktop)
    desktop.post("/book/person", journey.PERSON)
    assert KEPT in desktop.get("/book/review").text
    kept = json.loads(only(world).content.text)
    assert (kept["topic"], kept["typed"]["person"]["city"]) == ("maternity", "Luxembourg")
    assert only(world).content.step == "time"


def test_no_held_time_no_copy_and_no_code_is_kept(world: Any, desktop: Any) -> None:
    as_far_as_review(desktop)
    kept = json.loads(only(world).content.text)
    assert set(kept) == {
        "subject",
        "kind",
        "topic",
        "language",
        "for_whom",
        "typed",
        "valid",
        "by",
        "consented_to",
    }
    assert "appointment-1" not in only(world).content.text


def test_what_was_typed_wrongly_is_kept_too(world: Any, desktop: Any) -> None:
    as_far_as_time(desktop)
    journey.choose_time(desktop)
    assert desktop.post("/book/person", {**journey.PERSON, "email": "nobody"}).status_code == 422
    kept = json.loads(only(world).content.text)
    assert (kept["typed"]["person"]["email"], kept["valid"]) == ("nobody", [])


def test_of_what_is_far_too_long_the_beginning_is_kept(world: Any, desktop: Any) -> None:
    as_far_as_time(desktop)
    journey.choose_time(desktop)
    assert desktop.post("/book/person", {**journey.PERSON, "city": "x" * 20_000}).status_code == 422
    kept = json.loads(only(world).content.text)
    assert 200 < len(kept["typed"]["person"]["city"]) < 2_000
    assert KEPT in desktop.get("/book/person").text


def test_who_is_not_logged_in_or_has_no_space_books_as_ever(world: Any, browser: Any) -> None:
    journey.as_far_as_time(browser)
    stranger = logged_in(world, "tom")
    journey.as_far_as_review(stranger)
    for one in (browser, stranger):
        assert KEPT not in one.get("/book/time").text
    assert stranger.post("/book/review").location == "/book/done"
    assert drafts(world) == []


def test_a_space_that_is_made_on_the_way_keeps_the_draft_from_then_on(world: Any) -> None:
    browser = logged_in(world, "tom")
    as_far_as_time(browser)
    journey.choose_time(browser)
    browser.post("/book/person", {**journey.PERSON, "create_space": "yes"})
    assert KEPT in browser.get("/book/review").text
    assert only(world).content.about == "information-documents"


def test_who_is_not_registered_yet_keeps_nothing(world: Any) -> None:
    browser = logged_in(world, "newcomer")
    as_far_as_time(browser)
    assert (drafts(world), world.bus.times(SaveDraft)) == ([], 0)


@pytest.mark.parametrize(
    "fault", [ServiceUnavailable("spaces"), ServiceTimeout("spaces"), InvalidField("content", "too_long")]
)
def test_one_books_though_the_space_does_not_answer(world: Any, desktop: Any, fault: PlatformError) -> None:
    as_far_as_time(desktop)
    world.bus.fault_of["save_draft"] = fault
    journey.choose_time(desktop)
    assert "could not be kept in your space" in desktop.get("/book/person").text
    del world.bus.fault_of["save_draft"]
    desktop.post("/book/person", journey.PERSON)
    assert KEPT in desktop.get("/book/review").text
    assert desktop.post("/book/review").location == "/book/done"


@pytest.mark.parametrize("first", [True, False], ids=["the first save", "a later one"])
def test_a_save_that_was_kept_without_an_answer_is_no_other_devices(
    world: Any, desktop: Any, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    if not first:
        as_far_as_time(desktop)
    call = world.bus.call

    def lose_answers(request: Any) -> Any:
        answer = call(request)
        if isinstance(request, SaveDraft):
            raise ServiceTimeout("spaces")
        return answer

    desktop.post("/book/welcome", {"consent": "yes"})
    with monkeypatch.context() as patch:
        patch.setattr(world.bus, "call", lose_answers)
        desktop.post("/book/subject", {"subject": "information-documents"})
        desktop.post("/book/kind", {"kind": "video", "topic": "maternity"})
    assert journey.choose_time(desktop).location == "/book/person"
    assert KEPT in desktop.get("/book/person").text
    assert (only(world).content.step, json.loads(only(world).content.text)["topic"]) == ("time", "maternity")


def test_with_ten_drafts_one_books_all_the_same_and_reads_why_it_is_not_kept(
    world: Any, desktop: Any
) -> None:
    for _ in range(MOST_DRAFTS):
        desktop.post("/spaces/private/book")
        as_far_as_time(desktop)
    assert len(drafts(world)) == MOST_DRAFTS
    desktop.post("/spaces/private/book")
    as_far_as_time(desktop)
    page = desktop.get("/book/time").text
    assert "there are 10 drafts of yours in it" in page
    assert f'href="{HERE}"' in page
    answer = desktop.post("/book/later", {"step": "time"})
    assert answer.location == "/book/time"
    assert "10 drafts of yours already" in desktop.get("/book/time").text


def test_logging_out_leaves_the_draft_in_the_space(world: Any, desktop: Any) -> None:
    as_far_as_time(desktop)
    desktop.post("/logout")
    assert only(world).is_draft
    journey.log_in(desktop, "resident")
    assert desktop.get("/book/kind").location == "/book/welcome"
    assert "information-documents" in desktop.get(HERE).text
    assert resumed(desktop, world).location == "/book/time"


# --- later -------------------------------------------------------------------------------


def test_saved_for_later_the_held_time_is_anybodys_and_the_space_shows_the_draft(
    world: Any, desktop: Any
) -> None:
    as_far_as_time(desktop)
    journey.choose_time(desktop)
    answer = desktop.post("/book/later", {"step": "person", "city": "Echternach", "for_whom": "myself"})
    assert answer.location == HERE
    assert (world.booking.holds, world.bus.times(ReleaseHold)) == ({}, 1)
    page = desktop.get(HERE).text
    assert "Your entries are kept here" in page
    assert "Goes on at: Language, day and time" in page
    assert json.loads(only(world).content.text)["typed"]["person"]["city"] == "Echternach"
    assert desktop.get("/book/").location == "/book/welcome"


def test_who_has_no_space_stays_where_he_is(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    assert browser.post("/book/later", {"step": "person", "city": "Esch"}).location == "/book/person"
    assert 'value="Esch"' in browser.get("/book/person").text


@pytest.mark.parametrize("step", ["", "nonsense", "review", "../login"])
def test_a_step_that_cannot_be_left_for_later_is_no_way_out(browser: Any, step: str) -> None:
    journey.as_far_as_person(browser)
    assert browser.post("/book/later", {"step": step}).location == "/book/person"


def test_a_draft_goes_on_at_the_time_with_everything_else_filled_in(
    world: Any, desktop: Any, phone: Any
) -> None:
    as_far_as_review(desktop)
    assert resumed(phone, world).location == "/book/time"
    assert phone.get("/book/review").location == "/book/time"
    journey.choose_time(phone, ELEVEN)
    assert phone.get("/book/").location == "/book/review"
    assert "1, rue de l&#39;Essai" in phone.get("/book/review").text
    assert phone.post("/book/review").location == "/book/done"
    (booked,) = world.booking.booked.values()
    assert (booked.procedure_id, booked.starts_at.isoformat()) == (only(world).procedure_id, ELEVEN)


def test_going_on_here_with_what_is_open_here_costs_no_held_time(world: Any, desktop: Any) -> None:
    as_far_as_review(desktop)
    assert resumed(desktop, world).location == "/book/review"
    assert len(world.booking.holds) == 1


def test_another_booking_begins_anew_and_the_first_stays_kept(world: Any, desktop: Any) -> None:
    as_far_as_review(desktop)
    assert desktop.post("/spaces/private/book").location == "/book/welcome"
    assert world.booking.holds == {}
    as_far_as_time(desktop)
    assert len(drafts(world)) == 2


def test_to_another_text_consent_is_given_again(
    world: Any, desktop: Any, phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_far_as_time(desktop)
    monkeypatch.setattr("gateway.blueprints.booking.draft.CONSENT_VERSION", "next")
    assert resumed(phone, world).location == "/book/welcome"


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"subject": 7, "typed": [], "valid": {}, "consented_to": null}',
        '{"typed": {"person": "x"}, "valid": ["person", 3], "tomorrow": 1}',
    ],
)
def test_what_another_version_of_the_platform_kept_is_left_out(
    world: Any, desktop: Any, phone: Any, text: str
) -> None:
    as_far_as_time(desktop)
    store, before = world.spaces.world.drafts, only(world)
    store.kept[before.procedure_id] = replace(before, content=replace(before.content, text=text))
    assert resumed(phone, world).location == "/book/welcome"
    assert phone.post("/book/welcome", {"consent": "yes"}).location == "/book/subject"
