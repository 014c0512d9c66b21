"""The citizen's path: its order, what it keeps, and what it answers to bad input."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from services.contracts.booking import ConfirmAppointment
from services.contracts.errors import ServiceTimeout, ServiceUnavailable, TooManyOpenAppointments
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


def test_wrong_entries_are_told_at_their_fields_and_kept(browser: Any) -> None:
    journey.as_far_as_person(browser)
    wrong = {
        **journey.PERSON,
        "national_number": "1985041220199",
        "email": "nobody@",
        "first_name": "<b>Léa</b>",
        "phone": "abc",
    }
    page = browser.post("/book/person", wrong)
    assert page.status_code == 422
    for sentence in ("This national number is not correct", "e-mail address like", "phone number like"):
        assert page.text.count(sentence) == 2
    assert 'value="&lt;b&gt;Léa&lt;/b&gt;"' in page.text
    assert 'value="1985041220199"' in browser.get("/book/person").text


def test_html_in_every_field_is_shown_as_text(world: Any, browser: Any) -> None:
    evil = "<img src=x onerror=alert(1)>"
    journey.as_far_as_person(browser)
    page = browser.post("/book/person", {name: evil for name in journey.PERSON})
    assert evil not in page.text
    assert evil not in browser.get("/book/person").text


def test_birth_date_and_place_do_instead_of_the_number(browser: Any) -> None:
    journey.as_far_as_person(browser)
    born = {"birth_date-day": "28", "birth_date-month": "2", "birth_date-year": "1985", "birth_place": "Esch"}
    answer = browser.post("/book/person", {**journey.PERSON, "national_number": "", **born})
    assert answer.location == "/book/address"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (("31", "2", "1985"), "This is not a day."),
        (("1", "1", "2099"), "cannot be a date of birth"),
        (("x", "<", "²"), "This is not a day."),
        (("", "", ""), "or else the national number"),
    ],
)
def test_an_impossible_birth_date_is_told(browser: Any, day: tuple[str, str, str], sentence: str) -> None:
    journey.as_far_as_person(browser)
    boxes = {f"birth_date-{part}": text for part, text in zip(("day", "month", "year"), day, strict=True)}
    form = {**journey.PERSON, "national_number": "", "birth_place": "Esch", **boxes}
    page = browser.post("/book/person", form)
    assert page.status_code == 422
    assert sentence in page.text


def test_for_another_person_both_are_asked_for(browser: Any) -> None:
    journey.as_far_as_person(browser)
    assert browser.post("/book/person", {**journey.PERSON, "for_whom": "another"}).location == "/book/insured"
    assert browser.get("/book/identity").location == "/book/insured"
    assert browser.post("/book/insured", journey.INSURED).location == "/book/address"


def test_without_log_in_a_copy_is_mandatory(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    assert journey.give_person(world, browser).location == "/book/identity"
    page = browser.post("/book/identity")
    assert page.status_code == 422
    assert "Choose a file with a copy" in page.text
    assert browser.get("/book/review").location == "/book/identity"


def test_with_log_in_no_copy_is_asked_for_and_data_are_filled_in(browser: Any) -> None:
    journey.log_in(browser)
    browser.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(browser)
    journey.choose_time(browser)
    page = browser.get("/book/person")
    assert 'value="Muster"' in page.text
    assert 'value="1985"' in page.text
    assert browser.post("/book/person", journey.PERSON).location == "/book/review"


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


@pytest.mark.parametrize("path", ["/book/kind", "/book/time"])
def test_a_kind_that_is_not_offered_any_more_is_chosen_again(world: Any, browser: Any, path: str) -> None:
    journey.as_far_as_person(browser)
    world.booking.list_subjects = lambda _: Subjects(subjects=())
    assert browser.get(path).location == ("/book/subject")
    assert world.booking.holds == {}
    assert "not offered any more" in browser.get("/book/subject").text


def test_the_summary_of_errors_comes_first_and_in_the_order_of_the_page(browser: Any) -> None:
    journey.as_far_as_person(browser)
    page = browser.post("/book/person", {}).text
    main = page.partition("<main")[2]
    assert main.index("govuk-error-summary") < main.index("data-deadline") < main.index("<h1")
    summary = main.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    places = re.findall(r'href="#([^"]+)"', summary)
    assert places == sorted(places, key=lambda place: main.index(f'id="{place}"'))


def test_confirming_a_time_that_was_given_up_on_another_page_leads_to_the_times(browser: Any) -> None:
    journey.as_far_as_review(browser)
    browser.post("/book/kind", {"kind": "video", "topic": "maternity"})
    answer = browser.post("/book/review")
    assert (answer.status_code, answer.location) == (303, "/book/time")
