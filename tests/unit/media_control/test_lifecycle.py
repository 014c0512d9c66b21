"""Rooms follow their appointments, whatever order the news comes in."""

from datetime import timedelta

import pytest

from services.contracts.errors import NotFound
from services.contracts.media_errors import RoomForgotten
from services.contracts.rights import AppointmentErased
from services.media.control.domain.admission import State
from services.media.control.usecases import lifecycle
from tests.unit.media_control.test_presence import place
from tests.unit.media_control.world import CITIZEN, T0, T1, World

LATER = T0 + timedelta(days=7)


@pytest.fixture
def world() -> World:
    return World()


def test_a_draft_has_a_key_and_no_appointment(world: World) -> None:
    world.draft()
    assert world.keys.get("room-1")
    with pytest.raises(NotFound):
        world.look()


def test_a_draft_is_opened_once(world: World) -> None:
    world.draft()
    key = world.keys.keys["room-1"]
    world.draft()
    assert world.keys.keys == {"room-1": key}


class Killed(BaseException):
    """The process ends here."""


def test_killed_while_a_room_is_made_there_is_no_key_without_a_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    for part, method in ((world.rooms, "add"), (world.keys, "ensure")):
        with monkeypatch.context() as patch:
            patch.setattr(part, method, die)
            with pytest.raises(Killed):
                world.draft()
        assert set(world.keys.keys) <= set(world.rooms.rooms)
    world.draft()
    assert world.keys.get("room-1"), "asked again, it is made whole"


def test_the_confirmation_adopts_draft_key_and_copy(world: World) -> None:
    world.draft()
    copy = world.upload(kind="identity_copy", name="id.jpg", media_type="image/jpeg")
    key = world.keys.keys["room-1"]
    world.book()
    assert world.keys.keys["room-1"] == key
    assert world.room.document(copy.document_id)
    assert world.look().phase == "early"


def test_a_booking_without_a_draft_makes_the_room(world: World) -> None:
    world.book()
    assert world.look().starts_at == T0
    assert world.keys.get("room-1")


def test_news_that_come_twice_change_nothing(world: World) -> None:
    world.book()
    before = world.room
    world.book()
    assert world.room == before


def test_a_move_keeps_the_room_and_shifts_its_times(world: World) -> None:
    world.book()
    world.move(2, LATER)
    assert world.look().opens_at == LATER - timedelta(minutes=15)
    assert world.log.types("room-1") == ["moved"]


def test_older_news_are_ignored(world: World) -> None:
    world.move(3, LATER)
    world.move(2, T0)
    world.book(version=1)
    assert world.look().starts_at == LATER


def test_another_agent_at_the_same_time_disturbs_nobody(world: World) -> None:
    world.begin_call()
    world.move(2, T0)
    assert world.look().phase == "admitted"
    assert "moved" not in world.log.types("room-1")


def test_moved_out_of_a_call_everybody_leaves_and_joins_anew(world: World) -> None:
    world.begin_call()
    place(world)
    world.move(2, LATER)
    assert ("close_room", "node-1") in world.sfu.calls
    assert world.look().phase == "early"
    world.clock.set(LATER)
    assert world.join().phase == "waiting"


def test_moved_in_the_very_second_in_which_the_slot_was_given_up(world: World) -> None:
    world.book()
    world.clock.set(T1)
    world.tick()
    assert world.look().phase == "late"
    world.move(2, LATER)
    world.clock.set(LATER)
    assert world.join().phase == "waiting"
    assert world.upload().name == "letter.pdf"


def test_a_cancelled_room_goes_at_once(world: World) -> None:
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png")
    world.book()
    world.cancel()
    assert (world.keys.keys, world.objects.names) == ({}, set())
    assert world.look().phase == "cancelled"
    assert world.log.types("room-1") == ["cancelled"]


def test_cancelled_out_of_a_call_everybody_is_disconnected(world: World) -> None:
    world.begin_call()
    place(world)
    world.cancel()
    assert world.sfu.calls == [("close_room", "node-1")]


def test_a_booking_that_comes_after_its_cancellation_is_ignored(world: World) -> None:
    world.cancel(version=2)
    world.book(version=1)
    assert world.room.state is State.CANCELLED
    assert world.keys.keys == {}


def erased() -> AppointmentErased:
    return AppointmentErased(
        event_id="erased", occurred_at=T1, appointment_id="room-1", appointment_version=1
    )


def test_a_room_whose_appointment_names_nobody_any_more_goes_at_once(world: World) -> None:
    world.book()
    for _ in range(2):
        lifecycle.erase(world.media, erased())
    assert world.keys.get("room-1") is None
    assert world.room.gone_at is not None


def test_a_room_that_never_was_is_not_made_to_be_erased(world: World) -> None:
    lifecycle.erase(world.media, erased())
    assert world.rooms.rooms == {}


def test_a_lapsed_hold_takes_its_draft_along(world: World) -> None:
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png")
    world.lapse()
    assert (world.keys.keys, world.objects.names) == ({}, set())
    with pytest.raises(RoomForgotten):
        world.draft()


def test_nothing_is_left_of_a_lapsed_draft_in_the_end(world: World) -> None:
    world.draft()
    world.lapse()
    world.clock.advance(minutes=31)
    world.tick()
    assert world.rooms.rooms == {}


def test_a_lapse_after_the_confirmation_destroys_nothing(world: World) -> None:
    world.draft()
    world.book()
    world.lapse()
    assert world.look().phase == "early"


def test_the_lapse_of_a_hold_without_a_draft_is_nothing(world: World) -> None:
    world.lapse()
    assert world.rooms.rooms == {}


def test_a_draft_of_which_nothing_was_heard_is_given_up_after_a_day(world: World) -> None:
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png")
    world.clock.advance(hours=24, seconds=-1)
    world.tick()
    assert world.seen_documents(CITIZEN)
    world.clock.advance(seconds=1)
    world.tick()
    assert (world.keys.keys, world.objects.names) == ({}, set())
