"""A room is booked anew in the moment in which it is forgotten: it is forgotten whole, then lives whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.contracts.errors import StaleVersion
from services.contracts.media_events import RoomForgotten
from services.media.control.domain.room import Room
from tests.unit.media_control.test_messages import post
from tests.unit.media_control.world import T0, T1, World

LATER = T0 + timedelta(days=7)
STEPS = ("rooms.give_up", "keys.destroy", "objects.remove", "log.close", "rooms.forget")


@pytest.fixture
def world() -> World:
    """Nobody came, and the slot is over; the copy of an identity document lies in the room."""
    world = World()
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png")
    world.book()
    world.clock.set(T1)
    return world


def just_before(world: World, step: str, happens: Callable[[], object], patch: pytest.MonkeyPatch) -> None:
    """Let something happen once before the process that forgets goes on with `step`."""
    port, method = step.split(".")
    target = getattr(world, port)
    goes_on = getattr(target, method)

    def interrupted(*arguments: object, **named: object) -> object:
        patch.setattr(target, method, goes_on)
        happens()
        return goes_on(*arguments, **named)

    patch.setattr(target, method, interrupted)


def lives(world: World) -> bool:
    """Its citizen comes in, and what he writes and hands over is there and can be read."""
    world.clock.set(LATER)
    world.join()
    world.admit()
    post(world, "hello")
    world.upload()
    assert world.keys.get(world.room_id) is not None
    there = {one.object_name for one in world.room.documents if one.kind == "shared"}
    return there <= world.objects.names and world.log.types(world.room_id)[-1] == "document_added"


@pytest.mark.parametrize("step", STEPS)
def test_moved_before_any_step_of_its_forgetting_a_room_lives_with_a_key(
    world: World, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_before(world, step, lambda: world.move(2, LATER), monkeypatch)
    world.tick()
    assert lives(world)


@pytest.mark.parametrize("step", STEPS[1:])
def test_what_it_held_before_is_gone_and_proved_once(
    world: World, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = world.keys.keys[world.room_id]
    just_before(world, step, lambda: world.move(2, LATER), monkeypatch)
    world.tick()
    assert (world.room.documents, world.objects.names) == ((), set())
    assert world.keys.keys[world.room_id] != former
    assert (len(world.room.records), len(world.told(RoomForgotten))) == (1, 1)


def test_moved_before_it_is_given_up_it_keeps_all_that_it_held(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = world.keys.keys[world.room_id]
    just_before(world, "rooms.give_up", lambda: world.move(2, LATER), monkeypatch)
    world.tick()
    assert (len(world.room.documents), len(world.objects.names)) == (1, 1)
    assert world.keys.keys[world.room_id] == former
    assert world.room.records == ()


def test_without_saying_first_that_it_is_given_up_it_would_live_without_its_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(world.rooms, "give_up", lambda rooms: rooms)
    just_before(world, "keys.destroy", lambda: world.move(2, LATER), monkeypatch)
    world.tick()
    assert world.room.starts_at == LATER
    assert world.keys.get(world.room_id) is None


def test_news_that_finds_it_given_up_in_the_last_moment_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up() -> None:
        world.rooms.give_up([world.room])

    monkeypatch.setattr(
        "services.media.control.usecases.lifecycle._finish_forgetting", lambda _media, _room: give_up()
    )
    with pytest.raises(StaleVersion):
        world.move(2, LATER)
    monkeypatch.undo()
    world.move(2, LATER)
    assert lives(world)


def test_nobody_gets_into_a_room_that_is_being_forgotten(world: World) -> None:
    world.clock.set(T0)
    world.join()
    world.admit()
    world.rooms.give_up([world.room])
    assert world.look().phase == "forgotten"


def test_a_sweep_that_is_late_takes_nothing_of_the_next_life(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tick()
    world.clock.set(T1 + timedelta(hours=1))

    def booked_anew() -> None:
        world.move(2, world.clock.now())
        world.join()
        world.admit()
        world.upload()

    just_before(world, "objects.under", booked_anew, monkeypatch)
    world.tick()
    assert {one.object_name for one in world.room.documents} == world.objects.names != set()


def test_a_life_that_is_over_is_known_by_its_number(world: World) -> None:
    first: Room = world.room
    world.tick()
    world.move(2, LATER)
    assert (first.life, world.room.life) == (0, 1)
    world.keys.destroy({world.room_id: 0})
    assert world.keys.get(world.room_id)
    world.keys.destroy({world.room_id: 1})
    assert world.keys.get(world.room_id) is None
