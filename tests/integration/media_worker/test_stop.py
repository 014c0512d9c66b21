"""A node that is told to stop."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from services.contracts.media_errors import NoMediaNode
from tests.integration.media_worker.conftest import NODE, Told
from tests.service_process import PATIENCE, Replicas, ServiceProcess
from tests.unit.media_worker import offers

pytestmark = pytest.mark.integration


@pytest.fixture
def stopping(node: Platform) -> Platform:
    """The node; afterwards there is a new one, as the other tests expect."""
    yield node
    node.supervisor.restart("media-worker")


def connect(rpc: RpcClient, room: str, name: str, node: str = "") -> sfu.Answer:
    request = sfu.ConnectParticipant(room_id=room, participant_id=name, epoch=1, offer_sdp=offers.offer())
    return rpc.call(request, service=sfu.node_name(node) if node else NODE)


def test_a_draining_node_says_so_and_takes_no_new_rooms(
    stopping: Platform, rpc: RpcClient, told: Told
) -> None:
    connect(rpc, "old", "a")
    rpc.call(sfu.Drain(), service=NODE)
    assert told.wait_for(sfu.NodeAnnounced, draining=True)["rooms"] == 1
    assert connect(rpc, "old", "b").slot == 1
    with pytest.raises(NoMediaNode):
        connect(rpc, "new", "a")
    rpc.call(sfu.Drain(on=False), service=NODE)
    told.wait_for(sfu.NodeAnnounced, draining=False)
    assert connect(rpc, "new", "a").slot == 0


def test_a_stopping_node_disconnects_everybody_and_tells(
    stopping: Platform, rpc: RpcClient, told: Told
) -> None:
    connect(rpc, "last", "a")
    stopping.supervisor.end("media-worker")
    told.wait_for(sfu.NodeAnnounced, stopping=True)
    told.wait_for(sfu.NodeAnnounced, leaving=True, places=2)
    assert told.wait_for(sfu.ParticipantDisconnected, room_id="last")["reason"] == "drained"


@pytest.fixture
def patient(node: Platform, tmp_path: Path) -> Iterator[ServiceProcess]:
    """A node that would wait for its calls longer than any test."""
    nodes = Replicas(tmp_path)
    waits = {"NODE_ID": "patient", "UDP_PORT": "0", "DRAIN_SECONDS": "600", "MOVE_SECONDS": "0"}
    yield nodes.start("services.media.worker", node.env("media-worker") | waits)
    nodes.close()


def test_a_node_waits_for_its_calls_and_takes_no_new_ones_meanwhile(
    patient: ServiceProcess, rpc: RpcClient, told: Told
) -> None:
    connect(rpc, "on", "a", "patient")
    patient.process.send_signal(signal.SIGTERM)
    told.wait_for(sfu.NodeAnnounced, node_id="patient", stopping=True)
    assert connect(rpc, "on", "b", "patient").slot == 1
    with pytest.raises(NoMediaNode):
        connect(rpc, "new", "a", "patient")
    rpc.call(sfu.CloseRoom(room_id="on", epoch=1), service=sfu.node_name("patient"))
    assert patient.process.wait(PATIENCE) == 0


def test_a_second_signal_says_not_to_wait(patient: ServiceProcess, rpc: RpcClient, told: Told) -> None:
    connect(rpc, "on", "a", "patient")
    patient.process.send_signal(signal.SIGTERM)
    told.wait_for(sfu.NodeAnnounced, node_id="patient", stopping=True, leaving=False)
    patient.process.send_signal(signal.SIGTERM)
    told.wait_for(sfu.NodeAnnounced, node_id="patient", leaving=True)
    assert told.wait_for(sfu.ParticipantDisconnected, node_id="patient")["reason"] == "drained"
    assert patient.process.wait(PATIENCE) == 0
