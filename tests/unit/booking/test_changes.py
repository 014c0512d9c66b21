"""The back office changes what can be booked: nobody's appointment is lost without a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.contracts import calendars as contract
from services.contracts.booking import LANGUAGES, GetAuditTrail
from services.contracts.booking_events import AppointmentMoved
from services.contracts.errors import (
    ChangeTooLarge,
    ImpactChanged,
    InvalidField,
    NotFound,
    SlotNotOffered,
    StaleVersion,
)
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, World, agent
from tests.unit.booking.changing import STAFF, apply, away, displaced, entry_of, get, office, preview, request

# --- looking -----------------------------------------------------------------------------


def test_the_catalogue_is_seen_in_order_of_code() -> None:
    seen = World(agent("agent-b"), agent("agent-a")).booking.get_catalogue()
    assert [entry.agent_id for entry in seen.agents] == ["agent-a", "agent-b"]
    assert [entry.code for entry in seen.subjects] == ["bills", "information"]
    assert seen.calendars[0].hours[0] == ("08:30-11:30", "13:00-16:00")
    assert (seen.revision, seen.absences) == (0, ())


def test_a_preview_says_who_is_hurt_and_what_would_become_of_them_and_changes_nothing() -> None:
    world = World(agent("agent-a"), agent("agent-b", "de"))
    german = world.book(FIRST_SLOT, "key-1")
    impact = preview(world, away())
    assert [(hurt.appointment_id, hurt.remedy) for hurt in impact.hurt] == [
        (german.appointment_id, contract.CHOICE)
    ]
    assert preview(world, away()) == impact
    assert world.told() == ["appointment_booked.v1"]
    assert world.booking.get_catalogue().absences == ()


def test_a_colleague_is_named_who_would_take_it() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"))
    world.book()
    (hurt,) = preview(world, away()).hurt
    assert (hurt.agent_id, hurt.remedy, hurt.colleague_id) == ("agent-a", contract.REASSIGN, "agent-b")
    assert (hurt.starts_at, hurt.ends_at, hurt.language) == (FIRST_SLOT, FIRST_SLOT + LENGTH, "fr")


def test_a_change_that_hurts_nobody_lists_nobody() -> None:
    world = World()
    world.book()
    assert preview(world, away(starts_at=FIRST_SLOT + LENGTH)).hurt == ()


def test_appointments_ahead_keep_their_length_when_the_grid_changes() -> None:
    world = World()
    world.book(FIRST_SLOT + LENGTH)
    assert preview(world, contract.Change(calendar=replace(office(world), minutes=30))).hurt == ()


def test_more_than_can_be_handled_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "MAX_HURT", 1)
    world = World()
    world.book(FIRST_SLOT, "key-1")
    preview(world, away(hours=LENGTH / timedelta(hours=1)))
    world.book(FIRST_SLOT + LENGTH, "key-2")
    with pytest.raises(ChangeTooLarge):
        preview(world, away())


# --- making it ---------------------------------------------------------------------------


def test_a_change_is_in_force_at_once() -> None:
    world = World()
    applied = apply(world, away())
    assert applied == contract.Applied(revision=1, reassigned=0, displaced=0)
    with pytest.raises(SlotNotOffered):
        world.hold()
    (absence,) = world.booking.get_catalogue().absences
    assert absence.agent_id == "agent-a"


def test_a_reassigned_citizen_notices_nothing() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"))
    before = world.book()
    assert apply(world, away()).reassigned == 1
    after = get(world, before)
    assert (after.agent_id, after.starts_at, after.version) == ("agent-b", FIRST_SLOT, 2)
    assert (after.link_generation, after.displaced) == (before.link_generation, False)
    (moved,) = [event for event in world.claims.told if isinstance(event, AppointmentMoved)]
    assert moved.starts_at_before == moved.starts_at == FIRST_SLOT


def test_a_citizen_whom_nobody_can_take_over_is_asked_and_keeps_the_time_until_then() -> None:
    world = World()
    before = world.book()
    assert apply(world, away()).displaced == 1
    after = get(world, before)
    assert (after.displaced, after.state, after.version) == (True, "booked", 1)
    assert world.told() == ["appointment_booked.v1", "appointment_displaced.v1"]
    assert displaced(world) == [before.appointment_id]


def test_a_displaced_citizen_chooses_another_time_and_is_displaced_no_more() -> None:
    world = World()
    booked = world.book()
    apply(world, away(hours=1))
    later = FIRST_SLOT + timedelta(hours=2)
    moved = world.booking.appointments.move(booked.appointment_id, later, "citizen", world.clock.now())
    assert (moved.displaced, moved.starts_at) == (False, later)
    assert displaced(world) == []


def test_a_displaced_citizen_may_cancel() -> None:
    world = World()
    booked = world.book()
    apply(world, away())
    world.booking.appointments.cancel(booked.appointment_id, "citizen", world.clock.now())
    assert displaced(world) == []


def test_the_audit_trail_says_who_changed_it() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"))
    booked = world.book()
    apply(world, away())
    steps = world.booking.get_audit_trail(GetAuditTrail(appointment_id=booked.appointment_id)).steps
    assert [(step.what, step.who) for step in steps if step.what == "reassigned"] == [("reassigned", STAFF)]


def test_applied_before_it_answers_the_same() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"))
    world.book()
    asked = request(away(), preview(world, away()), "change-key-1")
    first = world.booking.apply_change(asked)
    assert (first.reassigned, first.displaced) == (1, 0)
    told = world.told()
    assert world.booking.apply_change(asked) == first
    assert world.told() == told


def test_a_key_is_of_one_change() -> None:
    world = World()
    apply(world, away(), "change-key-1")
    with pytest.raises(InvalidField, match="reused"):
        apply(world, away(absence_id="absence-2"), "change-key-1")


def test_of_two_changes_at_once_one_is_stale() -> None:
    world = World()
    first, second = away(absence_id="absence-1"), away(absence_id="absence-2")
    asked = [request(change, preview(world, change)) for change in (first, second)]
    world.booking.apply_change(asked[0])
    with pytest.raises(StaleVersion):
        world.booking.apply_change(asked[1])


def test_nobody_is_hurt_who_was_not_on_the_list_that_was_shown() -> None:
    world = World()
    shown = preview(world, away())
    world.book()
    with pytest.raises(ImpactChanged):
        world.booking.apply_change(request(away(), shown))
    assert world.booking.get_catalogue().revision == 0


def test_another_colleague_than_the_one_shown_may_take_it() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"), agent("agent-c"))
    booked = world.book()
    shown = preview(world, away())
    (hurt,) = shown.hurt
    other = world.book(FIRST_SLOT, "key-2")
    assert other.agent_id == hurt.colleague_id
    assert world.booking.apply_change(request(away(), shown)).reassigned == 1
    assert get(world, booked).agent_id not in ("agent-a", hurt.colleague_id)


@pytest.mark.parametrize("name", ["change_key", "actor"])
@pytest.mark.parametrize(("text", "rule"), [("", "missing"), ("x" * 201, "too_long")])
def test_a_change_names_its_key_and_who_makes_it(name: str, text: str, rule: str) -> None:
    world = World()
    with pytest.raises(InvalidField) as fault:
        world.booking.apply_change(request(away(), preview(world, away()), **{name: text}))
    assert fault.value.details == {"field": name, "rule": rule}


def test_changes_are_listed_the_last_one_first() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"))
    world.book()
    apply(world, away())
    apply(world, contract.Change(calendar=replace(office(world), horizon_days=7)))
    made = world.booking.list_changes().changes
    assert [(change.revision, change.what, change.code) for change in made] == [
        (2, "calendar", "office"),
        (1, "absence", "agent-a"),
    ]
    assert [(change.reassigned, change.displaced, change.actor) for change in made] == [
        (0, 0, STAFF),
        (1, 0, STAFF),
    ]


# --- what else changes -------------------------------------------------------------------


def test_a_closure_displaces_and_names_everybody_of_that_day() -> None:
    world = World(agent("agent-a"), agent("agent-b"))
    booked = [world.book(FIRST_SLOT + n * LENGTH, f"key-{n}") for n in range(3)]
    closed = replace(office(world), closures=(FIRST_SLOT.date(),))
    assert apply(world, contract.Change(calendar=closed)).displaced == 3
    assert displaced(world) == [appointment.appointment_id for appointment in booked]


def test_an_agent_who_leaves_hands_over_what_lies_ahead() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"))
    booked = world.book()
    gone = replace(entry_of(agent("agent-a", "fr")), active=False)
    assert apply(world, contract.Change(agent=gone)).reassigned == 1
    assert get(world, booked).agent_id == "agent-b"


def test_a_new_agent_can_be_booked_at_once() -> None:
    world = World()
    world.book(FIRST_SLOT, "key-1")
    apply(world, contract.Change(agent=entry_of(agent("agent-n"))))
    assert world.book(FIRST_SLOT, "key-2").agent_id == "agent-n"


def test_kinds_and_subjects_hurt_nobody() -> None:
    world = World()
    world.book()
    names = dict.fromkeys(LANGUAGES, "Information")
    subject = contract.SubjectEntry(
        code="information", position=1, by_video=False, topics=(), kinds=(), names=names
    )
    kind = contract.KindEntry(code="phone-back", channel="video", calendar="office", names=names)
    assert apply(world, contract.Change(subject=subject)).displaced == 0
    assert apply(world, contract.Change(kind=kind)).revision == 2
    assert "phone-back" in world.source.catalogue.kinds


def test_unknown_things_are_not_found() -> None:
    world = World()
    for change, kind in (
        (away("agent-z"), "agent"),
        (contract.Change(end_absence="absence-z"), "absence"),
        (contract.Change(agent=replace(entry_of(agent()), calendar="z")), "calendar"),
        (contract.Change(kind=contract.KindEntry(code="k", channel="video", calendar="z")), "calendar"),
    ):
        with pytest.raises(NotFound) as fault:
            preview(world, change)
        assert fault.value.details == {"kind": kind}
