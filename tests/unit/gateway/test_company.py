"""Booking for a company, and what its members may do with the appointment; over the real rules of spaces."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts.booking import CancelAppointment, ConfirmAppointment, MoveAppointment
from services.contracts.errors import ServiceUnavailable
from services.contracts.professional import ActInSpace
from services.contracts.slots import ReleaseHold
from tests.unit.gateway import journey
from tests.unit.gateway.people import created, joined, logged_in, member_path, spaces

ID = "appointment-1"
company_people = spaces
"""The fixture of people with certificates: Léa's is a company's."""


@pytest.fixture
def lea(world: Any, company_people: Any) -> Any:
    return logged_in(world, "lea")


@pytest.fixture
def space(lea: Any) -> str:
    """The address of the company's space."""
    return created(lea)


@pytest.fixture
def tom(world: Any, lea: Any, space: str) -> Any:
    """An editor of it."""
    return joined(world, lea, space)


def as_far_as_review(browser: Any, space: str) -> None:
    assert browser.post(f"{space}/book").location == "/book/welcome"
    browser.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(browser)
    journey.choose_time(browser)
    browser.post("/book/person", journey.PERSON)


def book(browser: Any, space: str) -> str:
    """The address of the appointment in the space."""
    as_far_as_review(browser, space)
    assert browser.post("/book/review").location == "/book/done"
    return f"{space}/appointments/{ID}"


def remove(lea: Any, space: str, name: str = "Tom Beispiel") -> None:
    path = member_path(lea.get(f"{space}/members").text, space, name)
    assert lea.post(f"{path}/remove").status_code == 303


# --- the path -------------------------------------------------------------------


def test_each_step_says_for_which_company_it_is(tom: Any, space: str) -> None:
    as_far_as_review(tom, space)
    for step in ("welcome", "subject", "kind", "time", "person", "review"):
        page = tom.get(f"/book/{step}").text
        assert "You are booking for <strong>Muster S.à r.l.</strong>" in page, step
    assert "B123456" in tom.get("/book/review").text


def test_the_company_is_booked_for_by_the_member_who_stays_the_applicant(
    world: Any, tom: Any, space: str
) -> None:
    book(tom, space)
    booked = world.booking.booked[ID]
    assert (booked.space_id, booked.company_name, booked.company_id) == (
        space.rpartition("/")[2],
        "Muster S.à r.l.",
        "B123456",
    )
    assert booked.person_id == "person-tom"
    assert booked.applicant.email == journey.PERSON["email"]
    assert "Muster S.à r.l." in tom.get("/book/done").text
    assert "Booked for Muster S.à r.l." in tom.get("/space").text


def test_what_one_consented_to_goes_along(world: Any, tom: Any, space: str) -> None:
    book(tom, space)
    (confirmed,) = [asked for asked in world.bus.asked if isinstance(asked, ConfirmAppointment)]
    assert confirmed.consent_version


def test_a_booking_for_oneself_names_no_company(world: Any, lea: Any, space: str) -> None:
    lea.post("/book/welcome", {"consent": "yes"})
    assert "You are booking for" not in lea.get("/book/subject").text
    assert world.bus.times(ActInSpace) == 0


def test_who_changes_his_mind_books_for_himself_and_keeps_what_he_typed(
    world: Any, tom: Any, space: str
) -> None:
    as_far_as_review(tom, space)
    assert tom.post("/book/for-myself").location == "/book/review"
    assert "You are booking for" not in tom.get("/book/review").text
    tom.post("/book/review")
    assert (world.booking.booked[ID].space_id, world.booking.booked[ID].company_name) == ("", "")


def test_nobody_books_for_a_company_without_logging_in(tom: Any, space: str) -> None:
    tom.post(f"{space}/book")
    tom.post("/book/login", {"way": "without"})
    assert "You are booking for" not in tom.get("/book/welcome").text


def test_a_time_held_before_goes_back_when_one_begins_for_the_company(
    world: Any, tom: Any, space: str
) -> None:
    tom.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(tom)
    journey.choose_time(tom)
    tom.post(f"{space}/book")
    assert world.bus.times(ReleaseHold) == 1


def test_a_reader_and_a_stranger_begin_nothing(world: Any, lea: Any, space: str) -> None:
    reader = joined(world, lea, space, role="reader")
    assert "Book an appointment for the company" in lea.get(space).text
    assert "Book an appointment for the company" not in reader.get(space).text
    assert reader.post(f"{space}/book").status_code == 403
    assert logged_in(world, "anne").post(f"{space}/book").status_code == 404


def test_who_was_removed_between_page_and_click_books_nothing_for_the_company(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    as_far_as_review(tom, space)
    remove(lea, space)
    page = tom.post("/book/review")
    assert page.status_code == 404
    assert "You may not book for Muster S.à r.l., or not any more." in page.text
    assert world.booking.booked == {}
    assert tom.post("/book/for-myself").location == "/book/review"
    assert tom.post("/book/review").location == "/book/done"
    assert world.booking.booked[ID].space_id == ""


def test_who_is_a_reader_by_now_books_nothing_for_the_company(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    as_far_as_review(tom, space)
    path = member_path(lea.get(f"{space}/members").text, space, "Tom Beispiel")
    lea.post(path, {"former_role": "editor", "role": "reader"})
    assert tom.post("/book/review").status_code == 403
    assert world.booking.booked == {}


def test_while_spaces_are_away_nothing_is_booked_and_nothing_lost(world: Any, tom: Any, space: str) -> None:
    as_far_as_review(tom, space)
    world.bus.fault_of["act_in_space"] = ServiceUnavailable("spaces")
    assert tom.post("/book/review").status_code == 503
    del world.bus.fault_of["act_in_space"]
    assert tom.post("/book/review").location == "/book/done"


# --- the appointment in the space -----------------------------------------------


def test_all_members_see_it_and_a_reader_does_nothing_with_it(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    address = book(tom, space)
    reader = joined(world, lea, space, "anne", role="reader")
    for browser in (lea, tom, reader):
        page = browser.get(f"{space}/procedures").text
        assert "Monday, 23 November 2026, 11:00" in page
        assert ("Go to this appointment" in page) == (browser is not reader)
        assert (f"{address}/move" in page) == (browser is not reader)
    for path in (f"{address}/move", f"{address}/cancel"):
        assert reader.get(path).status_code == 403
    for path in (address, f"{address}/cancel", f"{address}/mail"):
        assert reader.post(path).status_code == 403


def test_another_member_cancels_and_is_named_as_such(world: Any, lea: Any, tom: Any, space: str) -> None:
    address = book(tom, space)
    assert lea.post(f"{address}/cancel").location == f"{address}/changed"
    assert "is cancelled" in lea.get(f"{address}/changed").text
    (asked,) = [asked for asked in world.bus.asked if isinstance(asked, CancelAppointment)]
    assert asked.actor == "member:person-lea"


def test_another_member_moves_and_the_one_who_booked_moves_as_himself(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    address = book(tom, space)
    assert "another time" in lea.get(f"{address}/move").text.lower()
    lea.post(f"{address}/move", {"starts_at": "2026-11-23T14:00:00+00:00"})
    tom.post(f"{address}/move", {"starts_at": journey.TEN})
    moves = [asked for asked in world.bus.asked if isinstance(asked, MoveAppointment)]
    assert [asked.actor for asked in moves] == ["member:person-lea", "citizen"]


def test_an_appointment_of_another_space_is_not_there(world: Any, lea: Any, tom: Any, space: str) -> None:
    book(tom, space)
    other = created(lea, "Another", key="key-2")
    for path in (f"{other}/appointments/{ID}/cancel", f"{other}/appointments/{ID}/move"):
        assert lea.get(path).status_code == 404
    assert lea.post(f"{other}/appointments/{ID}").status_code == 404
    assert lea.post(f"{other}/appointments/{ID}/cancel").status_code == 404
    assert world.bus.times(CancelAppointment) == 0


def test_a_private_appointment_is_in_no_space(world: Any, lea: Any, space: str) -> None:
    lea.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(lea)
    journey.choose_time(lea)
    lea.post("/book/person", journey.PERSON)
    lea.post("/book/review")
    assert ID in world.booking.booked
    assert lea.post(f"{space}/appointments/{ID}").status_code == 404


def test_when_the_space_is_deleted_its_listing_ends_and_who_booked_keeps_his(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    address = book(tom, space)
    lea.post(f"{space}/delete")
    assert tom.get(f"{space}/procedures").status_code == 404
    assert lea.post(address).status_code == 403
    assert tom.post(f"/space/appointments/{ID}").location == "/appointment"
    assert tom.get("/appointment").status_code == 200


# --- the room -------------------------------------------------------------------


def test_another_member_joins_as_himself_with_his_own_assurance(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    address = book(tom, space)
    world.bus.media.phase = "open"
    for browser in (tom, lea):
        assert browser.post(address).location == "/appointment"
        browser.post("/appointment/join")
    booker, member = world.bus.media.joined
    assert booker.participant.participant_id == "citizen"
    assert member.participant.participant_id.startswith("member-")
    assert "lea" not in member.participant.participant_id
    assert (member.participant.role, member.identified.name) == ("citizen", "Léa Muster")
    assert (member.identified.method, member.identified.level) == ("luxtrust", "high")
    assert booker.identified.name == "Tom Beispiel"


def test_who_comes_again_is_the_same_participant(world: Any, lea: Any, tom: Any, space: str) -> None:
    address = book(tom, space)
    for browser in (lea, logged_in(world, "lea")):
        browser.post(address)
        browser.post("/appointment/join")
    first, again = world.bus.media.joined
    assert first.participant == again.participant


def test_who_is_removed_is_out_at_his_next_step_in_an_open_session(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    address = book(lea, space)
    tom.post(address)
    assert tom.get("/appointment").status_code == 200
    remove(lea, space)
    assert tom.post("/appointment/join").location == "/spaces"
    assert world.bus.media.joined == []
    assert "You may not join the appointments of this space" in tom.get("/spaces").text
    assert tom.get("/appointment").location == "/link"
    assert tom.post(address).status_code == 404


def test_who_was_removed_and_invited_again_joins_again(world: Any, lea: Any, tom: Any, space: str) -> None:
    address = book(lea, space)
    tom.post(address)
    remove(lea, space)
    tom.get("/appointment")
    again = joined(world, lea, space, request_key="key-again")
    again.post(address)
    assert again.get("/appointment").status_code == 200


def test_a_member_changes_it_from_the_room_under_his_own_name(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    address = book(tom, space)
    lea.post(address)
    lea.post("/appointment/cancel")
    (asked,) = [asked for asked in world.bus.asked if isinstance(asked, CancelAppointment)]
    assert asked.actor == "member:person-lea"


def test_the_printed_confirmation_with_the_link_is_the_applicants_alone(
    lea: Any, tom: Any, space: str
) -> None:
    address = book(tom, space)
    lea.post(address)
    assert "confirmation.pdf" not in lea.get("/appointment").text
    assert lea.get("/appointment/confirmation.pdf").status_code == 404
    tom.post(address)
    assert "confirmation.pdf" in tom.get("/appointment").text


def test_the_room_is_the_members_while_he_is_logged_in(world: Any, lea: Any, tom: Any, space: str) -> None:
    lea.post(book(tom, space))
    lea.post("/logout")
    assert lea.get("/appointment").location == "/link"


def test_while_spaces_are_away_a_member_waits_and_is_not_thrown_out(
    world: Any, lea: Any, tom: Any, space: str
) -> None:
    lea.post(book(tom, space))
    world.bus.fault_of["act_in_space"] = ServiceUnavailable("spaces")
    assert lea.get("/appointment").status_code == 503
    del world.bus.fault_of["act_in_space"]
    assert lea.get("/appointment").status_code == 200
