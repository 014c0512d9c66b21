"""Placements on a real Redis: one place for each room, no node over its capacity, epochs that only grow."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
from redis import Redis

from deploy.dev.platform import Platform
from services.chassis.ids import new_id
from services.contracts.sfu import ANNOUNCE_SECONDS, ROOM_PLACES
from services.media.control.adapters import nodes as adapter
from services.media.control.adapters.redis import connect
from services.media.control.domain.placement import Drain, Node, Placement, has_its_turn

pytestmark = pytest.mark.integration

NOW = datetime(2001, 3, 25, 0, 30, tzinfo=UTC)
PLACES = 5
"""Rooms on one node of these tests."""


@pytest.fixture(scope="module")
def client(stores: Platform) -> Iterator[Redis]:
    """Redis with media control's own rights."""
    client = connect(stores.env("media-control")["REDIS_URL"])
    yield client
    client.close()


@pytest.fixture
def nodes(client: Redis) -> Iterator[adapter.RedisNodes]:
    """Of one test alone: nothing is left to the next one."""
    yield adapter.RedisNodes(client)
    for key in client.scan_iter("media:*"):
        if key != "media:epoch":
            client.delete(key)


Announce = Callable[[], Node]


@pytest.fixture
def announce(nodes: adapter.RedisNodes) -> Announce:
    def announced() -> Node:
        node = Node(
            node_id=new_id(), packets_per_s=5, participants=2, capacity=PLACES * ROOM_PLACES, draining=False
        )
        nodes.announce(node)
        return node

    return announced


@pytest.fixture
def node(announce: Announce) -> Node:
    return announce()


def heard_of(nodes: adapter.RedisNodes, node: Node) -> Node | None:
    """Workers that other tests have ended are heard of for some seconds more."""
    return next((one for one in nodes.alive() if one.node_id == node.node_id), None)


def die(client: Redis, node: Node) -> None:
    """As when its announcements are not renewed."""
    client.delete(f"media:node:{node.node_id}")


def pass_time(client: Redis, seconds: float) -> None:
    """What lapses by itself does so that much sooner."""
    for key in client.scan_iter("media:*"):
        left = client.pttl(key)
        if left > 0:
            client.pexpire(key, max(0, left - round(seconds * 1000)))


def placed(nodes: adapter.RedisNodes, room_id: str, node: Node) -> Placement:
    placement = nodes.place(room_id, node)
    assert placement is not None
    return placement


def test_an_announced_node_is_alive(nodes: adapter.RedisNodes, node: Node) -> None:
    assert heard_of(nodes, node) == node


def test_what_a_newer_release_has_stored_is_read(
    nodes: adapter.RedisNodes, node: Node, client: Redis
) -> None:
    key = f"media:node:{node.node_id}"
    client.set(key, str(client.get(key)).replace("{", '{"added_tomorrow": 1, ', 1))
    assert heard_of(nodes, node) == node


def test_a_later_placement_has_a_higher_epoch(nodes: adapter.RedisNodes, node: Node) -> None:
    first = placed(nodes, "room", node)
    nodes.release("room", first)
    assert nodes.placement("room") is None
    assert placed(nodes, "room", node).epoch > first.epoch


def test_epochs_grow_even_when_redis_has_lost_everything(
    nodes: adapter.RedisNodes, node: Node, client: Redis
) -> None:
    first = placed(nodes, "room", node)
    client.delete("media:epoch", "media:place:room")
    assert placed(nodes, "room", node).epoch >= first.epoch


def test_an_old_placement_does_not_release_a_newer_one(
    nodes: adapter.RedisNodes, announce: Announce, client: Redis
) -> None:
    lost, other = announce(), announce()
    first = placed(nodes, "room", lost)
    die(client, lost)
    second = placed(nodes, "room", other)
    nodes.release("room", first)
    assert nodes.placement("room") == second
    assert nodes.leases(other.node_id) == [("room", second)]
    assert nodes.leases(lost.node_id) == []


def test_a_node_has_as_many_leases_as_places(nodes: adapter.RedisNodes, node: Node) -> None:
    granted = [nodes.place(f"room-{number}", node) for number in range(PLACES + 1)]
    assert [placement is None for placement in granted] == [False] * PLACES + [True]
    nodes.release("room-0", granted[0] or Placement("", 0))
    assert nodes.place(f"room-{PLACES}", node) is not None


def test_a_dead_node_gets_no_room(nodes: adapter.RedisNodes, node: Node, client: Redis) -> None:
    die(client, node)
    assert nodes.place("room", node) is None


def test_the_death_of_a_node_strands_its_rooms(nodes: adapter.RedisNodes, node: Node, client: Redis) -> None:
    placement = placed(nodes, "room", node)
    assert nodes.stranded() == []
    die(client, node)
    assert nodes.placement("room") is None
    assert nodes.stranded() == [("room", placement)]
    nodes.release("room", placement)
    assert nodes.stranded() == []


def test_another_process_of_the_same_name_strands_the_rooms(nodes: adapter.RedisNodes, node: Node) -> None:
    placement = placed(nodes, "room", node)
    assert not nodes.began_anew(node.node_id, 1_000)
    assert not nodes.began_anew(node.node_id, 1_000)
    assert nodes.placement("room") == placement
    assert nodes.began_anew(node.node_id, 1_001)
    assert nodes.began_anew(node.node_id, 1_001), "until its rooms were told"
    nodes.settled(node.node_id, 1_001)
    assert nodes.stranded() == [("room", placement)]
    assert not nodes.began_anew(node.node_id, 1_000)  # the dead one's last word may come late
    assert not nodes.began_anew(node.node_id, 1_001)


def test_a_room_that_was_moved_stays_stranded_until_its_people_are_told(
    nodes: adapter.RedisNodes, announce: Announce
) -> None:
    here, there = announce(), announce()
    first = placed(nodes, "room", here)
    second = nodes.place("room", there, first)
    assert second == nodes.placement("room")
    assert nodes.stranded() == [("room", first)]
    nodes.release("room", first)
    assert nodes.stranded() == []


def test_of_two_that_move_a_room_one_does(nodes: adapter.RedisNodes, announce: Announce) -> None:
    here, there, elsewhere = announce(), announce(), announce()
    first = placed(nodes, "room", here)
    assert nodes.place("room", there, first) == nodes.place("room", elsewhere, first)


def test_nobody_is_heard_until_all_have_had_the_time_to_announce_themselves(
    nodes: adapter.RedisNodes, announce: Announce, client: Redis
) -> None:
    assert not nodes.are_heard()
    announce()
    assert not nodes.are_heard()
    client.delete("media:grace")
    announce()
    assert nodes.are_heard()
    client.delete("media:heard")
    assert not nodes.are_heard()


def test_that_the_bus_is_silent_shows_before_any_node_seems_dead(
    nodes: adapter.RedisNodes, node: Node, announce: Announce, client: Redis
) -> None:
    """Each node announces itself once in ANNOUNCE_SECONDS: the silence begins with the last one of them."""
    pass_time(client, ANNOUNCE_SECONDS)
    announce()
    client.delete("media:grace")
    placed(nodes, "room", node)
    assert nodes.are_heard()
    pass_time(client, client.pttl(f"media:node:{node.node_id}") / 1000)
    assert nodes.placement("room") is None
    assert not nodes.are_heard(), "whose rooms would be taken from a node that lives"


def test_a_room_keeps_its_place_on_a_node_that_is_not_heard_of(
    nodes: adapter.RedisNodes, node: Node, client: Redis
) -> None:
    placement = placed(nodes, "room", node)
    die(client, node)
    assert nodes.is_placed("room")
    nodes.release("room", placement)
    assert not nodes.is_placed("room")


def test_a_wish_to_drain_is_kept_for_a_node_that_starts_anew(
    nodes: adapter.RedisNodes, node: Node, client: Redis
) -> None:
    wish = Drain(staff_id="operator-1", at=NOW, moves=True)
    nodes.drain(node.node_id, wish)
    die(client, node)
    nodes.announce(node)
    assert heard_of(nodes, node) == replace(node, drain=wish)
    nodes.drain(node.node_id, None)
    assert heard_of(nodes, node) == node


def test_a_wish_to_drain_holds_as_long_as_its_node_is_heard_of(
    nodes: adapter.RedisNodes, node: Node, client: Redis
) -> None:
    wish = Drain(staff_id="operator-1", at=NOW, moves=False)
    nodes.drain(node.node_id, wish)
    for _ in range(3):
        pass_time(client, 12 * 3600)
        nodes.announce(node)
    assert heard_of(nodes, node) == replace(node, drain=wish)
    pass_time(client, 24 * 3600)
    nodes.announce(node)
    assert heard_of(nodes, node) == node


def test_who_waited_before_goes_first_and_a_call_that_was_on_before_all(nodes: adapter.RedisNodes) -> None:
    assert [nodes.queue("a"), nodes.queue("b"), nodes.queue("lost", is_first=True)] == [0, 1, 0]
    assert [nodes.queue("b"), nodes.queue("a")] == [2, 1]
    assert nodes.queued() == 3


def test_who_does_not_ask_again_waits_no_longer(nodes: adapter.RedisNodes, client: Redis) -> None:
    nodes.queue("gone")
    client.zadd("media:queue:asked", {"gone": 0})
    assert nodes.queued() == 0
    assert nodes.queue("a") == 0


def test_who_has_a_place_waits_no_longer(nodes: adapter.RedisNodes, node: Node) -> None:
    nodes.queue("room"), nodes.queue("next")
    placed(nodes, "room", node)
    assert nodes.queue("next") == 0


# --- races ---------------------------------------------------------------------------

Place = Callable[[str, Node], Placement | None]
ROOMS = [f"room-{number}" for number in range(4 * PLACES)]


def test_of_many_placements_at_once_one_stands(nodes: adapter.RedisNodes, announce: Announce) -> None:
    wanted = [announce(), announce()] * 10
    with ThreadPoolExecutor(10) as pool:
        granted = set(pool.map(lambda node: nodes.place("room", node), wanted))
    assert granted == {nodes.placement("room")}


def crowded(place: Place, node: Node) -> int:
    """How many rooms get a place on one node for which all ask at once."""
    with ThreadPoolExecutor(len(ROOMS)) as pool:
        return sum(placement is not None for placement in pool.map(lambda room: place(room, node), ROOMS))


def test_no_node_is_promised_to_more_rooms_than_it_has_places_for(
    nodes: adapter.RedisNodes, node: Node
) -> None:
    assert crowded(nodes.place, node) == PLACES


def test_looking_first_and_placing_then_would_promise_more(nodes: adapter.RedisNodes, node: Node) -> None:
    """What the test above is worth: without the one script places are promised twice."""
    have_looked = Barrier(len(ROOMS))

    def look_then_place(room_id: str, wanted: Node) -> Placement | None:
        has_place = has_its_turn(nodes.alive(), 0)
        have_looked.wait(60)
        return nodes.place(room_id, replace(wanted, capacity=10_000)) if has_place else None

    assert crowded(look_then_place, node) > PLACES


def test_whatever_happens_at_once_rooms_leases_and_epochs_agree(
    nodes: adapter.RedisNodes, announce: Announce, client: Redis
) -> None:
    """Placed, moved and released by six at a time, while nodes die and come back."""
    fleet = [announce() for _ in range(3)]
    seen: list[tuple[str, Placement]] = []

    def act(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            room_id, node = chance.choice(ROOMS), chance.choice(fleet)
            former = nodes.placement(room_id)
            what = chance.choice(("place", "place", "move", "release", "die", "announce"))
            if what == "place" and (granted := nodes.place(room_id, node)):
                seen.append((room_id, granted))
            elif what == "move" and former and (granted := nodes.place(room_id, node, former)):
                seen.append((room_id, granted))
                nodes.release(room_id, former) if granted != former else None
            elif what == "release" and former:
                nodes.release(room_id, former)
            elif what == "die":
                die(client, node)
            elif what == "announce":
                nodes.announce(node)
            assert all(len(nodes.leases(one.node_id)) <= PLACES for one in fleet)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, range(6)))
    for one in fleet:
        nodes.announce(one)
    _require_agreement(nodes, seen)


def _require_agreement(nodes: adapter.RedisNodes, seen: list[tuple[str, Placement]]) -> None:
    leases = {lease for node in nodes.alive() for lease in nodes.leases(node.node_id)}
    for room_id in ROOMS:
        placement = nodes.placement(room_id)
        if placement is not None:
            assert (room_id, placement) in leases
            assert placement.epoch == max(granted.epoch for room, granted in seen if room == room_id)
    granted_once = {placement.epoch: room_id for room_id, placement in seen}
    assert all(granted_once[placement.epoch] == room_id for room_id, placement in seen)
    assert set(nodes.stranded()) == {lease for lease in leases if nodes.placement(lease[0]) != lease[1]}
