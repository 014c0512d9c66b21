"""A draft becomes one appointment, on however many devices it is confirmed."""

import pytest

from services.contracts.booking import CancelAppointment
from services.contracts.errors import HoldExpired, ProcedureOver
from services.contracts.slots import Hold
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, World, confirm_request

DRAFT = {"procedure_id": "draft-1"}
NEXT = FIRST_SLOT + LENGTH
OTHER_DEVICE = {"holder": "session-2"}


def _begin_to_confirm(world: World, hold: Hold) -> None:
    """The first step of a confirmation, and no other."""
    world.booking.appointments.one_booking.admit(hold.appointment_id, "draft-1", world.clock.now())


def test_a_draft_that_has_become_an_appointment_becomes_no_second_one() -> None:
    world = World()
    world.book(FIRST_SLOT, "key-1", **DRAFT)
    with pytest.raises(ProcedureOver) as refused:
        world.confirm(world.hold(NEXT, "key-2", **OTHER_DEVICE), **DRAFT, **OTHER_DEVICE)
    assert refused.value.details["state"] == "submitted"
    assert world.told() == ["appointment_booked.v1"]


def test_confirming_the_same_appointment_again_answers_the_same() -> None:
    world = World()
    hold = world.hold()
    assert world.confirm(hold, **DRAFT) == world.confirm(hold, **DRAFT)


def test_a_draft_whose_appointment_was_cancelled_stays_over() -> None:
    world = World()
    booked = world.book(FIRST_SLOT, "key-1", **DRAFT)
    request = CancelAppointment(appointment_id=booked.appointment_id, actor="citizen")
    world.booking.cancel_appointment(request)
    with pytest.raises(ProcedureOver):
        world.book(NEXT, "key-2", **DRAFT)


def test_other_drafts_and_no_draft_at_all_are_booked_beside_it() -> None:
    world = World()
    world.book(FIRST_SLOT, "key-1", **DRAFT)
    world.book(NEXT, "key-2", procedure_id="draft-2")
    world.book(NEXT + LENGTH, "key-3")
    world.book(NEXT + 2 * LENGTH, "key-4")
    assert len(world.told()) == 4


def test_who_confirms_first_gives_the_other_devices_hold_back() -> None:
    world = World()
    here = world.hold(FIRST_SLOT, "key-1")
    there = world.hold(NEXT, "key-2", **OTHER_DEVICE)
    _begin_to_confirm(world, here)  # and then its process died
    booked = world.confirm(there, **DRAFT, **OTHER_DEVICE)
    assert booked.appointment_id == there.appointment_id
    with pytest.raises(HoldExpired):
        world.confirm(here, **DRAFT)
    assert world.told() == ["hold_lapsed.v1", "appointment_booked.v1"]


def test_a_second_click_on_a_device_that_has_lost_takes_the_winner_not_along() -> None:
    world = World()
    lost, wins = world.hold(FIRST_SLOT, "key-1"), world.hold(NEXT, "key-2", **OTHER_DEVICE)
    _begin_to_confirm(world, lost)
    _begin_to_confirm(world, wins)
    with pytest.raises(HoldExpired):  # it had read its hold before that was given back
        _begin_to_confirm(world, lost)
    assert world.confirm(wins, **DRAFT, **OTHER_DEVICE).state == "booked"


def test_a_hold_that_has_run_out_keeps_nobody_from_confirming() -> None:
    world = World()
    here = world.hold(FIRST_SLOT, "key-1")
    _begin_to_confirm(world, here)
    world.clock.advance(minutes=10)
    assert world.book(NEXT, "key-2", **DRAFT).state == "booked"


def test_a_confirmation_that_comes_between_wins() -> None:
    """The other device confirms between the look at its hold and the giving back."""
    world = World()
    here, there = world.hold(FIRST_SLOT, "key-1"), world.hold(NEXT, "key-2", **OTHER_DEVICE)
    _begin_to_confirm(world, here)
    lapse = world.claims.lapse

    def too_late(*given: object) -> bool:
        world.claims.lapse = lapse  # type: ignore[method-assign]
        world.booking.confirm_appointment(confirm_request(here.appointment_id, **DRAFT))
        return lapse(*given)  # type: ignore[arg-type]

    world.claims.lapse = too_late  # type: ignore[method-assign]
    with pytest.raises(ProcedureOver):
        world.confirm(there, **DRAFT, **OTHER_DEVICE)
    assert world.told() == ["appointment_booked.v1"]
