"""Forgetting: to the second, in order, and finished whatever dies on the way."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from services.contracts import media_events
from services.contracts.guests import RevokeInvitation
from services.contracts.media_errors import RoomForgotten
from services.media.control.usecases import guests
from tests.unit.media_control.fake_nodes import node
from tests.unit.media_control.test_messages import post
from tests.unit.media_control.world import AGENT, CITIZEN, T0, T1, World

DAY = timedelta(hours=24)


class Died(BaseException):
    """The process ends here."""


@pytest.fixture
def world() -> World:
    """A call was held; a document, a message and the identity copies of two people lie in the room."""
    world = World()
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png")
    world.upload(kind="identity_copy", media_type="application/pdf")
    world.begin_call()
    world.upload(CITIZEN)
    post(world, "hello")
    world.end()
    return world


def nothing_is_left(world: World) -> bool:
    room = world.rooms.get("room-1")
    empty_room = room is None or not (room.documents or room.presences or room.message_ids)
    empty_log = world.log.types("room-1") in ([], ["forgotten"])
    return empty_room and empty_log and not world.keys.keys and not world.objects.names


def test_nothing_is_forgotten_a_second_too_early(world: World) -> None:
    world.clock.set(T0 + DAY - timedelta(seconds=1))
    world.tick()
    assert world.keys.keys
    assert len(world.objects.names) == 3
    assert len(world.seen_documents()) == 1


def test_everything_is_gone_a_second_after_its_time(world: World) -> None:
    world.clock.set(T0 + DAY + timedelta(seconds=1))
    world.tick()
    assert nothing_is_left(world)
    assert world.look().phase == "forgotten"


def test_forgetting_is_told_with_figures_and_nothing_else(world: World) -> None:
    world.clock.set(T0 + DAY)
    world.tick()
    world.tick()
    [told] = world.told(media_events.RoomForgotten)
    assert (told.room_id, told.documents, told.messages) == ("room-1", 3, 1)  # type: ignore[attr-defined]


def test_who_follows_the_room_is_told(world: World) -> None:
    last = world.log.streams["room-1"][-1].seq
    world.clock.set(T0 + DAY)
    world.tick()
    [entry] = world.log.streams["room-1"]
    assert (entry.type, entry.sealed) == ("forgotten", "")
    assert entry.seq > last


def test_where_nobody_came_everything_goes_with_the_slot() -> None:
    world = World()
    world.draft()
    for _ in range(2):
        world.upload(kind="identity_copy", media_type="image/png")
    world.book()
    world.clock.set(T1 - timedelta(seconds=1))
    world.tick()
    assert world.objects.names
    world.clock.set(T1)
    world.tick()
    assert nothing_is_left(world)
    assert world.look().phase == "late"


def breaking(target: object, method: str) -> Callable[[pytest.MonkeyPatch, bool], None]:
    """Let the process die before or after `method` has done its work, once."""

    def plant(patch: pytest.MonkeyPatch, after: bool) -> None:
        original = getattr(target, method)

        def dying(*arguments: object, **named: object) -> None:
            patch.undo()
            if after:
                original(*arguments, **named)
            raise Died

        patch.setattr(target, method, dying)

    return plant


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "step",
    ["rooms.give_up", "keys.destroy", "objects.remove", "log.close", "rooms.forget", "log.destroy"],
)
def test_killed_between_any_two_steps_it_is_finished_later(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    port, method = step.split(".")
    breaking(getattr(world, port), method)(monkeypatch, after)
    world.clock.set(T0 + DAY)
    if step == "log.destroy":
        world.tick()
        world.clock.advance(hours=1)
    with pytest.raises(Died):
        world.tick()
    world.tick()
    assert nothing_is_left(world)
    assert len(world.told(media_events.RoomForgotten)) == 1


def test_after_the_key_is_gone_nothing_is_readable_even_if_the_rest_is_still_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(world.objects, "remove")(monkeypatch, False)
    world.clock.set(T0 + DAY)
    with pytest.raises(Died):
        world.tick()
    with pytest.raises(RoomForgotten):
        world.seen_documents()
    assert world.keys.get("room-1") is None


def test_what_a_slow_upload_wrote_meanwhile_is_swept_away(world: World) -> None:
    prefix = world.room.documents[0].object_name.rpartition("/")[0]
    world.clock.set(T0 + DAY)
    world.tick()
    world.objects.names.add(f"{prefix}/late")
    world.clock.advance(minutes=30)
    world.tick()
    assert world.objects.names == set()


def test_the_tombstone_goes_after_a_year(world: World) -> None:
    world.clock.set(T0 + DAY)
    world.tick()
    world.clock.advance(hours=1)
    world.tick()
    world.clock.advance(days=364)
    world.tick()
    assert world.look().phase == "forgotten"
    world.clock.advance(days=1)
    world.tick()
    assert world.rooms.rooms == {}


def test_a_room_that_cannot_be_tended_does_not_keep_the_others_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = World(rooms=world.rooms, keys=world.keys, clock=world.clock, room_id="room-0")
    other.clock.set(T0 - timedelta(minutes=20))
    other.book()
    world.clock.set(T0 + DAY)
    destroy = world.keys.destroy

    def refusing(lives: Mapping[str, int]) -> None:
        if "room-0" in lives:
            raise ConnectionError
        destroy(lives)

    monkeypatch.setattr(world.keys, "destroy", refusing)
    world.tick()
    assert list(world.keys.keys) == ["room-0"]
    monkeypatch.undo()
    world.tick()
    assert nothing_is_left(world)


def test_a_room_that_another_replica_tends_is_left_alone(world: World) -> None:
    world.clock.set(T0 + DAY)
    world.leases.take_all(["room-1"], 10)
    world.tick()
    assert world.keys.keys


def test_news_that_a_dead_process_left_untold_reach_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.clock.advance(minutes=1)
    breaking(world.log, "append")(monkeypatch, False)
    with pytest.raises(Died):
        world.reopen()
    assert "reopened" not in world.log.types("room-1")
    world.tick()
    assert world.log.types("room-1")[-1] == "reopened"


def test_news_told_by_a_process_that_died_just_after_are_not_told_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(world.log, "append")(monkeypatch, True)
    with pytest.raises(Died):
        world.reopen()
    world.tick()
    assert world.log.types("room-1").count("reopened") == 1
    assert world.rooms.untold("room-1") == []


def test_a_clock_that_is_set_back_brings_nothing_back(world: World) -> None:
    world.clock.set(T0 + DAY)
    world.tick()
    world.clock.set(T0 + timedelta(minutes=5))
    world.tick()
    assert world.look().phase == "forgotten"
    with pytest.raises(RoomForgotten):
        world.seen_documents()
    assert nothing_is_left(world)


def test_a_clock_that_is_set_back_while_it_is_forgotten_lets_nobody_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(world.keys, "destroy")(monkeypatch, False)
    world.clock.set(T0 + DAY)
    with pytest.raises(Died):
        world.tick()
    world.clock.set(T0 + timedelta(minutes=5))
    assert world.keys.get("room-1"), "only the row keeps it"
    for ask in (world.seen_documents, world.reopen, world.join, lambda: post(world, "hello")):
        with pytest.raises(RoomForgotten):
            ask()
    world.clock.set(T0 + DAY)
    world.tick()
    assert nothing_is_left(world)


def out_of_reach(world: World) -> None:
    """The call's node is gone, and no other is heard of: nobody can be told that people leave."""
    world.nodes.announce(node("node-1"))
    world.nodes.put("room-1", "node-1")
    world.nodes.die("node-1")
    world.nodes.heard = False


def test_a_call_ends_and_is_forgotten_though_no_node_can_be_told() -> None:
    world = World()
    world.begin_call()
    world.invite()
    world.upload(CITIZEN)
    out_of_reach(world)
    guests.revoke(world.media, RevokeInvitation(room_id="room-1", participant=AGENT, guest_id="guest-1-1"))
    ends = T1 + timedelta(minutes=30)
    world.clock.set(ends)
    world.tick()
    assert world.room.ended_at == ends
    world.clock.set(ends + DAY)
    world.tick()
    assert world.keys.keys, "a moment is left to tell the node"
    world.clock.set(ends + DAY + timedelta(minutes=1))
    world.tick()
    assert nothing_is_left(world)


def test_a_node_that_is_heard_of_again_is_told_of_the_end_first() -> None:
    world = World()
    world.begin_call()
    out_of_reach(world)
    world.clock.set(T1 + timedelta(minutes=30))
    world.tick()
    assert world.room.disconnecting
    world.nodes.announce(node("node-1"))
    world.nodes.heard = True
    world.tick()
    assert (world.sfu.calls, world.room.disconnecting) == ([("close_room", "node-1")], False)


def test_a_call_that_nobody_could_tend_for_a_day_is_disconnected_before_it_is_forgotten() -> None:
    """Its end, the node that is to be told and its forgetting are due in the same moment."""
    world = World()
    world.begin_call()
    world.nodes.announce(node("node-1"))
    world.nodes.put("room-1", "node-1")
    world.clock.set(T1 + timedelta(minutes=30) + DAY + timedelta(minutes=2))
    world.tick()
    assert world.sfu.calls == [("close_room", "node-1")]
    assert world.nodes.leases("node-1") == []
    assert nothing_is_left(world)
