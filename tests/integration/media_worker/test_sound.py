"""Who is heard of several, and whose devices send, told by the worker process of real browsers."""

from collections.abc import Callable, Iterator

import pytest

from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.integration.media_worker.conftest import NODE, Client, Told

pytestmark = pytest.mark.integration

Enter = Callable[[str, str], Client]


@pytest.fixture
def three(enter: Enter, rpc: RpcClient, request: pytest.FixtureRequest) -> Iterator[dict[str, Client]]:
    room = request.node.name
    clients = {name: enter(room, name) for name in ("citizen", "agent", "interpreter")}
    for client in clients.values():
        client.join()
        client.page.evaluate("voice(0)")
    yield clients
    rpc.call(sfu.CloseRoom(room_id=room), service=NODE)


def test_of_three_the_one_who_speaks_is_told(three: dict[str, Client], told: Told) -> None:
    spoken = []
    for name in ("agent", "citizen"):
        three[name].page.evaluate("voice(0.3)")
        spoken.append(told.wait_for(sfu.SpeakerChanged, participant_id=name))
        three[name].page.evaluate("voice(0)")
    spoken.append(told.wait_for(sfu.SpeakerChanged, participant_id=""))
    (room,) = {event["room_id"] for event in spoken}
    assert "interpreter" not in {event["participant_id"] for event in told.so_far(sfu.SpeakerChanged, room)}


def test_a_device_that_sends_no_more_is_told_and_one_that_is_only_silent_is_not(
    three: dict[str, Client], told: Told
) -> None:
    agent, citizen = three["agent"].page, three["citizen"].page
    agent.evaluate("call.setMicrophone(null)")
    off = told.wait_for(sfu.SendingChanged)  # the first one of all: nobody else is taken for muted
    assert (off["participant_id"], off["microphone"], off["camera"]) == ("agent", False, True)
    citizen.evaluate("call.setCamera(null)")
    told.wait_for(sfu.SendingChanged, participant_id="citizen", microphone=True, camera=False)
    agent.evaluate("call.setMicrophone(hum())")
    told.wait_for(sfu.SendingChanged, participant_id="agent", microphone=True, camera=True)
