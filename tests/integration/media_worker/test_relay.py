"""Calls through the relay, between real browsers whose networks let nothing through to the node itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aioice import stun, turn

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import Secret
from services.contracts import sfu
from services.contracts.relay import RelayGrant
from services.media.control.adapters.relay import TurnRelay
from tests.bad_line import HOST, BadLine
from tests.integration.media_worker.pages import NODE, Client, Pages, through
from tests.service_process import PATIENCE

pytestmark = pytest.mark.integration

HOUR = timedelta(hours=1)
ENOUGH_CHECKS = 10
"""Of ICE: with far fewer a call is up where nothing is in its way."""
UNAUTHENTICATED, FORBIDDEN = 401, 403
"""RFC 8656 section 19, RFC 8489 section 14.8."""


class Given:
    """Credentials as media control makes them."""

    def __init__(self, node: Platform) -> None:
        variables = node.env("media-control")
        self.urls = tuple(variables["TURN_URLS"].split(","))
        self.at = (HOST, node.site.port("turn"))
        self._secret = Secret(variables["TURN_SECRET"])

    def grant(self, *, by: str = "udp", ago: timedelta = timedelta(0), secret: str = "") -> RelayGrant:
        """Made so long ago, good for an hour."""
        shared = Secret(secret) if secret else self._secret
        urls = tuple(url for url in self.urls if url.endswith(by))
        return TurnRelay(urls, shared, lambda: datetime.now(UTC) - ago).grant("room", "citizen", HOUR)

    def relays(self, by: str) -> list[dict[str, object]]:
        grant = self.grant(by=by)
        return [{"urls": grant.urls, "username": grant.username, "credential": grant.credential}]


@pytest.fixture
def given(node: Platform) -> Given:
    return Given(node)


@pytest.fixture
def firewall(node: Platform) -> Iterator[BadLine]:
    """The node behind it is reached from the relay's addresses alone."""
    row, at = node.site.port_row(), (HOST, int(node.env("media-worker")["UDP_PORT"]))
    with BadLine(at, passes=lambda sender: sender[1] in row) as opened:
        yield opened


@pytest.fixture
def room(rpc: RpcClient, request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.node.name
    rpc.call(sfu.CloseRoom(room_id=request.node.name), service=NODE)


def relayed_by(client: Client) -> str:
    """What is spoken with the relay; empty where the node is reached without."""
    found: str = client.page.evaluate("relayedBy()")
    return found


@pytest.mark.parametrize("by", ["udp", "tcp"])
def test_where_the_node_is_out_of_reach_the_call_goes_through_the_relay(
    pages: Pages, firewall: BadLine, given: Given, room: str, by: str
) -> None:
    citizen, agent = pages.open(room, "citizen", through(firewall)), pages.open(room, "agent")
    citizen.join(given.relays(by))
    agent.join()
    citizen.page.evaluate("call.occupy(1, 'agent')")
    citizen.wait_for_frames(30)
    agent.wait_for_frames(30)
    assert (relayed_by(citizen), relayed_by(agent)) == (by, "")
    assert citizen.figures()["audioPackets"] > 0
    assert firewall.refused > 0, "the direct way was tried first"


def test_without_a_relay_nobody_gets_through_that_firewall(
    pages: Pages, firewall: BadLine, room: str
) -> None:
    citizen = pages.open(room, "citizen", through(firewall))
    citizen.dial()
    limit = time.monotonic() + PATIENCE
    while firewall.refused < ENOUGH_CHECKS:
        assert time.monotonic() < limit
        citizen.page.wait_for_timeout(20)
    assert citizen.page.evaluate("call.state") == "connecting"


def test_who_reaches_the_node_is_not_relayed(pages: Pages, given: Given, room: str) -> None:
    citizen = pages.open(room, "citizen")
    citizen.join([*given.relays("udp"), *given.relays("tcp")])
    assert relayed_by(citizen) == ""


def test_several_behind_one_relay_are_told_apart(pages: Pages, given: Given, room: str) -> None:
    """Both come to the node from the relay's address; only the port is another."""
    citizen, agent = pages.open(room, "citizen"), pages.open(room, "agent")
    citizen.join(given.relays("tcp"), "relay")
    agent.join(given.relays("udp"), "relay")
    citizen.page.evaluate("call.occupy(1, 'agent')")
    citizen.wait_for_frames(30)
    agent.wait_for_frames(30)
    assert (relayed_by(citizen), relayed_by(agent)) == ("tcp", "udp")


@pytest.mark.parametrize("how", ["call.reconnect()", "call.active.restart()"], ids=["replaced", "restarted"])
def test_a_relayed_connection_is_replaced_and_gets_new_credentials_as_any_other(
    pages: Pages, given: Given, room: str, how: str
) -> None:
    citizen, agent = pages.open(room, "citizen"), pages.open(room, "agent")
    citizen.join(given.relays("tcp"), "relay")
    agent.join()
    citizen.page.evaluate("call.occupy(1, 'agent')")
    citizen.wait_for_frames(10)
    citizen.page.evaluate(how)
    citizen.wait_for_frames(60)
    agent.wait_for_frames(60)
    assert relayed_by(citizen) == "tcp"


# --- what the relay refuses ------------------------------------------------------------


def channel(given: Given, grant: RelayGrant, peer: str) -> None:
    """Ask for a relay, and for a channel to that address. Raises TransactionFailed."""

    async def bind(client: turn.TurnClientUdpProtocol) -> None:
        await client.connect()
        await client.channel_bind(0x4000, (peer, 40_000))
        await client.delete()

    asked(given, grant, bind)


def asked(
    given: Given, grant: RelayGrant, what: Callable[[turn.TurnClientUdpProtocol], Awaitable[None]]
) -> None:
    """Do that with a client of the relay."""

    async def ask() -> None:
        client = turn.TurnClientUdpProtocol(given.at, grant.username, grant.credential, 600, 500)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: client, remote_addr=given.at)
        try:
            await what(client)
        finally:
            client.transport.close()

    with ThreadPoolExecutor(1) as thread:  # the browser's driver has a loop in this one
        thread.submit(asyncio.run, ask()).result()


def test_leave_that_is_good_leads_to_the_node(given: Given) -> None:
    channel(given, given.grant(), HOST)


def test_all_who_come_first_to_a_fresh_relay_are_believed(tmp_path: Path) -> None:
    """A coturn that makes its own database refuses half of them."""
    with Platform(tmp_path, only=("relay",), environment="test") as alone, ThreadPoolExecutor(6) as threads:
        given = Given(alone)
        for answer in [threads.submit(channel, given, given.grant(), HOST) for _ in range(6)]:
            answer.result()


def test_what_vanished_pages_leave_is_given_back_soon(given: Given) -> None:
    lifetimes = []

    async def allocate(client: turn.TurnClientUdpProtocol) -> None:
        request = stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST)
        request.attributes |= {"LIFETIME": 600, "REQUESTED-TRANSPORT": turn.UDP_TRANSPORT}
        answer, _ = await client.request_with_retry(request)
        lifetimes.append(answer.attributes["LIFETIME"])
        await client.delete()

    asked(given, given.grant(), allocate)
    assert lifetimes == [120]


def test_leave_that_has_run_out_is_refused(given: Given) -> None:
    channel(given, given.grant(ago=HOUR - timedelta(minutes=1)), HOST)
    with pytest.raises(stun.TransactionFailed) as refused:
        channel(given, given.grant(ago=HOUR + timedelta(seconds=1)), HOST)
    assert refused.value.response.error_code == UNAUTHENTICATED


def test_leave_made_with_another_secret_is_refused(given: Given) -> None:
    with pytest.raises(stun.TransactionFailed) as refused:
        channel(given, given.grant(secret="guessed"), HOST)
    assert refused.value.response.error_code == UNAUTHENTICATED


def test_who_writes_a_later_end_into_the_name_is_refused(given: Given) -> None:
    grant = given.grant(ago=HOUR * 2)
    later = f"{int(datetime.now(UTC).timestamp()) + 600}:{grant.username.partition(':')[2]}"
    with pytest.raises(stun.TransactionFailed) as refused:
        channel(given, replace(grant, username=later), HOST)
    assert refused.value.response.error_code == UNAUTHENTICATED


@pytest.mark.parametrize(
    "peer", ["127.0.0.2", "10.0.0.1", "172.17.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "192.0.2.1"]
)
def test_nobody_but_the_node_is_reached_through_the_relay(given: Given, peer: str) -> None:
    with pytest.raises(stun.TransactionFailed) as refused:
        channel(given, given.grant(), peer)
    assert refused.value.response.error_code == FORBIDDEN
