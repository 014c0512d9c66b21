"""A node that is told to stop."""

import pytest

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from services.contracts.errors import NoMediaNode
from tests.integration.media_worker.conftest import NODE, Told
from tests.unit.media_worker import offers

pytestmark = pytest.mark.integration


@pytest.fixture
def stopping(node: Platform) -> Platform:
    """The node; afterwards there is a new one, as the other tests expect."""
    yield node
    node.supervisor.restart("media-worker")


def connect(rpc: RpcClient, room: str, name: str) -> sfu.Answer:
    request = sfu.ConnectParticipant(room_id=room, participant_id=name, epoch=1, offer_sdp=offers.offer())
    return rpc.call(request, service=NODE)


def test_a_draining_node_says_so_and_takes_no_new_rooms(
    stopping: Platform, rpc: RpcClient, told: Told
) -> None:
    connect(rpc, "old", "a")
    rpc.call(sfu.Drain(), service=NODE)
    assert told.wait_for(sfu.NodeAnnounced, draining=True)["rooms"] == 1
    assert connect(rpc, "old", "b").slot == 1
    with pytest.raises(NoMediaNode):
        connect(rpc, "new", "a")


def test_a_stopping_node_disconnects_everybody_and_tells(
    stopping: Platform, rpc: RpcClient, told: Told
) -> None:
    connect(rpc, "last", "a")
    stopping.supervisor.end("media-worker")
    told.wait_for(sfu.NodeAnnounced, draining=True)
    assert told.wait_for(sfu.ParticipantDisconnected, room_id="last")["reason"] == "drained"
