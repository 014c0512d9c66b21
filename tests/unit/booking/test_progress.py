"""How an appointment goes on: what `media` tells, in whatever order, is its state, its events, its trail."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.booking.progress import News
from services.chassis import context
from services.contracts.booking import (
    CancelAppointment,
    GetAppointment,
    GetAuditTrail,
    MoveAppointment,
    RenewLink,
)
from services.contracts.booking_events import (
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentProgressed,
    LinkRenewed,
    SlotHeld,
)
from services.contracts.case_file import FILED, FilingProgressed
from services.contracts.errors import AppointmentStarted, NotFound, StaleVersion
from services.contracts.identity_copy import RESULTS, IdentityCompared, IdentityCopySeen
from services.contracts.media_events import CallBegan, CitizenJoined, ConsultationEnded
from services.contracts.slots import ReleaseHold
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, World, agent

NEXT = FIRST_SLOT + LENGTH
T0 = FIRST_SLOT


def came(room_id: str, minutes: int = 0, version: int = 1) -> News:
    at = T0 + timedelta(minutes=minutes)
    return CitizenJoined(
        event_id=f"came-{minutes}", occurred_at=at, room_id=room_id, appointment_version=version
    )


def began(room_id: str, minutes: int = 5, version: int = 1) -> News:
    at = T0 + timedelta(minutes=minutes)
    return CallBegan(
        event_id=f"began-{minutes}",
        occurred_at=at,
        room_id=room_id,
        appointment_version=version,
        agent_id="agent-a",
    )


def ended(room_id: str, outcome: str = "held", minutes: int = 15, by: str = "agent-a") -> News:
    at = T0 + timedelta(minutes=minutes)
    return ConsultationEnded(
        event_id=f"ended-{minutes}",
        occurred_at=at,
        room_id=room_id,
        ended_at=at,
        outcome=outcome,
        appointment_version=1,
        agent_id=by,
    )


def _of_copy(room_id: str, minutes: int) -> dict[str, Any]:
    return {
        "event_id": f"copy-{minutes}",
        "occurred_at": T0 + timedelta(minutes=minutes),
        "room_id": room_id,
        "appointment_version": 1,
        "document_id": "document-1",
        "agent_id": "agent-a",
    }


def seen(room_id: str, minutes: int = 6) -> News:
    return IdentityCopySeen(**_of_copy(room_id, minutes))


def compared(room_id: str, result: str = "matches", minutes: int = 7) -> News:
    return IdentityCompared(**_of_copy(room_id, minutes), result=result)


def filing(room_id: str, outcome: str, minutes: int = 8) -> News:
    receipt = "R-1" if outcome == FILED else ""
    told = _of_copy(room_id, minutes) | {"event_id": f"document-1.{outcome}"}
    return FilingProgressed(**told, outcome=outcome, receipt=receipt)


def _state(world: World, appointment_id: str) -> str:
    return world.booking.get_appointment(GetAppointment(appointment_id=appointment_id)).state


def _progress(world: World) -> list[str]:
    return [event.state for event in world.attendances.told if isinstance(event, AppointmentProgressed)]


def _steps(world: World, appointment_id: str) -> list[tuple[str, str, int]]:
    trail = world.booking.get_audit_trail(GetAuditTrail(appointment_id=appointment_id))
    return [(step.what, step.who, step.version) for step in trail.steps]


# --- state and events -------------------------------------------------------------


def test_an_appointment_goes_from_booked_to_held() -> None:
    world = World()
    room = world.book().appointment_id
    states = []
    for news in (came(room), began(room), ended(room)):
        world.booking.note_progress(news)
        states.append(_state(world, room))
    assert states == _progress(world) == ["arrived", "in_call", "held"]


def test_what_is_told_twice_is_kept_and_told_on_once() -> None:
    world = World()
    room = world.book().appointment_id
    for news in (came(room), came(room), ended(room, "technical_failure"), ended(room, "technical_failure")):
        world.booking.note_progress(news)
    assert _progress(world) == ["arrived", "technical_failure"]
    assert len(world.attendances.known[room].facts) == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_the_news_come_the_last_that_happened_counts(order: tuple[int, ...]) -> None:
    world = World()
    room = world.book().appointment_id
    news = (came(room), began(room), ended(room))
    for which in order:
        world.booking.note_progress(news[which])
    assert _state(world, room) == "held"
    told = _progress(world)
    assert told[-1] == "held"
    assert told == sorted(told, key=["arrived", "in_call", "held"].index), "told back in time"


def test_an_end_that_was_taken_back_is_followed_by_the_next_and_the_last_counts() -> None:
    world = World()
    room = world.book().appointment_id
    world.booking.note_progress(ended(room, "no_show", minutes=3))
    world.booking.note_progress(came(room, minutes=4))
    assert _state(world, room) == "arrived"
    world.booking.note_progress(ended(room, "technical_failure", minutes=50, by=""))
    assert _state(world, room) == "technical_failure"
    assert _progress(world) == ["no_show", "arrived", "technical_failure"]


def test_who_came_to_an_earlier_time_has_not_come_to_the_new_one() -> None:
    world = World()
    room = world.book().appointment_id
    world.booking.note_progress(came(room, minutes=-5))
    world.booking.move_appointment(MoveAppointment(appointment_id=room, starts_at=NEXT, actor="agent-a"))
    assert _state(world, room) == "booked"
    world.booking.note_progress(began(room, minutes=-4, version=1))
    assert _state(world, room) == "booked"
    world.booking.note_progress(came(room, minutes=16, version=2))
    assert _state(world, room) == "arrived"


def test_news_of_what_was_cancelled_are_kept_and_change_nothing() -> None:
    world = World()
    room = world.book().appointment_id
    world.booking.cancel_appointment(CancelAppointment(appointment_id=room, actor="citizen"))
    world.booking.note_progress(came(room))
    assert _state(world, room) == "cancelled"
    assert _progress(world) == []


def test_news_of_an_unknown_room_are_nobodys() -> None:
    world = World()
    world.booking.note_progress(came("unknown"))
    assert _progress(world) == []


def test_a_held_slot_is_told_and_who_cancelled_and_whence_it_was_moved() -> None:
    world = World(agent(), agent("agent-b"))
    first, second = world.book(), world.book(key="key-2")
    world.booking.move_appointment(
        MoveAppointment(appointment_id=first.appointment_id, starts_at=NEXT, actor="citizen")
    )
    for appointment, actor in ((first, "citizen"), (second, "agent-a")):
        request = CancelAppointment(appointment_id=appointment.appointment_id, actor=actor)
        world.booking.cancel_appointment(request)
    told = world.claims.told
    held = next(event for event in told if isinstance(event, SlotHeld))
    assert (held.appointment_id, held.starts_at, held.held_until) == (
        first.appointment_id,
        FIRST_SLOT,
        EIGHT + timedelta(minutes=10),
    )
    assert [e.starts_at_before for e in told if isinstance(e, AppointmentMoved)] == [FIRST_SLOT]
    assert [e.by_cns for e in told if isinstance(e, AppointmentCancelled)] == [False, True]


# --- the audit trail ----------------------------------------------------------------


def test_the_trail_has_all_that_happened_in_order() -> None:
    world = World()
    room = world.book().appointment_id
    world.booking.move_appointment(MoveAppointment(appointment_id=room, starts_at=NEXT, actor="citizen"))
    world.clock.set(T0)
    for news in (came(room, version=2), began(room, version=2), ended(room, by="")):
        world.booking.note_progress(news)
    assert _steps(world, room) == [
        ("held", "citizen", 1),
        ("booked", "citizen", 1),
        ("moved", "citizen", 2),
        ("arrived", "citizen", 2),
        ("in_call", "agent-a", 2),
        ("ended_held", "platform", 1),
    ]


def test_who_looked_at_which_identity_copy_and_what_he_found_stands_in_the_trail() -> None:
    world = World()
    room = world.book().appointment_id
    for news in (came(room), began(room), compared(room), seen(room), seen(room), compared(room)):
        world.booking.note_progress(news)
    trail = world.booking.get_audit_trail(GetAuditTrail(appointment_id=room)).steps
    assert [(step.what, step.who, step.document_id, step.at) for step in trail if step.document_id] == [
        ("identity_seen", "agent-a", "document-1", T0 + timedelta(minutes=6)),
        ("identity_matches", "agent-a", "document-1", T0 + timedelta(minutes=7)),
    ]
    assert _state(world, room) == "in_call"
    assert _progress(world) == ["arrived", "in_call"]


@pytest.mark.parametrize("result", RESULTS)
def test_every_result_of_a_comparison_has_a_word_in_the_trail(result: str) -> None:
    world = World()
    room = world.book().appointment_id
    world.booking.note_progress(compared(room, result))
    assert _steps(world, room)[-1] == (f"identity_{result}", "agent-a", 1)


def test_which_document_went_to_the_case_file_by_whom_and_under_which_receipt_stands_in_the_trail() -> None:
    world = World()
    room = world.book().appointment_id
    told = [filing(room, "begun"), filing(room, "filed"), filing(room, "filed")]
    for news in (came(room), began(room), *told):
        world.booking.note_progress(news)
    trail = world.booking.get_audit_trail(GetAuditTrail(appointment_id=room)).steps
    assert [(step.what, step.who, step.document_id, step.receipt) for step in trail if step.document_id] == [
        ("case_file_begun", "agent-a", "document-1", ""),
        ("case_file_filed", "agent-a", "document-1", "R-1"),
    ]
    assert _state(world, room) == "in_call"


def test_each_step_says_whence_it_came() -> None:
    world = World()
    with context.use(context.begin(origin="page:0123456789abcdef")):
        hold = world.hold()
    with context.use(context.begin(origin="console")):
        world.booking.release_hold(ReleaseHold(appointment_id=hold.appointment_id, holder="session-1"))
    trail = world.booking.get_audit_trail(GetAuditTrail(appointment_id=hold.appointment_id))
    assert [step.origin for step in trail.steps] == ["page:0123456789abcdef", "console"]


def test_a_session_is_not_named_and_a_machine_client_is() -> None:
    world = World()
    with context.use(context.begin(origin="api")):
        hold = world.hold(holder="client:crm")
    assert _steps(world, hold.appointment_id) == [("held", "client:crm", 1)]
    assert _steps(world, world.hold(NEXT, "key-2").appointment_id) == [("held", "citizen", 1)]


def test_a_hold_that_ran_out_keeps_its_trail() -> None:
    world = World()
    hold = world.hold()
    world.clock.set(hold.held_until)
    world.booking.sweep()
    assert world.claims.by_id == {}
    assert _steps(world, hold.appointment_id) == [("held", "citizen", 1), ("lapsed", "platform", 1)]


def test_what_never_was_has_no_trail() -> None:
    with pytest.raises(NotFound):
        _steps(World(), "unknown")


# --- the personal link ----------------------------------------------------------------


def _renew(world: World, appointment_id: str, generation: int = 1) -> int:
    request = RenewLink(appointment_id=appointment_id, generation=generation, actor="agent-a")
    return world.booking.renew_link(request).link_generation


def test_a_renewed_link_is_the_next_generation_and_told() -> None:
    world = World()
    booked = world.book()
    assert _renew(world, booked.appointment_id) == 2
    assert [e.link_generation for e in world.claims.told if isinstance(e, LinkRenewed)] == [2]
    assert _steps(world, booked.appointment_id)[-1] == ("link_renewed", "agent-a", 2)


def test_a_second_click_revokes_nothing_more() -> None:
    world = World()
    booked = world.book()
    _renew(world, booked.appointment_id)
    with pytest.raises(StaleVersion):
        _renew(world, booked.appointment_id)
    assert world.told().count("link_renewed.v1") == 1


def test_a_renewed_link_goes_along_with_a_move() -> None:
    world = World()
    booked = world.book()
    _renew(world, booked.appointment_id)
    request = MoveAppointment(appointment_id=booked.appointment_id, starts_at=NEXT, actor="citizen")
    moved = world.booking.move_appointment(request)
    assert (moved.link_generation, moved.version) == (2, 3)


def test_no_link_is_renewed_that_opens_nothing() -> None:
    world = World()
    booked = world.book()
    world.booking.cancel_appointment(CancelAppointment(appointment_id=booked.appointment_id, actor="citizen"))
    for appointment_id in (booked.appointment_id, "unknown"):
        with pytest.raises(NotFound):
            _renew(world, appointment_id)


def test_a_renewed_link_does_not_shorten_what_staff_may_change() -> None:
    world = World()
    booked = world.book()
    world.come(booked.appointment_id)
    assert _renew(world, booked.appointment_id) == 2
    assert _state(world, booked.appointment_id) == "arrived"
    with pytest.raises(AppointmentStarted):
        world.booking.cancel_appointment(
            CancelAppointment(appointment_id=booked.appointment_id, actor="citizen")
        )
