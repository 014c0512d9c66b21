"""Media control dies before or after each single thing that it asks of the world, and nothing is lost.

Each scene is played once undisturbed.  Then it is played again and again: the process is killed at the first
call of a port, at the second, and so on, and a new one that goes on: asked once more, or by its timer alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from services.contracts import guests, media, room_log
from services.media.control.domain.document import object_prefix
from services.media.control.usecases import comparison, fleet, messages
from services.media.control.usecases import guests as guesting
from tests.unit.media_control.fake_nodes import node
from tests.unit.media_control.test_call import announcement, connect, connected
from tests.unit.media_control.world import T0, T1, World

GUEST = media.Participant(participant_id="guest-1-1", role="guest")
CITIZEN = media.Participant(participant_id="recipient-1", role="citizen")
AGENT = media.Participant(participant_id="agent-1", role="agent")
MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Fate:
    """Lets the process die at one call of a port; a dead one does nothing any more, not even tidying up."""

    strikes_at: int | None = None
    """Number of that call, the first being 0."""
    after: bool = False
    """It dies when the call has had its effect, not before."""
    calls: int = 0
    is_dead: bool = False

    def meets(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if self.is_dead:
            raise Killed
        self.is_dead = self.calls == self.strikes_at
        self.calls += 1
        if self.is_dead and not self.after:
            raise Killed
        answer = call(*arguments, **named)
        if self.is_dead:
            raise Killed
        return answer


class Mortal:
    """A port of a process that may die."""

    def __init__(self, port: Any, fate: Fate) -> None:
        self._port, self._fate = port, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found
        return lambda *arguments, **named: self._fate.meets(found, *arguments, **named)


def process(world: World, fate: Fate) -> World:
    """A process in this world, with that fate."""
    ports = ("rooms", "keys", "log", "objects", "nodes", "sfu", "leases")
    return replace(world, **{name: Mortal(getattr(world, name), fate) for name in ports})


@dataclass(frozen=True)
class Scene:
    """What has happened before, and what somebody asks for."""

    before: Callable[[World], Any]
    act: Callable[[World], Any]

    def ready(self) -> World:
        world = World()
        self.before(world)
        return world


def booked(world: World) -> None:
    world.book()
    world.clock.set(T0)


def joined(world: World) -> None:
    booked(world)
    world.join()


def in_call(world: World) -> None:
    joined(world)
    world.nodes.announce(node())
    world.admit()


def connected_call(world: World) -> None:
    in_call(world)
    connect(world)
    connected(world)


def sent_back(world: World) -> None:
    in_call(world)
    world.send_back()


def with_guest(world: World) -> None:
    connected_call(world)
    world.invite()
    world.join(GUEST)


def ended(world: World) -> None:
    connected_call(world)
    world.upload()
    world.end()


def copied(world: World) -> None:
    """Booked, with an identity copy."""
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png")
    booked(world)


def lapsed_with_copy(world: World) -> None:
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png")


def left_over(world: World) -> None:
    """Something lies in one store alone, of a forgotten room, since half an hour ago."""
    ended(world)
    world.clock.set(T1 + timedelta(hours=25))
    world.tick()
    world.objects.names.add(object_prefix("room-1") + "late")
    world.clock.advance(minutes=30)


def many_due(world: World) -> None:
    """Three rooms that are forgotten in one batch."""
    ended(world)
    for name in ("room-2", "room-3"):
        other = replace(world, room_id=name)
        other.clock.set(T0)
        other.book()
        other.join()
        other.admit()
        other.upload()
        other.end()
    world.clock.set(T1 + timedelta(hours=24))


def bring_down_node(world: World) -> None:
    connected_call(world)
    world.nodes.die("node-1")
    world.nodes.announce(node("node-2"))


def let_guest_in(world: World) -> None:
    request = guests.LetGuestIn(room_id="room-1", participant=AGENT, guest_id="guest-1-1")
    guesting.let_in(world.media, request)


def revoke_guest(world: World) -> None:
    request = guests.RevokeInvitation(room_id="room-1", participant=AGENT, guest_id="guest-1-1")
    guesting.revoke(world.media, request)


def say(world: World) -> None:
    said = room_log.PostMessage(room_id="room-1", participant=CITIZEN, message_key="k", text="Hello")
    messages.post_message(world.media, said)


def wait_until(minutes: int, before: Callable[[World], None]) -> Callable[[World], None]:
    """It falls due while nobody asks for anything."""

    def come(world: World) -> None:
        before(world)
        world.clock.set(T0 + minutes * MINUTE)

    return come


SCENES = {
    "booked": Scene(lambda world: world.draft(), lambda world: world.book()),
    "joined": Scene(booked, lambda world: world.join()),
    "left": Scene(joined, lambda world: world.leave()),
    "let in": Scene(joined, lambda world: world.admit()),
    "connected": Scene(in_call, connect),
    "said": Scene(in_call, say),
    "taken over": Scene(joined, lambda world: world.take_over()),
    "handed over": Scene(connected_call, lambda world: world.hand_over("agent-2")),
    "sent back": Scene(connected_call, lambda world: world.send_back()),
    "let in again": Scene(sent_back, lambda world: world.admit()),
    "invited": Scene(in_call, lambda world: world.invite()),
    "guest let in": Scene(with_guest, let_guest_in),
    "guest revoked": Scene(with_guest, revoke_guest),
    "moved": Scene(connected_call, lambda world: world.move(2, T0 + timedelta(hours=1))),
    "cancelled": Scene(connected_call, lambda world: world.cancel()),
    "ended": Scene(connected_call, lambda world: world.end()),
    "reopened": Scene(ended, lambda world: world.reopen()),
    "outcome": Scene(ended, lambda world: world.record("technical_failure")),
    "alarm": Scene(wait_until(5, joined), lambda world: world.tick()),
    "ended by time": Scene(wait_until(50, connected_call), lambda world: world.tick()),
    "no-show": Scene(wait_until(20, booked), lambda world: world.tick()),
    "node died": Scene(bring_down_node, lambda world: fleet.tend_fleet(world.media)),
    "node came back": Scene(
        lambda world: (connected_call(world), world.nodes.settled("node-1", 1)),
        lambda world: fleet.hear_node(world.media, announcement("node-1", 2)),
    ),
    "cancelled with a copy": Scene(copied, lambda world: world.cancel()),
    "lapsed with a copy": Scene(lapsed_with_copy, lambda world: world.lapse()),
    "forgotten in a batch": Scene(many_due, lambda world: world.tick()),
    "swept": Scene(left_over, lambda world: world.tick()),
    "compared": Scene(left_over, lambda world: comparison.compare(world.media)),
    "forgotten": Scene(
        lambda world: (ended(world), world.clock.set(T1 + timedelta(hours=24))), lambda world: world.tick()
    ),
}
each_scene = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)


def settle(world: World) -> World:
    """What every second does by itself, the leases of the dead having run out."""
    world.leases.held.clear()
    for _ in range(3):
        world.tick()
        fleet.tend_fleet(world.media)
    return world


def seen(world: World) -> dict[str, Any]:
    """All that is stored and told, but for random ids and how often something was written."""
    rooms = world.rooms.rooms.values()
    return {
        "rooms": [replace(room, revision=0, documents=(), records=()) for room in rooms],
        "documents": [(d.kind, d.is_ready) for room in rooms for d in room.documents],
        "log": [(entry.seq, entry.type, entry.by) for entry in world.log.streams.get("room-1", [])],
        "untold": world.rooms.untold("room-1"),
        "events": Counter(type(event).__name__ for event in world.rooms.events),
        "keys": set(world.keys.keys),
        "objects": len(world.objects.names),
        "places": {room_id: place.node_id for room_id, place in world.nodes.places.items()},
    }


def deaths(scene: Scene) -> list[Fate]:
    """Every one that the scene has room for."""
    undisturbed = Fate()
    scene.act(process(scene.ready(), undisturbed))
    assert undisturbed.calls, "a scene that asks nothing of the world proves nothing"
    return [Fate(number, after) for number in range(undisturbed.calls) for after in (False, True)]


def play(scene: Scene, fate: Fate) -> World:
    """The world as a process leaves it that dies so."""
    world = scene.ready()
    with pytest.raises(Killed):
        scene.act(process(world, fate))
    world.leases.held.clear()
    return world


def as_it_should_be(scene: Scene) -> World:
    world = scene.ready()
    scene.act(world)
    return settle(world)


@each_scene
def test_asked_once_more_it_is_as_if_nobody_had_died(scene: Scene) -> None:
    expected = as_it_should_be(scene)
    for fate in deaths(scene):
        world = play(scene, fate)
        scene.act(world)
        settle(world)
        assert seen(world) == seen(expected), fate
        assert set(world.sfu.calls) >= set(expected.sfu.calls), fate


@each_scene
def test_asked_no_more_it_is_done_and_told_whole_or_not_at_all(scene: Scene) -> None:
    nothing, everything = seen(settle(scene.ready())), as_it_should_be(scene)
    for fate in deaths(scene):
        world = settle(play(scene, fate))
        found = {name: what for name, what in seen(world).items() if name != "places"}
        whole = [{k: v for k, v in s.items() if k != "places"} for s in (nothing, seen(everything))]
        assert found in whole, fate


def test_a_process_that_forgets_what_it_has_stored_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: without the timer a message that was stored and not told stays untold."""
    monkeypatch.setattr(World, "tick", lambda _world: None)
    with pytest.raises(AssertionError):
        test_asked_no_more_it_is_done_and_told_whole_or_not_at_all(SCENES["said"])
