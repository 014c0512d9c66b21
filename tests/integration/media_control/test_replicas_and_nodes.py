"""Processes die: replicas of media control, and SFU nodes under a running call."""

import time
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from services.contracts import media, media_events
from services.contracts.errors import NoMediaNode, NotAdmitted
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
    eventually(lambda: room.phase() == "open")
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
    killed_at = time.monotonic()
    eventually(lambda: "reconnect" in types_of(redis, room.room_id))
    second = eventually(lambda: connected(room))
    seconds = time.monotonic() - killed_at
    assert (second.node_id, second.epoch > first.epoch) == ("node-b", True)
    assert seconds < 10

    room.ask(media.EndCall, AGENT)
    eventually(lambda: f"closed {room.room_id}" in nodes["node-b"].log.read_text())
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
