"""The back office changes what can be booked: nobody's appointment is lost without a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.booking import entries
from services.booking.domain.catalogue import Agent
from services.chassis.ids import new_id
from services.contracts import calendars as contract
from services.contracts.booking import LANGUAGES, Appointment, GetAuditTrail
from services.contracts.booking_events import AppointmentMoved
from services.contracts.earlier import AcceptEarlier, AskForEarlier, GetEarlierWish
from services.contracts.errors import (
    ChangeTooLarge,
    ImpactChanged,
    InvalidField,
    NotFound,
    SlotNotOffered,
    StaleVersion,
)
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, World, agent

STAFF = "staff-1"


def office(world: World) -> contract.CalendarEntry:
    (entry,) = world.booking.get_catalogue().calendars
    return entry


def entry_of(member: Agent) -> contract.AgentEntry:
    return entries._agent(member)


def away(
    agent_id: str = "agent-a",
    starts_at: datetime = FIRST_SLOT,
    hours: float = 8,
    absence_id: str = "absence-1",
) -> contract.Change:
    until = starts_at + timedelta(hours=hours)
    return contract.Change(
        absence=contract.Absence(absence_id=absence_id, agent_id=agent_id, starts_at=starts_at, until=until)
    )


def preview(world: World, change: contract.Change) -> contract.Impact:
    return world.booking.preview_change(contract.PreviewChange(change=change))


def request(
    change: contract.Change, impact: contract.Impact, key: str = "", **changes: Any
) -> contract.ApplyChange:
    asked = contract.ApplyChange(
        change=change,
        revision=impact.revision,
        impact_digest=impact.digest,
        actor=STAFF,
        change_key=key or new_id(),
    )
    return replace(asked, **changes)


def apply(world: World, change: contract.Change, key: str = "") -> contract.Applied:
    """Look at it first, as one must."""
    return world.booking.apply_change(request(change, preview(world, change), key))


def get(world: World, appointment: Appointment) -> Appointment:
    return world.booking.appointments.get(appointment.appointment_id)


def displaced(world: World) -> list[str]:
    return [found.appointment_id for found in world.booking.list_displaced().appointments]


# --- looking ------------------------------------------------------------------------


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


# --- making it ----------------------------------------------------------------------


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


# --- absences -----------------------------------------------------------------------


def test_an_absence_of_a_day_shares_eighteen_appointments_among_colleagues() -> None:
    world = World(agent("agent-a", "fr"))
    starts = [
        FIRST_SLOT + n * LENGTH + (timedelta(minutes=90) if n >= 9 else timedelta(0)) for n in range(18)
    ]
    booked = [world.book(start, f"key-{n}") for n, start in enumerate(starts)]
    for name in ("agent-b", "agent-c"):
        world.source.put(agent(name))
    applied = apply(world, away(hours=24))
    assert (applied.reassigned, applied.displaced) == (18, 0)
    after = [get(world, appointment) for appointment in booked]
    assert [appointment.starts_at for appointment in after] == starts
    agents = [appointment.agent_id for appointment in after]
    assert (agents.count("agent-b"), agents.count("agent-c")) == (9, 9)


def test_an_absence_that_ends_brings_back_whom_it_displaced() -> None:
    world = World()
    booked = world.book()
    apply(world, away())
    apply(world, contract.Change(end_absence="absence-1"))
    assert not get(world, booked).displaced
    assert world.told()[-1] == "appointment_restored.v1"
    assert world.booking.get_catalogue().absences == ()


def test_an_absence_may_be_made_longer_or_shorter() -> None:
    world = World()
    apply(world, away(hours=1))
    apply(world, away(hours=3))
    (absence,) = world.booking.get_catalogue().absences
    assert absence.until == FIRST_SLOT + timedelta(hours=3)


def test_a_colleague_who_becomes_free_takes_a_displaced_appointment() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"))
    booked = world.book(FIRST_SLOT, "key-1")
    other = world.book(FIRST_SLOT, "key-2")
    apply(world, away())
    assert get(world, booked).displaced
    world.booking.help_displaced()
    assert get(world, booked).displaced
    world.booking.appointments.cancel(other.appointment_id, "citizen", world.clock.now())
    world.booking.help_displaced()
    helped = get(world, booked)
    assert (helped.displaced, helped.agent_id) == (False, "agent-b")
    assert world.told()[-2:] == ["appointment_moved.v1", "appointment_restored.v1"]


def test_who_has_come_is_left_to_the_desk() -> None:
    world = World()
    booked = world.book()
    world.come(booked.appointment_id)
    assert preview(world, away()).hurt == ()
    apply(world, away())
    assert not get(world, booked).displaced


def test_what_has_begun_is_left_to_the_desk() -> None:
    world = World()
    booked = world.book()
    world.clock.advance(minutes=30)
    assert preview(world, away(starts_at=FIRST_SLOT - timedelta(hours=1))).hurt == ()
    apply(world, away(starts_at=FIRST_SLOT - timedelta(hours=1)))
    assert not get(world, booked).displaced


# --- what comes of it later -----------------------------------------------------------


def sweep(world: World, **wait: float) -> None:
    world.clock.advance(**wait)
    world.booking.reconcile()


def test_a_hold_from_before_that_is_confirmed_later_is_handled_then() -> None:
    world = World()
    hold = world.hold()
    apply(world, away())
    sweep(world, seconds=3)
    booked = world.confirm(hold)
    assert not booked.displaced
    sweep(world, seconds=1)
    assert get(world, booked).displaced
    sweep(world, seconds=1)
    assert world.source.unclosed() == []


def test_a_change_is_looked_at_until_the_last_hold_from_before_is_gone() -> None:
    world = World()
    world.hold()
    apply(world, away())
    sweep(world, seconds=3)
    sweep(world, minutes=9)
    assert len(world.source.unclosed()) == 1
    sweep(world, minutes=2)
    assert world.source.unclosed() == []


def test_a_change_that_touches_no_hold_is_soon_done_with() -> None:
    world = World()
    world.hold()
    apply(world, away(starts_at=FIRST_SLOT + LENGTH))
    sweep(world, seconds=3)
    sweep(world, seconds=1)
    assert world.source.unclosed() == []


def test_an_earlier_time_that_was_offered_before_and_accepted_since_is_handled() -> None:
    world = World()
    early = world.book(FIRST_SLOT, "key-1")
    late = world.book(FIRST_SLOT + 5 * LENGTH, "key-2")
    world.booking.ask_for_earlier(AskForEarlier(appointment_id=late.appointment_id))
    world.booking.appointments.cancel(early.appointment_id, "citizen", world.clock.now())
    world.booking.offer_earlier()
    wish = world.booking.get_earlier_wish(GetEarlierWish(appointment_id=late.appointment_id))
    assert wish.offer
    apply(world, away(hours=LENGTH / timedelta(hours=1), starts_at=wish.offer.starts_at))
    sweep(world, seconds=3)
    world.booking.accept_earlier(
        AcceptEarlier(appointment_id=late.appointment_id, offer_id=wish.offer.offer_id, actor="citizen")
    )
    sweep(world, seconds=1)
    assert get(world, late).displaced


def test_what_a_replica_sold_that_did_not_know_yet_is_handled_by_the_sweep() -> None:
    world = World()
    known = world.source.catalogue
    apply(world, away())
    decided, world.source.catalogue = world.source.catalogue, known
    booked = world.book()
    world.source.catalogue = decided
    sweep(world, seconds=3)
    assert get(world, booked).displaced


def test_what_slipped_through_is_found_when_everything_is_looked_over() -> None:
    world = World()
    booked = world.book()
    world.source.put(replace(agent(), active=False))
    world.booking.look_over_calendars()
    assert get(world, booked).displaced


def test_of_two_that_were_sold_at_one_time_one_is_displaced_and_stays_so() -> None:
    """Two replicas knew different hours for a moment."""
    world = World()
    first = world.book(FIRST_SLOT, "key-1")
    second = world.book(FIRST_SLOT + LENGTH, "key-2")
    claim = world.claims.find(second.appointment_id)
    assert claim
    earlier = timedelta(minutes=10)
    off_grid = replace(claim, starts_at=claim.starts_at - earlier, ends_at=claim.ends_at - earlier)
    del world.claims.by_id[claim.claim_id]
    world.claims.by_id[off_grid.claim_id] = off_grid
    for _ in range(2):
        world.booking.look_over_calendars()
        world.booking.help_displaced()
        assert displaced(world) == [second.appointment_id]
    world.booking.appointments.cancel(first.appointment_id, "citizen", world.clock.now())
    world.booking.help_displaced()
    assert displaced(world) == []


# --- what else changes -----------------------------------------------------------------


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
