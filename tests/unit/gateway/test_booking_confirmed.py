"""The end of the citizen's path: confirmed once, whatever breaks or is clicked twice."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts.booking import ConfirmAppointment
from services.contracts.errors import ServiceTimeout, ServiceUnavailable, TooManyOpenAppointments
from tests.unit.gateway import journey


def test_a_private_space_is_made_on_the_way_when_wished(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    browser.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(browser)
    journey.choose_time(browser)
    assert 'name="create_space"' in browser.get("/book/person").text
    browser.post("/book/person", {**journey.PERSON, "create_space": "yes"})
    assert world.spaces.private["person-resident"].data.city == "Luxembourg"
    assert 'name="create_space"' not in browser.get("/book/person").text


def test_confirming_books_and_says_what_happens_next(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    assert "Check your entries" in browser.get("/book/review").text
    assert browser.post("/book/review").location == "/book/done"
    page = browser.get("/book/done")
    assert "Monday, 23 November 2026, 11:00" in page.text
    assert "lea.muster@example.org" in page.text
    booked = world.booking.booked["appointment-1"]
    assert (booked.assurance.method, booked.assurance.level) == ("luxtrust", "high")
    assert booked.applicant.phone == "+352621123456"


def test_a_second_click_on_confirm_makes_one_booking(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    assert browser.post("/book/review").location == "/book/done"
    assert world.bus.times(ConfirmAppointment) == 1
    assert len(world.booking.booked) == 1


def test_a_hold_that_ran_out_before_confirming_keeps_everything_else(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    world.clock.advance(minutes=11)
    assert browser.post("/book/review").location == "/book/time"
    page = browser.get("/book/time").text
    assert "no longer reserved" in page
    assert 'aria-current="true">German' in page
    answer = journey.choose_time(browser, "2026-11-23T14:00:00+00:00", "page-2")
    assert answer.location == "/book/review"


def test_a_broken_service_is_told_with_a_way_to_retry_and_nothing_is_lost(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    world.bus.fault = ServiceUnavailable("booking")
    page = browser.get("/book/time")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert 'href="/book/time"' in page.text
    assert "Traceback" not in page.text
    world.bus.fault = None
    assert browser.get("/book/review").status_code == 200


def test_a_form_that_a_broken_service_did_not_take_leads_back_to_its_page(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    world.bus.fault = ServiceUnavailable("booking")
    page = browser.post("/book/review", headers={"Referer": "http://localhost/book/review"})
    assert page.status_code == 503
    assert 'href="/book/review">Try again' in page.text.replace("\n", "")


@pytest.mark.parametrize(
    "referrer",
    ["https://evil.example/", "http://localhost.evil.example/", "http://localhost//evil.example/", "//evil/"],
)
def test_a_way_back_never_leads_elsewhere(world: Any, browser: Any, referrer: str) -> None:
    journey.as_far_as_review(browser)
    world.bus.fault = ServiceUnavailable("booking")
    assert "evil" not in browser.post("/book/review", headers={"Referer": referrer}).text


def test_what_was_typed_is_kept_when_the_private_space_does_not_answer(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    browser.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(browser)
    journey.choose_time(browser)
    world.bus.fault = ServiceUnavailable("spaces")
    assert browser.post("/book/person", {**journey.PERSON, "city": "Esch"}).status_code == 503
    world.bus.fault = None
    assert 'value="Esch"' in browser.get("/book/person").text


def test_confirming_again_after_no_answer_came_books_once(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    confirm = world.booking.confirm_appointment
    world.booking.confirm_appointment = _answer_lost(confirm)
    assert browser.post("/book/review").status_code == 504
    world.booking.confirm_appointment = confirm
    assert browser.post("/book/review").location == "/book/done"
    assert len(world.booking.booked) == 1


def test_nothing_of_the_confirmation_is_shown_to_another_browser(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    assert world.browser().get("/book/done").location == "/book/"


def test_who_logs_in_next_with_the_same_browser_is_not_shown_what_was_booked(browser: Any) -> None:
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    assert browser.get("/book/done").status_code == 200
    journey.log_in(browser, "stranger")
    for path in ("/book/done", "/book/done/calendar.ics"):
        assert browser.get(path).location == "/book/"


def _answer_lost(confirm: Any) -> Any:
    """The change happens, the answer does not arrive."""

    def lost(request: Any) -> None:
        confirm(request)
        raise ServiceTimeout("booking")

    return lost


def test_who_has_too_many_appointments_is_led_to_them_and_confirms_afterwards(
    world: Any, browser: Any
) -> None:
    journey.as_far_as_review(browser)
    world.bus.fault_of["confirm_appointment"] = TooManyOpenAppointments("3")
    page = browser.post("/book/review")
    assert page.status_code == 409
    assert page.text.index("You have 3 appointments ahead already") < page.text.index("<h1")
    assert 'href="/space">All your appointments' in page.text
    del world.bus.fault_of["confirm_appointment"]
    assert browser.post("/book/review").location == "/book/done"


def test_confirming_a_time_that_was_given_up_on_another_page_leads_to_the_times(browser: Any) -> None:
    journey.as_far_as_review(browser)
    browser.post("/book/kind", {"kind": "video", "topic": "maternity"})
    answer = browser.post("/book/review")
    assert (answer.status_code, answer.location) == (303, "/book/time")
