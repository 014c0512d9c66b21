"""Processes die: replicas of media control, and SFU nodes under a running call."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from services.chassis.ids import new_id
from services.contracts import fleet, media, media_events
from services.contracts.media_errors import LinesBusy, NoMediaNode, NotAdmitted
from tests.integration.media_control.conftest import AGENT, CITIZEN, Heard, Room, Start, StartNode, types_of
from tests.service_process import eventually

pytestmark = pytest.mark.integration


def test_two_replicas_end_and_forget_a_room_once(start_media: Start, room: Room, heard: Heard) -> None:
    replicas = [start_media(), start_media()]
    room.begin_call()
    room.machine.travel_to(room.ends_at + timedelta(minutes=30))
    eventually(lambda: heard.of(media_events.ConsultationEnded, room.room_id))
    room.machine.travel_to(room.ends_at + timedelta(hours=24, minutes=30))
    eventually(lambda: heard.of(media_events.RoomForgotten, room.room_id))
    room.machine.travel_to(room.ends_at + timedelta(hours=25, minutes=30))
    for replica in replicas:
        replica.terminate()
    assert len(heard.of(media_events.ConsultationEnded, room.room_id)) == 1
    assert len(heard.of(media_events.RoomForgotten, room.room_id)) == 1


def test_what_fell_due_while_nobody_ran_is_done_at_the_next_start(
    start_media: Start, room: Room, heard: Heard, operator: MongoClient[dict[str, Any]]
) -> None:
    first = start_media()
    room.begin_call()
    first.kill()
    room.machine.travel_to(room.ends_at + timedelta(hours=25))
    second = start_media()
    [ended] = eventually(lambda: heard.of(media_events.ConsultationEnded, room.room_id))
    assert ended.ended_at == room.ends_at + timedelta(minutes=30)  # type: ignore[attr-defined]
    eventually(lambda: heard.of(media_events.RoomForgotten, room.room_id))
    assert operator["media_keys"]["room_keys"].find_one({"_id": room.room_id}) is None
    second.terminate()


def test_a_booking_that_was_told_while_nobody_ran_is_not_lost(start_media: Start, room: Room) -> None:
    start_media().kill()
    room.tell_booked()
    replica = start_media()
    assert eventually(room.phase) == "open"  # until then no room of that name is known
    replica.terminate()


def test_a_call_whose_node_was_killed_is_placed_anew(
    start_media: Start, start_node: StartNode, room: Room, redis: Redis
) -> None:
    control = start_media()
    nodes = {"node-a": start_node("node-a", PACKETS="1"), "node-b": start_node("node-b", PACKETS="2")}
    room.begin_call()
    first = eventually(lambda: connected(room))
    assert first.node_id == "node-a"
    assert connected(room, AGENT).node_id == "node-a"
    eventually(lambda: types_of(redis, room.room_id).count("connected") == 2)

    nodes["node-a"].kill()
    eventually(lambda: "reconnect" in types_of(redis, room.room_id))
    second = eventually(lambda: connected(room))
    assert (second.node_id, second.epoch > first.epoch) == ("node-b", True)

    room.ask(media.EndCall, AGENT)
    eventually(lambda: f"closed {room.room_id}" in nodes["node-b"].log.read_text())
    control.terminate()


def test_a_call_for_which_there_is_no_place_gets_the_first_that_falls_free(
    start_media: Start, start_node: StartNode, room: Room
) -> None:
    control, _ = start_media(), start_node("node-small", CAPACITY="2")
    later = replace(room, room_id=new_id())
    for each in (room, later):
        each.begin_call()
    assert eventually(lambda: connected(room)).node_id == "node-small"
    with pytest.raises(LinesBusy) as busy:
        connected(later)
    assert busy.value.details == {"ahead": "0"}
    assert room.client.call(fleet.ListNodes()).queued == 1
    room.ask(media.EndCall, AGENT)
    assert eventually(lambda: connected_or_busy(later)).node_id == "node-small"
    control.terminate()


def test_an_operator_has_a_nodes_calls_moved(
    start_media: Start, start_node: StartNode, room: Room, redis: Redis
) -> None:
    control = start_media()
    start_node("node-old", PACKETS="1"), start_node("node-new", PACKETS="2")
    room.begin_call()
    eventually(lambda: heard_of(room) == {"node-old", "node-new"})  # those of the test before are gone
    first = eventually(lambda: connected(room))
    assert first.node_id == "node-old"
    room.client.call(fleet.DrainNode(node_id="node-old", staff_id="operator-1", moves=True))
    eventually(lambda: "reconnect" in types_of(redis, room.room_id))
    second = eventually(lambda: connected(room))
    assert (second.node_id, second.epoch > first.epoch) == ("node-new", True)
    assert room.client.call(fleet.ShowNode(node_id="node-old")).leases == ()
    room.client.call(fleet.ResumeNode(node_id="node-old", staff_id="operator-1"))
    control.terminate()


def test_nobody_connects_before_he_is_admitted(start_media: Start, room: Room) -> None:
    control = start_media()
    room.book()
    room.ask(media.JoinRoom, CITIZEN)
    with pytest.raises(NotAdmitted):
        connected(room)
    control.terminate()


def connected(room: Room, who: media.Participant = CITIZEN) -> media.CallAnswer | None:
    """The answer of the room's node; None while there is none."""
    try:
        answer = room.ask(media.ConnectToCall, who, offer_sdp="offer")
    except NoMediaNode:
        return None
    assert isinstance(answer, media.CallAnswer)
    return answer


def heard_of(room: Room) -> set[str]:
    return {node.node_id for node in room.client.call(fleet.ListNodes()).nodes if node.state != "lost"}


def connected_or_busy(room: Room) -> media.CallAnswer | None:
    try:
        return connected(room)
    except LinesBusy:
        return None
