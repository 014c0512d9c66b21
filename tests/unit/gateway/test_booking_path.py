"""The citizen's path: its order, what it keeps, and what it answers to bad input."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from services.contracts.booking import ConfirmAppointment
from services.contracts.media import OpenDraftRoom
from services.contracts.slots import HoldSlot, ReleaseHold
from services.contracts.subjects import Subjects
from tests.unit.gateway import journey


def test_a_deep_link_leads_to_the_first_open_step(browser: Any) -> None:
    assert browser.get("/book/review").location == "/book/login"
    journey.consent(browser)
    assert browser.get("/book/review").location == "/book/subject"


def test_the_path_goes_on_where_it_was_left(browser: Any) -> None:
    journey.as_far_as_person(browser)
    assert browser.get("/book/").location == "/book/person"


def test_a_step_that_is_done_can_be_opened_again(browser: Any) -> None:
    journey.as_far_as_person(browser)
    page = browser.get("/book/subject")
    assert page.status_code == 200
    assert re.search(r'value="information-documents"\s+checked', page.text)


def test_cannot_go_on_without_consent(browser: Any) -> None:
    browser.post("/book/login", {"way": "without"})
    page = browser.post("/book/welcome", {})
    assert page.status_code == 422
    assert "without your consent we cannot book" in page.text
    assert browser.get("/book/subject").location == "/book/welcome"


def test_a_text_that_changes_on_the_way_is_consented_to_anew_and_what_was_read_is_told(
    world: Any, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.log_in(browser)
    journey.as_far_as_review(browser)
    for module in ("draft", "begin"):
        monkeypatch.setattr(f"gateway.blueprints.booking.{module}.CONSENT_VERSION", "next")
    assert browser.post("/book/review").location == "/book/welcome"
    assert world.bus.times(ConfirmAppointment) == 0
    browser.post("/book/welcome", {"consent": "yes"})
    assert browser.post("/book/review").location == "/book/done"
    (confirmed,) = [asked for asked in world.bus.asked if isinstance(asked, ConfirmAppointment)]
    assert confirmed.consent_version == "next"


def test_bills_are_led_elsewhere(browser: Any) -> None:
    journey.consent(browser)
    answer = browser.post("/book/subject", {"subject": "reimbursement-of-bills"})
    assert answer.location == "/book/elsewhere"
    assert "MyGuichet.lu" in browser.get("/book/elsewhere").text
    assert browser.get("/book/kind").location == "/book/subject"


@pytest.mark.parametrize("subject", ["", "nonsense", "<script>"])
def test_a_subject_that_does_not_exist_is_refused_at_the_field(browser: Any, subject: str) -> None:
    journey.consent(browser)
    page = browser.post("/book/subject", {"subject": subject})
    assert page.status_code == 422
    assert page.text.count("Choose a subject.") == 2


def test_choosing_a_time_holds_it_and_opens_a_draft_room(world: Any, browser: Any) -> None:
    journey.as_far_as_time(browser)
    assert journey.choose_time(browser).location == "/book/person"
    assert [hold.starts_at.isoformat() for hold in world.booking.holds.values()] == [journey.TEN]
    assert world.bus.times(OpenDraftRoom) == 1
    assert 'data-seconds-left="600"' in browser.get("/book/person").text


def test_a_double_click_on_a_time_holds_it_once(world: Any, browser: Any) -> None:
    journey.as_far_as_time(browser)
    journey.choose_time(browser)
    journey.choose_time(browser)
    assert len(world.booking.holds) == 1


def test_a_taken_time_is_said_so_and_others_are_offered(world: Any, browser: Any) -> None:
    journey.as_far_as_time(browser)
    world.booking.taken.add(datetime.fromisoformat(journey.TEN))
    page = journey.choose_time(browser)
    assert page.status_code == 409
    assert "Somebody else has just taken this time" in page.text
    assert "2026-11-23T14:00:00+00:00" in page.text
    assert journey.TEN not in page.text


def test_another_time_replaces_the_one_held_before(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    journey.choose_time(browser, "2026-11-23T14:00:00+00:00")
    assert world.bus.times(ReleaseHold) == 1
    assert [hold.starts_at.hour for hold in world.booking.holds.values()] == [14]


@pytest.mark.parametrize("starts_at", ["", "tomorrow", "2026-11-23T10:00:00", "9" * 500])
def test_a_forged_time_holds_nothing(world: Any, browser: Any, starts_at: str) -> None:
    journey.as_far_as_time(browser)
    page = journey.choose_time(browser, starts_at)
    assert page.status_code == 422
    assert world.bus.times(HoldSlot) == 0


def test_changing_the_topic_gives_the_time_back(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    browser.post("/book/kind", {"kind": "video", "topic": "maternity"})
    assert world.booking.holds == {}
    assert browser.get("/book/person").location == "/book/time"


def test_a_hold_is_renewed_once_and_says_when_it_cannot_be_again(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    world.clock.advance(minutes=5)
    assert browser.post("/book/renew", {"step": "person"}).location == "/book/person"
    assert 'data-seconds-left="600"' in browser.get("/book/person").text
    assert "I need 10 more minutes" not in browser.get("/book/person").text
    browser.post("/book/renew", {"step": "person"})
    assert "cannot be extended again" in browser.get("/book/person").text


def test_more_time_asked_for_too_late_keeps_what_is_half_typed(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    world.clock.advance(minutes=11)
    half = {"step": "person", "first_name": "Half"}
    assert browser.post("/book/renew", half).location == "/book/time"
    assert "no longer reserved" in browser.get("/book/time").text
    journey.choose_time(browser, "2026-11-23T14:00:00+00:00", "page-2")
    assert 'value="Half"' in browser.get("/book/person").text


def test_a_hold_that_booking_no_longer_knows_is_chosen_again(world: Any, browser: Any) -> None:
    """However much time the page believed to be left."""
    journey.as_far_as_person(browser)
    world.booking.holds.clear()
    assert browser.post("/book/renew", {"step": "person"}).location == "/book/time"
    assert "no longer reserved" in browser.get("/book/time").text


def test_another_language_in_the_middle_keeps_what_is_half_typed(browser: Any) -> None:
    journey.as_far_as_person(browser)
    assert 'formaction="/book/keep?lang=fr"' in browser.get("/book/person").text
    answer = browser.post("/book/keep?lang=fr", {"step": "person", "first_name": "Half"})
    assert answer.location == "/book/person"
    page = browser.get("/book/person").text
    assert '<html lang="fr"' in page
    assert 'value="Half"' in page


@pytest.mark.parametrize("step", ["", "review", "nonsense", "https://evil.example/"])
def test_keeping_leads_nowhere_else(browser: Any, step: str) -> None:
    journey.as_far_as_person(browser)
    assert browser.post("/book/keep", {"step": step}).location == "/book/person"


def test_more_time_keeps_what_is_half_typed(browser: Any) -> None:
    journey.as_far_as_person(browser)
    assert 'form="step-form" formaction="/book/renew"' in browser.get("/book/person").text
    browser.post("/book/renew", {"step": "person", "first_name": "Half", "birth_date-day": "2"})
    page = browser.get("/book/person").text
    assert 'value="Half"' in page
    assert re.search(r'name="birth_date-day"[^>]*value="2"', page)
    assert browser.get("/book/identity").location == "/book/person"


def test_what_was_typed_is_kept_when_the_hold_runs_out_meanwhile(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    world.clock.advance(minutes=11)
    assert browser.post("/book/person", journey.PERSON).location == "/book/time"
    page = browser.get("/book/time")
    assert "everything else that you entered is kept" in page.text
    journey.choose_time(browser, "2026-11-23T14:00:00+00:00", "page-2")
    assert 'value="lea.muster@example.org"' in browser.get("/book/person").text


@pytest.mark.parametrize("path", ["/book/kind", "/book/time"])
def test_a_kind_that_is_not_offered_any_more_is_chosen_again(world: Any, browser: Any, path: str) -> None:
    journey.as_far_as_person(browser)
    world.booking.list_subjects = lambda _: Subjects(subjects=())
    assert browser.get(path).location == ("/book/subject")
    assert world.booking.holds == {}
    assert "not offered any more" in browser.get("/book/subject").text
