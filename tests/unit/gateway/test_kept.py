"""A booking that was begun is kept in a space: at each step, on two devices, among members of a company."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.contracts.booking import ConfirmAppointment
from services.contracts.booking_events import AppointmentBooked
from services.contracts.errors import InvalidField, PlatformError, ServiceTimeout, ServiceUnavailable
from services.contracts.procedures import MOST_DRAFTS, SaveDraft
from services.contracts.slots import ReleaseHold
from services.spaces.domain.procedure import Procedure
from tests.unit.gateway import journey
from tests.unit.gateway.test_spaces import created, joined, logged_in
from tests.unit.gateway.test_spaces import spaces as spaces  # a fixture

KEPT = "Kept in your space"
HERE = "/spaces/private/procedures"
ELEVEN = "2026-11-23T14:00:00+00:00"


def with_space(world: Any, person: str = "resident") -> Any:
    """A browser of somebody who has a private space."""
    browser = logged_in(world, person)
    browser.post("/space/open")
    return browser


def as_far_as_time(browser: Any) -> None:
    browser.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(browser)


def as_far_as_review(browser: Any, starts_at: str = journey.TEN) -> None:
    as_far_as_time(browser)
    journey.choose_time(browser, starts_at)
    browser.post("/book/person", journey.PERSON)


def drafts(world: Any) -> list[Procedure]:
    return list(world.spaces.world.drafts.kept.values())


def only(world: Any) -> Procedure:
    (found,) = drafts(world)
    return found


def resumed(browser: Any, world: Any, space: str = "private") -> Any:
    """The answer to "go on" with the only draft."""
    path = f"/spaces/{space}/procedures/{only(world).procedure_id}"
    return browser.post(f"{path}/resume")


def tell_booked(world: Any) -> None:
    """What booking tells of the only appointment."""
    (booked,) = world.booking.booked.values()
    world.spaces.world.procedures.booked(
        AppointmentBooked(
            event_id="e-1",
            occurred_at=world.clock.now(),
            appointment_id=booked.appointment_id,
            appointment_version=1,
            kind=booked.kind,
            language=booked.language,
            agent_id=booked.agent_id,
            starts_at=booked.starts_at,
            ends_at=booked.ends_at,
            assurance_method="luxtrust",
            person_id=booked.person_id,
            procedure_id=booked.procedure_id,
        )
    )


@pytest.fixture
def desktop(world: Any) -> Any:
    return with_space(world)


@pytest.fixture
def phone(world: Any, desktop: Any) -> Any:
    """The same person on another device."""
    return logged_in(world, "resident")


# --- at each step ---


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


# --- later ---


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


# --- two devices ---


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


# --- in the space ---


def test_an_empty_space_says_what_it_is_for(desktop: Any) -> None:
    page = desktop.get(HERE).text
    assert "There is nothing here yet" in page
    assert 'action="/spaces/private/book"' in page


def test_appointments_drafts_and_what_is_over_stand_in_one_list(world: Any, desktop: Any) -> None:
    as_far_as_review(desktop)
    desktop.post("/book/review")
    desktop.post("/spaces/private/book")
    as_far_as_time(desktop)
    page = desktop.get(HERE).text
    assert page.count("/resume") == 1
    assert "/space/appointments/appointment-1/move" in page
    assert "Earlier ones" not in page
    tell_booked(world)
    assert desktop.get(HERE).text.count("/resume") == 1
    world.clock.set(world.clock.now() + timedelta(days=2))
    journey.log_in(desktop, "resident")
    page = desktop.get(HERE).text
    assert "/space/appointments/appointment-1/move" not in page
    assert "Earlier ones" in page
    world.booking.booked.clear()
    assert "Monday, 23 November 2026, 11:00" in desktop.get(HERE).text


def test_discarding_is_asked_first_and_done_once(world: Any, desktop: Any) -> None:
    as_far_as_time(desktop)
    path = f"{HERE}/{only(world).procedure_id}"
    assert "Discard this draft?" in desktop.get(f"{path}/discard").text
    assert only(world).is_draft
    for _twice in range(2):
        assert desktop.post(f"{path}/discard").location == HERE
    assert "The draft is discarded" in desktop.get(HERE).text
    assert only(world).content.text == ""
    assert desktop.get(f"{path}/discard").location == HERE
    assert desktop.get(path).status_code == 404


def test_what_is_booked_can_be_neither_resumed_nor_discarded(world: Any, desktop: Any, phone: Any) -> None:
    as_far_as_review(desktop)
    desktop.post("/book/review")
    tell_booked(world)
    path = f"{HERE}/{only(world).procedure_id}"
    assert phone.post(f"{path}/resume").location == path
    phone.post(f"{path}/discard")
    assert "no longer open" in phone.get(HERE).text
    assert only(world).state == "submitted"
    assert "Your appointment" in phone.get(path).text


@pytest.mark.parametrize("which", ["x", "procedure-that-is-not-there", "..%2f..", "x" * 300])
@pytest.mark.parametrize("act", ["", "/resume", "/discard"])
def test_a_draft_that_does_not_exist_is_not_found(desktop: Any, which: str, act: str) -> None:
    ask = desktop.get if not act else desktop.post
    assert ask(f"{HERE}/{which}{act}").status_code == 404


def test_anothers_draft_is_not_found(world: Any, desktop: Any) -> None:
    as_far_as_time(desktop)
    other = with_space(world, "tom")
    path = f"{HERE}/{only(world).procedure_id}"
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/resume").status_code == 404
    assert other.post(f"{path}/discard").status_code == 404
    assert only(world).is_draft


def test_drafts_are_for_those_who_are_logged_in(browser: Any) -> None:
    assert "/login" in browser.get(HERE).location
    assert "/login" in browser.post("/spaces/private/book").location


# --- in the space of a company ---


@pytest.fixture
def company(world: Any, spaces: Any) -> tuple[Any, str, Any, Any]:
    """Léa with her space's address, Tom as editor, Anne as reader."""
    lea = logged_in(world, "lea")
    address = created(lea)
    return lea, address, joined(world, lea, address), joined(world, lea, address, "anne", role="reader")


def test_members_share_a_draft_of_the_company_each_in_his_role(world: Any, company: Any) -> None:
    lea, address, tom, anne = company
    assert lea.post(f"{address}/book").location == "/book/welcome"
    as_far_as_review(lea)
    assert "Kept in the space of Muster" in lea.get("/book/review").text
    path = f"{address}/procedures"
    page = anne.get(path).text
    assert "by Léa Muster" in page
    assert "/resume" not in page
    assert f'action="{address}/book"' not in page
    one = f"{path}/{only(world).procedure_id}"
    assert anne.post(f"{one}/resume").status_code == 403
    assert anne.post(f"{one}/discard").status_code == 403
    assert anne.post(f"{address}/book").status_code == 403
    assert "/resume" in tom.get(path).text


def test_who_goes_on_with_a_colleagues_draft_consents_and_says_who_he_is_himself(
    world: Any, company: Any
) -> None:
    lea, address, tom, _anne = company
    lea.post(f"{address}/book")
    as_far_as_time(lea)
    journey.choose_time(lea)
    lea.post("/book/person", {**journey.PERSON, "for_whom": "another", "city": "Echternach"})
    lea.post("/book/insured", journey.INSURED)
    answer = resumed(tom, world, address.rsplit("/", 1)[1])
    assert answer.location == "/book/welcome"
    tom.post("/book/welcome", {"consent": "yes"})
    journey.choose_time(tom, ELEVEN)
    page = tom.get("/book/person").text
    assert "Echternach" not in page
    assert journey.NATIONAL_NUMBER not in page
    tom.post("/book/person", {**journey.PERSON, "for_whom": "another"})
    assert f'value="{journey.NATIONAL_NUMBER}"' in tom.get("/book/insured").text
    tom.post("/book/review")
    (booked,) = world.booking.booked.values()
    assert booked.procedure_id == only(world).procedure_id
    assert booked.space_id == address.rsplit("/", 1)[1]
    answer = lea.post("/book/review")
    assert answer.location == f"{address}/procedures/{only(world).procedure_id}"
    assert len(world.booking.booked) == 1


def test_a_draft_of_the_company_goes_on_for_oneself_as_another_one(world: Any, company: Any) -> None:
    lea, address, _tom, _anne = company
    lea.post("/space/open")
    lea.post(f"{address}/book")
    as_far_as_time(lea)
    lea.post("/book/for-myself")
    journey.choose_time(lea)
    assert len({one.space_id for one in drafts(world)}) == 2
    assert KEPT in lea.get("/book/person").text


def test_who_is_no_member_any_more_is_told_and_nothing_is_kept_for_him(world: Any, company: Any) -> None:
    lea, address, tom, _anne = company
    tom.post(f"{address}/book")
    as_far_as_time(tom)
    before = only(world)
    tom.post(f"{address}/leave")
    journey.choose_time(tom)
    assert "Kept in" not in tom.get("/book/person").text
    assert only(world) == before
    assert "by Tom Beispiel" in lea.get(f"{address}/procedures").text
