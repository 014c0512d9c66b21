"""A booking for somebody who calls: the slot is held, one click books once, and nothing of him remains."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from services.contracts.booking import ConfirmAppointment
from services.contracts.errors import InvalidField, TooManyOpenAppointments
from services.contracts.slots import HoldSlot, ReleaseHold
from tests.unit.gateway import desk
from tests.unit.gateway.journey import PERSON, TEN

CALLER = {**PERSON, "email": "", "consent": "yes", "mail_language": "lb"}
ANOTHER = {name: PERSON[name] for name in ("first_name", "last_name", "national_number")}


@pytest.fixture
def agent(world: Any) -> Any:
    desk.open_desk(world)
    return desk.member(world)


def _begin(agent: Any) -> Any:
    return agent.post("/console/book/", {"matter": "information-documents/video", "topic": "maternity"})


def _take(agent: Any, starts_at: str = TEN) -> Any:
    return agent.post("/console/book/time", {"language": "de", "starts_at": starts_at, "page_key": "page-1"})


def _as_far_as_review(agent: Any, **changed: str) -> Any:
    _begin(agent)
    _take(agent)
    return agent.post("/console/book/person", {**CALLER, **changed})


@pytest.mark.parametrize("role", ["agent", "supervisor", "helpdesk"])
def test_the_desk_books_and_the_actor_is_the_member_of_staff(world: Any, role: str) -> None:
    desk.open_desk(world)
    member = desk.member(world, role)
    assert _as_far_as_review(member).location == "/console/book/review"
    assert "Read back to the caller" in member.get("/console/book/review").text
    answer = member.post("/console/book/review")
    assert answer.location == f"/console/appointments/{desk.ID}/"
    (confirmed,) = _asked(world, ConfirmAppointment)
    assert (confirmed.holder, confirmed.assurance.method) == (f"person-{role}", "back-office")
    assert (confirmed.applicant.email, confirmed.mail_language, confirmed.consent) == ("", "lb", True)


def test_who_only_plans_books_for_nobody(world: Any) -> None:
    administrator = desk.member(world, "administrator")
    assert administrator.get("/console/book/").status_code == 403
    assert administrator.post("/console/book/review").status_code == 403


def test_two_clicks_book_once(world: Any, agent: Any) -> None:
    _as_far_as_review(agent)
    places = {agent.post("/console/book/review").location for _click in range(2)}
    assert places == {f"/console/appointments/{desk.ID}/"}
    assert world.bus.times(ConfirmAppointment) == 1
    assert "booked. Print the confirmation" in agent.get(places.pop()).text


def test_only_what_is_treated_by_video_can_be_chosen(agent: Any) -> None:
    page = agent.get("/console/book/").text
    assert "information-documents/video" in page
    assert "reimbursement-of-bills/" not in page
    refused = agent.post("/console/book/", {"matter": "reimbursement-of-bills/video", "topic": ""})
    assert refused.status_code == 422


def test_the_slot_is_held_while_the_form_is_filled_and_can_be_renewed_once(world: Any, agent: Any) -> None:
    _begin(agent)
    assert _take(agent).location == "/console/book/person"
    assert 'data-seconds-left="600"' in agent.get("/console/book/person").text
    world.clock.set(world.clock.now() + timedelta(minutes=5))
    half = {**CALLER, "consent": "", "step": "person"}
    assert agent.post("/console/book/renew", half).location == "/console/book/person"
    page = agent.get("/console/book/person").text
    assert 'data-seconds-left="600"' in page
    assert "rue de l&#39;Essai" in page
    assert "10 more minutes" not in page
    assert world.bus.times(HoldSlot) == 1


def test_a_lapsed_slot_leads_back_to_the_times_and_loses_nothing(world: Any, agent: Any) -> None:
    _as_far_as_review(agent)
    world.clock.set(world.clock.now() + timedelta(minutes=11))
    assert agent.post("/console/book/review").location == "/console/book/time"
    assert agent.get("/console/book/time").status_code == 200
    _take(agent, "2026-11-23T14:00:00+00:00")
    assert "rue de l&#39;Essai" in agent.get("/console/book/person").text


def test_consent_is_asked_before_anything_is_booked(world: Any, agent: Any) -> None:
    refused = _as_far_as_review(agent, consent="")
    assert refused.status_code == 422
    assert "Read the sentence out" in refused.text
    assert agent.post("/console/book/review").location == "/console/book/person"
    assert world.bus.times(ConfirmAppointment) == 0


def test_an_address_that_is_typed_has_to_be_one(agent: Any) -> None:
    assert _as_far_as_review(agent, email="lea@nowhere").status_code == 422


def test_for_another_person_both_are_kept_apart(world: Any, agent: Any) -> None:
    assert _as_far_as_review(agent, for_whom="another").location == "/console/book/insured"
    agent.post("/console/book/insured", {**ANOTHER, "first_name": "Tom"})
    agent.post("/console/book/review")
    (confirmed,) = _asked(world, ConfirmAppointment)
    assert (confirmed.applicant.first_name, confirmed.insured.first_name) == ("Léa", "Tom")


def test_nothing_of_a_caller_is_there_for_the_next_one(world: Any, agent: Any) -> None:
    _as_far_as_review(agent)
    agent.post("/console/book/review")
    assert "checked" not in agent.get("/console/book/").text
    _begin(agent)
    _take(agent, "2026-11-23T14:00:00+00:00")
    page = agent.get("/console/book/person").text
    for text in ("Essai", PERSON["national_number"], PERSON["phone"]):
        assert text not in page
    assert set(re.findall(r'autocomplete="([^"]+)"', page)) == {"off"}


def test_a_call_that_was_broken_off_is_forgotten_and_its_slot_given_back(world: Any, agent: Any) -> None:
    _as_far_as_review(agent)
    assert "A booking is under way" in agent.get("/console/book/").text
    assert agent.post("/console/book/drop").location == "/console/book/"
    assert world.bus.times(ReleaseHold) == 1
    assert agent.get("/console/book/person").location == "/console/book/"
    assert agent.post("/console/book/review").location == "/console/book/"


def test_beginning_anew_gives_the_earlier_slot_back(world: Any, agent: Any) -> None:
    _as_far_as_review(agent)
    _begin(agent)
    assert world.bus.times(ReleaseHold) == 1
    assert agent.get("/console/book/person").location == "/console/book/time"


def test_a_time_that_somebody_took_is_told_and_others_offered(world: Any, agent: Any) -> None:
    _begin(agent)
    world.booking.taken.add(world.clock.now().replace(hour=10))
    refused = _take(agent)
    assert refused.status_code == 409
    assert "Somebody else has just taken this time" in refused.text


def test_too_many_appointments_are_told_where_one_books(world: Any, agent: Any) -> None:
    _as_far_as_review(agent)
    world.bus.fault_of["confirm_appointment"] = TooManyOpenAppointments("3")
    refused = agent.post("/console/book/review")
    assert refused.status_code == 409
    assert "3 appointments ahead" in refused.text


@pytest.mark.parametrize(("field", "page"), [("applicant.phone", "Who is calling?"), ("insured.x", "")])
def test_what_the_service_refuses_is_shown_at_the_field(
    world: Any, agent: Any, field: str, page: str
) -> None:
    _as_far_as_review(agent)
    world.bus.fault_of["confirm_appointment"] = InvalidField(field, "format")
    refused = agent.post("/console/book/review")
    assert refused.status_code == 422
    assert page in refused.text


def test_a_citizens_own_booking_in_the_same_browser_is_left_alone(world: Any, agent: Any) -> None:
    agent.post("/book/login", {"way": "without"})
    agent.post("/book/welcome", {"consent": "yes"})
    _as_far_as_review(agent)
    agent.post("/console/book/review")
    assert agent.get("/book/").location == "/book/subject"


def _asked(world: Any, kind: type) -> list[Any]:
    return [request for request in world.bus.asked if isinstance(request, kind)]
