"""A worker is told to stop, as when a node of the cluster is replaced: its calls go on elsewhere."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from deploy.dev.platform import Platform
from services.contracts import fleet, media
from services.contracts.errors import StaleVersion
from services.contracts.media_errors import LinesBusy, NoMediaNode
from tests.integration.media_control.conftest import AGENT, CITIZEN, Room, Start, types_of
from tests.service_process import PATIENCE, Replicas, ServiceProcess, eventually
from tests.unit.media_worker import offers

pytestmark = pytest.mark.integration

StartWorker = Callable[[str], ServiceProcess]


@pytest.fixture
def start_worker(stores: Platform, tmp_path: Path) -> Iterator[StartWorker]:
    """Start a real worker that lets no call end by itself before it moves it."""
    workers = Replicas(tmp_path)

    def start(node_id: str) -> ServiceProcess:
        own = {"NODE_ID": node_id, "UDP_PORT": "0", "DRAIN_SECONDS": "0", "MOVE_SECONDS": "5"}
        return workers.start("services.media.worker", stores.env("media-worker") | own)

    yield start
    workers.close()


def test_a_call_goes_on_elsewhere_before_its_worker_stops(
    start_media: Start, start_worker: StartWorker, room: Room, redis: Redis
) -> None:
    control, leaving = start_media(), start_worker("leaving")
    eventually(lambda: alive(room) == {"leaving"})  # those of the test before are gone
    room.begin_call()
    first = both(room)
    assert {answer.node_id for answer in first} == {"leaving"}
    start_worker("staying")
    eventually(lambda: alive(room) == {"leaving", "staying"})

    leaving.process.send_signal(signal.SIGTERM)
    eventually(lambda: "reconnect" in types_of(redis, room.room_id))
    second = both(room)
    assert {answer.node_id for answer in second} == {"staying"}
    assert min(answer.epoch for answer in second) > max(answer.epoch for answer in first)
    assert types_of(redis, room.room_id).count("reconnect") == 1
    assert leaving.process.wait(PATIENCE) == 0
    assert room.phase() == "admitted"
    control.terminate()


def both(room: Room) -> list[media.CallAnswer]:
    """The answers to citizen and agent, who try until a node takes them."""
    return [eventually(lambda: connected(room, CITIZEN)), eventually(lambda: connected(room, AGENT))]


def connected(room: Room, who: media.Participant) -> media.CallAnswer | None:
    """The answer of the room's node; None while there is none that takes it."""
    offer = offers.offer().replace("4711", str(sum(who.participant_id.encode())))
    try:
        answer = room.ask(media.ConnectToCall, who, offer_sdp=offer)
    except (NoMediaNode, LinesBusy, StaleVersion):
        return None
    assert isinstance(answer, media.CallAnswer)
    return answer


def alive(room: Room) -> set[str]:
    return {node.node_id for node in room.client.call(fleet.ListNodes()).nodes if node.state != "lost"}
