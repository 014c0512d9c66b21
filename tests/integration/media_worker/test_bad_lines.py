"""Calls over lines that lose, delay and narrow, between real browsers."""

import re
import urllib.request
from collections.abc import Iterator

import pytest

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.bad_line import HOST, BadLine
from tests.integration.media_worker.conftest import Told
from tests.integration.media_worker.pages import NODE, Client, Pages, through
from tests.service_process import eventually

pytestmark = pytest.mark.integration


class Call:
    """A citizen behind a bad line and an agent behind a good one."""

    def __init__(self, pages: Pages, line: BadLine, room: str) -> None:
        self.citizen = pages.open(room, "citizen", through(line))
        self.agent = pages.open(room, "agent")
        for client in (self.citizen, self.agent):
            client.join()
        self.citizen.page.evaluate("call.occupy(1, 'agent')")


@pytest.fixture
def line(node: Platform) -> Iterator[BadLine]:
    with BadLine((HOST, int(node.env("media-worker")["UDP_PORT"]))) as opened:
        yield opened


@pytest.fixture
def call(pages: Pages, line: BadLine, rpc: RpcClient, request: pytest.FixtureRequest) -> Iterator[Call]:
    room = request.node.name
    yield Call(pages, line, room)
    rpc.call(sfu.CloseRoom(room_id=room), service=NODE)


def test_what_is_lost_on_the_way_is_sent_again_both_ways(call: Call, line: BadLine, node: Platform) -> None:
    call.citizen.wait_for_frames(5)
    before = repairs(node)
    line.up.loss, line.down.loss = 0.03, 0.05
    line.up.delay = line.down.delay = 0.04
    for kind in ("asked_again", "repaired", "retransmitted"):
        eventually(lambda kind=kind: repairs(node)[kind] > before[kind])  # type: ignore[misc]
    call.citizen.wait_for_frames(20)
    call.agent.wait_for_frames(20)


def test_sound_that_is_lost_on_the_way_is_made_up_from_the_next_packet(call: Call, line: BadLine) -> None:
    call.citizen.wait_for_frames(5)
    line.down.loss = 0.3  # on the way on: of that the agent's browser knows by the node alone
    assert call.agent.until("toldLost().then(lost => lost > 0.2 && lost)") > 0.2
    before = call.citizen.page.evaluate("repaired()")
    more = "before => repaired().then(packets => packets > before + 10 && packets)"
    assert call.citizen.until(more, before) > before + 10


def test_who_sends_to_a_narrow_line_sends_less(call: Call, line: BadLine) -> None:
    call.citizen.wait_for_frames(20)
    line.down.rate = 250_000
    limited(call.agent, below=250_000)
    before = call.citizen.page.evaluate("frames('')")
    assert call.citizen.wait_for_frames(20) >= before + 20


def test_a_line_that_is_wide_again_gets_more_again(call: Call, line: BadLine) -> None:
    call.citizen.wait_for_frames(20)
    line.down.rate = 250_000
    limited(call.agent, below=250_000)
    line.down.rate = None
    assert call.agent.until("sending().then(rate => rate > 270_000 && rate)", seconds=120) > 270_000


def test_where_no_picture_fits_sound_goes_on_and_pictures_come_back(
    call: Call, line: BadLine, told: Told
) -> None:
    call.citizen.wait_for_frames(20)
    line.down.rate = 60_000
    told.wait_for(sfu.DownlinkChanged, participant_id="citizen", sound_only=True)
    heard = call.citizen.figures()["audioPackets"]
    line.down.rate = None
    told.wait_for(sfu.DownlinkChanged, timeout=120, participant_id="citizen", sound_only=False)
    assert call.citizen.figures()["audioPackets"] > heard
    call.citizen.wait_for_frames(20)


def limited(client: Client, *, below: int) -> None:
    """Until the browser itself sends pictures with no more than so many bits a second."""
    client.until("below => sending().then(rate => rate > 0 && rate < below)", below)


def repairs(node: Platform) -> dict[str, float]:
    url = f"http://127.0.0.1:{node.env('media-worker')['METRICS_PORT']}/metrics"
    with urllib.request.urlopen(url) as answer:
        found = re.findall(r'^sfu_repairs_total\{kind="(\w+)"\} (\S+)', answer.read().decode(), re.M)
    return {kind: float(value) for kind, value in found}
