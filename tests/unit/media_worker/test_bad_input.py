"""Every request to an SFU node with every field spoilt: answered, or refused with one declared error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from services.chassis.settings import Secret
from services.contracts import sfu
from services.contracts.wire import Request
from services.media.worker.node import Node
from services.media.worker.settings import WorkerSettings
from tests.unit import bad_requests
from tests.unit.media_worker import offers

GOOD: list[Request[Any]] = [
    sfu.ConnectParticipant(room_id="room-1", participant_id="a", epoch=1, offer_sdp=offers.offer()),
    sfu.DisconnectParticipant(room_id="room-1", participant_id="a"),
    sfu.CloseRoom(room_id="room-1"),
    sfu.Drain(),
]
SETTINGS = WorkerSettings(
    environment="test",
    metrics_port=0,
    amqp_url=Secret("amqp://nowhere"),
    node_id="node-1",
    udp_host="127.0.0.1",
    udp_port=0,
    announced_address="127.0.0.1",
)


class World:
    """A node, asked in a loop that a test holds."""

    def __init__(self, loop: asyncio.Runner) -> None:
        self._loop = loop
        self._node = loop.run(self._started())

    def answer(self, request: Request[Any]) -> Any:
        handler = self._node.handlers()[type(request)]
        return self._loop.run(handler(request))

    def close(self) -> None:
        self._loop.run(self._ended())

    async def _ended(self) -> None:
        await self._node.rooms.close()
        self._node.port.close()

    @staticmethod
    async def _started() -> Node:
        node = Node(SETTINGS)
        node.port.start()
        return node


@pytest.fixture
def fresh_node() -> Iterator[Callable[[], World]]:
    """A node as it is after its start; the one before is closed."""
    with asyncio.Runner() as loop, ExitStack() as last:

        def made() -> World:
            last.close()
            world = World(loop)
            last.callback(world.close)
            return world

        yield made


def test_no_request_is_left_out() -> None:
    assert {type(request) for request in GOOD} == bad_requests.requests_of("sfu")


@pytest.mark.parametrize("good", GOOD, ids=bad_requests.named)
def test_whatever_stands_in_a_field_the_answer_is_declared(
    good: Request[Any], fresh_node: Callable[[], World]
) -> None:
    assert bad_requests.faults(lambda: (good, fresh_node().answer)) == []
