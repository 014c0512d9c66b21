"""Real browsers that know different codecs, in one room of the worker process."""

from collections.abc import Callable, Iterator

import pytest

from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.integration.media_worker.conftest import NODE, Client, Told

pytestmark = pytest.mark.integration

VP8, H264 = "video/vp8", "video/h264"
Meet = Callable[..., tuple[Client, Client]]


@pytest.fixture
def meet(
    enter: Callable[[str, str], Client], rpc: RpcClient, request: pytest.FixtureRequest
) -> Iterator[Meet]:
    """`meet([codecs], [codecs])`: two people whose browsers know these; without any, all they know."""
    room = request.node.name

    def come(*known: list[str]) -> tuple[Client, Client]:
        clients = enter(room, "citizen"), enter(room, "agent")
        for client, codecs in zip(clients, known, strict=True):
            if codecs:
                client.page.evaluate("codecs => speaks(...codecs)", codecs)
            client.join()
        clients[0].page.evaluate("call.occupy(1, 'agent')")
        return clients

    yield come
    rpc.call(sfu.CloseRoom(room_id=room), service=NODE)


def hears(client: Client) -> None:
    client.until("figures().then(({ audioEnergy }) => audioEnergy > 0.01)")


def test_two_that_know_everything_meet_in_vp8(meet: Meet) -> None:
    for client in meet([], []):
        client.wait_for_frames(10)
        assert client.page.evaluate("shown()") == ["video/VP8"]


def test_who_comes_to_one_who_knows_h264_alone_sends_h264(meet: Meet) -> None:
    for client in meet([H264], []):
        client.wait_for_frames(30)
        assert client.page.evaluate("shown()") == ["video/H264"]


def test_who_cannot_be_seen_by_a_newcomer_connects_anew_and_is_seen(meet: Meet, told: Told) -> None:
    first, second = meet([], [H264])
    unseen = told.wait_for(sfu.PictureUnseen)
    assert (unseen["participant_id"], unseen["of"], unseen["curable"]) == ("agent", "citizen", True)
    first.page.evaluate("call.reconnect()")  # what the room's log makes of it
    for client in (first, second):
        client.wait_for_frames(30)
        assert client.page.evaluate("shown()") == ["video/H264"]


def test_two_without_a_common_codec_hear_each_other_and_it_is_told(meet: Meet, told: Told) -> None:
    clients = meet([VP8], [H264])
    pairs = [told.wait_for(sfu.PictureUnseen) for _ in range(2)]
    assert {(pair["participant_id"], pair["of"]) for pair in pairs} == {
        ("agent", "citizen"),
        ("citizen", "agent"),
    }
    assert not any(pair["curable"] for pair in pairs)
    for client in clients:
        hears(client)
        assert client.page.evaluate("shown()") == []


def test_in_silence_hardly_anything_is_sent_and_nothing_is_made_up(meet: Meet) -> None:
    citizen, agent = meet([], [])
    hears(agent)
    citizen.page.evaluate("voice(0)")
    agent.until("soundPerSecond().then(packets => packets < 10)")
    before = agent.page.evaluate("madeUp()")
    citizen.page.evaluate("voice(0.3)")
    agent.until("soundPerSecond().then(packets => packets > 40)")
    assert agent.page.evaluate("madeUp()") == pytest.approx(before, abs=960)
