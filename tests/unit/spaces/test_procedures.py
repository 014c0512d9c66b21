"""Drafts in a space: who may keep, read and discard them, two devices at once, and what booking tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contracts import booking_events as events
from services.contracts import procedures as pr
from services.contracts.errors import NotAllowed, NotFound, ProcedureOver, StaleVersion, TooManyDrafts
from services.contracts.space_access import Actor
from tests.unit.spaces.world import ANNE, LEA, NOW, TOM, World

DRAFT = "procedure-number-000001"
AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
_SENT: dict[str, Any] = {"event_id": "e-1", "occurred_at": NOW, "appointment_id": "a-1"}


@pytest.fixture
def own(world: World) -> str:
    """Léa's private space."""
    return world.open_own(LEA).person_id


@pytest.fixture
def shared(world: World) -> str:
    """Léa's professional space, with Tom as editor and Anne as reader."""
    space_id = world.opened().space_id
    world.joined(space_id, TOM, "editor")
    world.joined(space_id, ANNE, "reader")
    return space_id


def get(world: World, space_id: str, who: Actor = LEA) -> pr.Procedure:
    return world.procedures.get(pr.GetProcedure(actor=who, space_id=space_id, procedure_id=DRAFT))


def listed(world: World, space_id: str, who: Actor = LEA) -> list[str]:
    found = world.procedures.list(pr.ListProcedures(actor=who, space_id=space_id)).procedures
    return [f"{one.procedure_id[-1]} {one.state}" for one in found]


def discard(world: World, space_id: str, who: Actor = LEA) -> pr.Procedures:
    return world.procedures.discard(pr.DiscardDraft(actor=who, space_id=space_id, procedure_id=DRAFT))


def booked(**changed: Any) -> events.AppointmentBooked:
    values: dict[str, Any] = {
        "appointment_version": 1,
        "kind": "video",
        "language": "de",
        "agent_id": "agent-1",
        "starts_at": AT,
        "ends_at": AT + timedelta(minutes=20),
        "assurance_method": "luxtrust",
        "person_id": "p-1",
        "procedure_id": DRAFT,
    }
    return events.AppointmentBooked(**{**_SENT, **values, **changed})


def cancelled(**changed: Any) -> events.AppointmentCancelled:
    return events.AppointmentCancelled(
        **{**_SENT, "appointment_version": 2, "procedure_id": DRAFT, **changed}
    )


def progressed(state: str) -> events.AppointmentProgressed:
    return events.AppointmentProgressed(**_SENT, state=state, procedure_id=DRAFT)


def test_a_draft_is_read_as_it_was_saved_and_is_listed_without_what_was_typed(world: World, own: str) -> None:
    world.saved(own, content='{"typed": {"person": {"city": "Esch"}}}')
    found = get(world, own)
    assert (found.state, found.version, found.step, found.about) == (pr.DRAFT, 1, "time", "information")
    assert (found.content, found.changed_by, found.is_own) == (
        '{"typed": {"person": {"city": "Esch"}}}',
        "Léa Muster",
        True,
    )
    shown = world.procedures.list(pr.ListProcedures(actor=LEA, space_id=own)).procedures
    assert [(one.about, one.content) for one in shown] == [("information", "")]


def test_the_same_save_twice_is_one_draft(world: World, own: str) -> None:
    assert world.saved(own) == world.saved(own)
    assert listed(world, own) == ["1 draft"]


def test_the_second_device_sees_the_newer_state_before_it_saves(world: World, own: str) -> None:
    world.saved(own)
    on_phone = world.saved(own, version=1, step="review")
    with pytest.raises(StaleVersion, match="procedure"):
        world.saved(own, version=1, content='{"typed": {"from": "desktop"}}')
    assert get(world, own) == on_phone
    after = world.saved(own, version=on_phone.version, content='{"typed": {"from": "desktop"}}')
    assert after.version == 3


def test_of_two_saves_at_once_one_is_refused_and_nothing_is_lost(world: World, own: str) -> None:
    world.saved(own)
    world.drafts.before_change.append(lambda: world.saved(own, version=1, step="review"))
    with pytest.raises(StaleVersion):
        world.saved(own, version=1, step="person")
    assert get(world, own).step == "review"


def test_a_draft_that_began_on_two_devices_at_once_is_one(world: World, own: str) -> None:
    world.drafts.before_change.append(lambda: world.saved(own))
    assert world.saved(own).version == 1
    assert listed(world, own) == ["1 draft"]


def test_nobody_has_more_than_ten_drafts_in_a_space(world: World, shared: str) -> None:
    for number in range(1, pr.MOST_DRAFTS + 1):
        world.saved(shared, number=number)
    with pytest.raises(TooManyDrafts, match="10"):
        world.saved(shared, number=11)
    world.saved(shared, number=1, version=1, step="review")
    world.saved(shared, TOM, number=12)
    discard(world, shared)
    world.saved(shared, number=13)


def test_two_that_want_the_last_place_do_not_both_get_it(world: World, own: str) -> None:
    for number in range(1, pr.MOST_DRAFTS):
        world.saved(own, number=number)
    world.drafts.before_change.append(lambda: world.saved(own, number=10))
    with pytest.raises(TooManyDrafts):
        world.saved(own, number=11)


def test_members_share_drafts_each_in_his_role(world: World, shared: str) -> None:
    world.saved(shared)
    assert get(world, shared, ANNE).is_own is False
    with pytest.raises(NotAllowed, match="procedures:write"):
        world.saved(shared, ANNE, version=1, step="review")
    with pytest.raises(NotAllowed, match="procedures:write"):
        discard(world, shared, ANNE)
    after = world.saved(shared, TOM, version=1, step="review")
    assert (after.changed_by, get(world, shared).is_own) == ("Tom Beispiel", True)
    discard(world, shared, TOM)
    assert listed(world, shared, ANNE) == []


def test_a_draft_is_found_in_its_own_space_alone(world: World, own: str, shared: str) -> None:
    world.saved(own)
    with pytest.raises(NotFound, match="procedure"):
        get(world, shared)
    with pytest.raises(NotFound, match="procedure"):
        world.saved(shared, version=1, step="review")
    with pytest.raises(NotFound, match="procedure"):
        discard(world, shared)
    with pytest.raises(NotFound, match="space"):
        get(world, own, TOM)


def test_what_was_discarded_on_one_device_is_not_revived_by_another(world: World, own: str) -> None:
    world.saved(own)
    assert discard(world, own) == discard(world, own) == pr.Procedures(procedures=())
    with pytest.raises(ProcedureOver, match="discarded"):
        world.saved(own, version=1, step="review")
    assert (get(world, own).state, get(world, own).content) == (pr.DISCARDED, "")


def test_a_save_over_what_is_not_there_any_more_begins_nothing(world: World, own: str) -> None:
    with pytest.raises(NotFound, match="procedure"):
        world.saved(own, version=3)


def test_a_booking_makes_its_draft_an_appointment_once(world: World, own: str) -> None:
    world.saved(own)
    for _again in range(2):
        world.procedures.booked(booked())
    found = get(world, own)
    assert (found.state, found.appointment_id, found.starts_at, found.content) == (
        pr.SUBMITTED,
        "a-1",
        AT,
        "",
    )
    with pytest.raises(ProcedureOver, match="submitted"):
        world.saved(own, version=1, step="review")
    with pytest.raises(ProcedureOver, match="submitted"):
        discard(world, own)
    world.procedures.booked(booked(appointment_id="a-2"))
    assert get(world, own).appointment_id == "a-1"


def test_news_of_a_move_may_come_before_the_booking(world: World, own: str) -> None:
    world.saved(own)
    moved = events.AppointmentMoved(
        **_SENT,
        appointment_version=2,
        agent_id="agent-2",
        starts_at=AT + timedelta(days=1),
        ends_at=AT + timedelta(days=1, minutes=20),
        procedure_id=DRAFT,
    )
    world.procedures.booked(moved)
    world.procedures.booked(booked())
    assert get(world, own).starts_at == AT + timedelta(days=1)


@pytest.mark.parametrize("state", ["held", "no_show", "technical_failure"])
def test_it_is_done_however_the_consultation_went(world: World, own: str, state: str) -> None:
    world.saved(own)
    world.procedures.booked(booked())
    for earlier in ("arrived", "in_call"):
        world.procedures.progressed(progressed(earlier))
        assert get(world, own).state == pr.SUBMITTED
    world.procedures.progressed(progressed(state))
    assert get(world, own).state == pr.DONE


def test_a_cancelled_appointment_makes_no_draft_of_it_again(world: World, own: str) -> None:
    world.saved(own)
    world.procedures.cancelled(cancelled())
    world.procedures.booked(booked())
    assert (get(world, own).state, get(world, own).starts_at) == (pr.CANCELLED, AT)
    assert listed(world, own) == ["1 cancelled"]


def test_news_of_appointments_that_came_from_no_draft_change_nothing(world: World, own: str) -> None:
    world.saved(own)
    for unknown in ("", "procedure-that-is-gone"):
        world.procedures.booked(booked(procedure_id=unknown))
        world.procedures.cancelled(cancelled(procedure_id=unknown))
    assert get(world, own).state == pr.DRAFT


def test_news_between_two_changes_are_told_again(world: World, own: str) -> None:
    world.saved(own)
    steps = ("person", "review", "time", "kind", "subject")
    for version, step in reversed(list(enumerate(steps, 1))):
        world.drafts.before_change.append(
            lambda version=version, step=step: _touch(world, version, step)  # type: ignore[misc]
        )
    with pytest.raises(StaleVersion):
        world.procedures.booked(booked())
    world.procedures.booked(booked())
    assert get(world, own).state == pr.SUBMITTED


def _touch(world: World, version: int, step: str) -> None:
    """Another change comes between."""
    before = world.drafts.kept[DRAFT]
    assert before.version == version
    changed = replace(before, content=replace(before.content, step=step), version=version + 1)
    world.drafts.kept[DRAFT] = changed


def test_time_takes_untouched_drafts_and_nothing_else(world: World, own: str) -> None:
    world.saved(own)
    world.saved(own, number=2)
    world.procedures.booked(booked())
    world.later(days=89)
    world.saved(own, number=3)
    world.procedures.sweep()
    assert listed(world, own) == ["3 draft", "2 draft", "1 submitted"]
    world.later(days=1)
    for _replica in range(2):
        world.procedures.sweep()
    assert listed(world, own) == ["3 draft", "1 submitted"]


def test_a_year_after_its_end_only_what_the_list_shows_is_left(world: World, own: str) -> None:
    world.saved(own)
    world.procedures.booked(booked())
    world.procedures.progressed(progressed("held"))
    world.later(days=365)
    world.procedures.sweep()
    found = get(world, own)
    assert (found.state, found.starts_at, found.about) == (pr.DONE, AT, "information")
    assert (found.appointment_id, found.changed_by, found.is_own) == ("", "", False)


def test_the_end_of_a_space_takes_all_that_is_in_it(world: World, own: str, shared: str) -> None:
    world.saved(own)
    world.saved(shared, number=2)
    for _again in range(2):
        world.procedures.erase(own)
    assert [one.space_id for one in world.drafts.kept.values()] == [shared]


def test_who_is_gone_leaves_his_drafts_to_the_others_without_his_name(world: World, shared: str) -> None:
    world.saved(shared, TOM, content='{"typed": {"person": {"last_name": "Beispiel"}}}')
    for _again in range(2):
        world.procedures.forget_person(TOM.person_id)
    assert (get(world, shared).state, get(world, shared).changed_by) == (pr.DRAFT, "")
    for said in (TOM.person_id, "Beispiel"):
        assert said not in str(world.drafts.kept)
