"""The waiting room over the real stores and bus, with replicas that come and go."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from services.chassis.ids import new_id
from services.contracts import media, media_events, waiting
from tests.integration.media_control.conftest import AGENT, CITIZEN, Heard, Room, Start, StartNode, types_of
from tests.integration.media_control.test_replicas_and_nodes import connected
from tests.service_process import eventually

pytestmark = pytest.mark.integration

COLLEAGUE = media.Participant(participant_id="agent-2", role="agent")


def alarmed_at(room: Room) -> None:
    room.machine.travel_to(room.starts_at + timedelta(minutes=5))


def test_two_replicas_raise_one_alarm(start_media: Start, room: Room, heard: Heard) -> None:
    replicas = [start_media(), start_media()]
    room.book()
    room.ask(media.JoinRoom, CITIZEN)
    alarmed_at(room)
    eventually(lambda: heard.of(media_events.AgentMissing, room.room_id))
    assert room.room_id in {one.room_id for one in listed(room).unattended}
    room.ask(waiting.TakeOver, COLLEAGUE)
    assert room.room_id not in {one.room_id for one in listed(room).unattended}
    for replica in replicas:
        replica.terminate()
    [told] = heard.of(media_events.AgentMissing, room.room_id)
    assert isinstance(told, media_events.AgentMissing)
    assert (told.agent_id, told.citizen_waits) == ("agent-1", True)


def test_an_alarm_that_fell_due_while_nobody_ran_is_raised_at_the_next_start(
    start_media: Start, room: Room, heard: Heard
) -> None:
    first = start_media()
    room.book()
    first.kill()
    alarmed_at(room)
    second = start_media()
    eventually(lambda: heard.of(media_events.AgentMissing, room.room_id))
    second.terminate()
    [told] = heard.of(media_events.AgentMissing, room.room_id)
    assert (told.agent_id, told.citizen_waits) == ("agent-1", False)


def test_who_keeps_the_room_and_who_waits_outlive_the_process(start_media: Start, room: Room) -> None:
    first = start_media()
    room.begin_call()
    room.ask(waiting.HandOver, AGENT, agent_id="agent-2")
    room.ask(waiting.SendBack, AGENT)
    first.kill()
    second = start_media()
    seen = room.ask(media.LookAtRoom, CITIZEN)
    assert (seen.phase, seen.waiting_as, seen.keeper_id) == ("waiting", "sent_back", "agent-2")
    assert room.room_id in {one.room_id for one in listed(room).waiting}
    second.terminate()


def test_whom_the_node_was_not_told_to_let_go_it_lets_go_when_another_process_runs(
    start_media: Start,
    start_node: StartNode,
    room: Room,
    redis: Redis,
    operator: MongoClient[dict[str, Any]],
) -> None:
    """Killed between storing that the citizen is sent back and hearing that his node has closed the room."""

    def is_left_to_do() -> bool:
        stored = operator["media"]["rooms"].find_one({"_id": room.room_id})
        return bool(stored and stored["disconnecting"])

    first, node = start_media(), start_node("node-stopped")
    room.begin_call()
    eventually(lambda: connected(room))
    node.process.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(room.ask, waiting.SendBack, AGENT)
        eventually(lambda: "sent_back" in types_of(redis, room.room_id))
        first.kill()
        assert is_left_to_do()
        node.process.send_signal(signal.SIGCONT)
        second = start_media()
        eventually(lambda: not is_left_to_do())
        assert f"closed {room.room_id}" in node.log.read_text()
        assert room.phase() == "waiting"
        assert room.ask(waiting.SendBack, AGENT).phase == "waiting", "asked again, it is answered as done"
    assert types_of(redis, room.room_id).count("sent_back") == 1
    second.terminate()


def test_the_estimate_comes_from_the_rooms_of_the_same_agent(start_media: Start, room: Room) -> None:
    replica = start_media()
    agent = media.Participant(participant_id=new_id(), role="agent")
    before = Room(room.client, room.booking, room.machine, new_id(), room.starts_at - timedelta(minutes=20))
    for one in (before, room):
        one.book()
        one.ask(media.JoinRoom, CITIZEN)
    before.ask(media.AdmitCitizen, agent)
    room.ask(waiting.TakeOver, agent)
    room.ask(media.LeaveRoom, agent)
    wait = room.ask(waiting.EstimateWait, CITIZEN)
    assert (wait.state, wait.ahead) == ("busy", 0)
    assert wait.expected_at == room.starts_at + timedelta(minutes=1)
    before.ask(media.EndCall, agent)
    assert room.ask(waiting.EstimateWait, CITIZEN).expected_at == room.starts_at
    replica.terminate()


def listed(room: Room) -> waiting.WaitingRoom:
    found: waiting.WaitingRoom = room.client.call(waiting.ListWaiting())
    return found
