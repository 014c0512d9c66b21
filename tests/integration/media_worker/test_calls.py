"""Two real browsers in a call through the worker process."""

import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.integration.media_worker.conftest import NODE, Client, Told

pytestmark = pytest.mark.integration

Enter = Callable[[str, str], Client]
SCREEN_MID = "15"
"""The last of the sixteen sections."""


@pytest.fixture
def pair(enter: Enter, rpc: RpcClient, request: pytest.FixtureRequest):
    """A room of the test's own with two connected participants."""
    room = request.node.name
    clients = enter(room, "citizen"), enter(room, "agent")
    for client in clients:
        client.join()
    clients[0].page.evaluate("call.occupy(1, 'agent')")  # what the room log tells who was there first
    yield clients
    rpc.call(sfu.CloseRoom(room_id=room), service=NODE)


def test_two_browsers_see_and_hear_each_other(pair: tuple[Client, Client]) -> None:
    for client in pair:
        assert client.wait_for_frames(30) >= 30
        figures = client.figures()
        assert figures["audioPackets"] > 30
        assert figures["audioEnergy"] > 0
    assert pair[0].page.evaluate("seen") == {"agent": "1"}
    assert pair[1].page.evaluate("seen") == {"citizen": "0"}


def test_the_picture_comes_back_after_a_reload(pair: tuple[Client, Client], told: Told) -> None:
    citizen, agent = pair
    agent.wait_for_frames(5)
    citizen.page.reload()
    citizen.join()
    again = told.wait_for(sfu.ParticipantConnected, participant_id="citizen")
    assert again["slot"] == 0
    assert citizen.wait_for_frames(10) >= 10
    agent.wait_for_frames(10)


def test_a_shared_screen_reaches_the_other_without_a_new_offer(
    pair: tuple[Client, Client], told: Told
) -> None:
    citizen, agent = pair
    citizen.page.evaluate("share()")
    assert told.wait_for(sfu.ScreenChanged)["participant_id"] == "citizen"
    assert agent.wait_for_frames(5, SCREEN_MID) >= 5
    citizen.page.evaluate("call.setScreen(null)")
    assert told.wait_for(sfu.ScreenChanged)["participant_id"] == ""


def test_ice_restarts_on_the_same_streams(pair: tuple[Client, Client]) -> None:
    citizen, agent = pair
    citizen.wait_for_frames(5)
    before = citizen.page.evaluate("call.active.peer.remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]")
    citizen.page.evaluate("call.active.restart()")
    citizen.page.wait_for_function(
        "before => call.active.peer.remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1] !== before", arg=before
    )
    citizen.wait_for_frames(20)
    agent.wait_for_frames(20)
    assert citizen.page.evaluate("call.state") == "connected"


def test_no_decoder_or_encoder_thread_exists_in_the_worker_during_a_call(
    pair: tuple[Client, Client], node: Platform
) -> None:
    pair[0].wait_for_frames(10)
    tasks = Path(f"/proc/{node.child_id('media-worker')}/task")
    names = [(task / "comm").read_text().strip() for task in tasks.iterdir()]
    # The loop, the metrics server, and what asyncio keeps for name look-ups; ffmpeg names its threads av:*.
    assert len(names) <= 3
    python = {line.split('"')[1] for line in _metrics(node) if line.startswith("sfu_threads{")}
    assert python <= {"MainThread", "operations", "asyncio", "Thread (process_request_thread)"}
    assert not [name for name in names if name.startswith(("av:", "vpx", "dec", "enc", "opus"))]


def test_leaving_is_told_and_the_metrics_agree(
    enter: Enter, rpc: RpcClient, node: Platform, told: Told
) -> None:
    alone = enter("leaving", "citizen")
    alone.join()
    told.wait_for(sfu.ParticipantConnected, room_id="leaving")
    assert _metric(node, "sfu_participants") == 1
    rpc.call(sfu.DisconnectParticipant(room_id="leaving", participant_id="citizen"), service=NODE)
    assert told.wait_for(sfu.ParticipantDisconnected, room_id="leaving")["reason"] == "left"
    assert _metric(node, "sfu_participants") == 0


def _metrics(node: Platform) -> list[str]:
    url = f"http://127.0.0.1:{node.env('media-worker')['METRICS_PORT']}/metrics"
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode().splitlines()


def _metric(node: Platform, name: str) -> float:
    return float(next(line.split()[1] for line in _metrics(node) if line.startswith(f"{name} ")))
