"""The shared port: datagrams find their participant, and strangers find nobody."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest
from aioice import stun
from aiortc import RTCCertificate

from services.media.worker import udp
from services.media.worker.port import MAX_ADDRESSES, SharedPort
from services.media.worker.transport import Transport

CERTIFICATE = RTCCertificate.generateCertificate()


class Ears:
    """A participant who notes what reaches him."""

    def __init__(self) -> None:
        self.heard_at = 0.0
        self.heard: list[str] = []

    def rtp_received(self, inbox: udp.Inbox, at: int, length: int, now: float) -> None:
        self.heard.append("rtp")

    def rtcp_received(self, inbox: udp.Inbox, at: int, length: int, now: float) -> None:
        self.heard.append("rtcp")


class Scene:
    """A port, one participant on it, and a stranger's socket."""

    def __init__(self) -> None:
        self.port = SharedPort(udp.bind("127.0.0.1", 0), "127.0.0.1", lambda: 7.0)
        self.ears = Ears()
        self.transport = Transport(self.port, CERTIFICATE, lambda _: None)
        self.port.add(self.transport, self.ears)  # type: ignore[arg-type]
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(self.port.announced)
        self.port.start()

    async def send(self, *datagrams: bytes) -> None:
        for datagram in datagrams:
            self.socket.send(datagram)
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the reader runs in the second turn at the latest

    def learn(self) -> None:
        self.port.learned(self.socket.getsockname(), self.transport)

    def close(self) -> None:
        self.socket.close()
        self.port.close()


@pytest.fixture
def within() -> Callable[[Callable[[Scene], Any]], None]:
    async def play(act: Callable[[Scene], Any]) -> None:
        scene = Scene()
        try:
            await act(scene)
        finally:
            scene.close()

    return lambda act: asyncio.run(play(act))


Within = Callable[[Callable[[Scene], Any]], None]
RTP, RTCP = b"\x80\x60" + bytes(20), b"\x80\xc8" + bytes(20)


def test_media_of_a_stranger_is_dropped(within: Within) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(RTP)
        assert scene.ears.heard == []
        assert scene.port.counts["unknown_address"] == 1

    within(act)


def test_media_reaches_the_participant_whose_address_was_learned(within: Within) -> None:
    async def act(scene: Scene) -> None:
        scene.learn()
        await scene.send(RTP, RTCP)
        assert scene.ears.heard == ["rtp", "rtcp"]

    within(act)


def test_nothing_reaches_a_participant_who_was_removed(within: Within) -> None:
    async def act(scene: Scene) -> None:
        scene.learn()
        scene.port.remove(scene.transport)
        await scene.send(RTP)
        assert scene.ears.heard == []

    within(act)


def test_nobody_takes_another_s_address_by_a_check_alone_since_its_sender_may_be_forged(
    within: Within,
) -> None:
    async def act(scene: Scene) -> None:
        scene.learn()
        other, ears = Transport(scene.port, CERTIFICATE, lambda _: None), Ears()
        scene.port.add(other, ears)  # type: ignore[arg-type]
        scene.port.learned(scene.socket.getsockname(), other)
        await scene.send(RTP)
        assert (scene.ears.heard, ears.heard) == (["rtp"], [])

    within(act)


def test_an_address_belongs_to_who_proved_it_last(within: Within) -> None:
    async def act(scene: Scene) -> None:
        scene.learn()
        other, ears = Transport(scene.port, CERTIFICATE, lambda _: None), Ears()
        scene.port.add(other, ears)  # type: ignore[arg-type]
        scene.port.learned(scene.socket.getsockname(), other, proved=True)
        await scene.send(RTP)
        assert (scene.ears.heard, ears.heard) == ([], ["rtp"])
        scene.port.remove(scene.transport)
        await scene.send(RTP)
        assert ears.heard == ["rtp", "rtp"]

    within(act)


def test_only_the_latest_addresses_are_kept(within: Within) -> None:
    async def act(scene: Scene) -> None:
        scene.learn()
        for port in range(MAX_ADDRESSES):
            scene.port.learned(("192.0.2.1", 1000 + port), scene.transport)
        await scene.send(RTP)
        assert scene.ears.heard == []

    within(act)


def test_a_check_for_nobody_is_not_answered(within: Within) -> None:
    async def act(scene: Scene) -> None:
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": "nobody:x"})
        await scene.send(bytes(request))
        assert scene.port.counts["unknown_username"] == 1

    within(act)


def test_a_check_is_found_by_its_new_name_after_an_ice_restart(within: Within) -> None:
    async def act(scene: Scene) -> None:
        before = scene.transport.username
        scene.transport.restart_ice(scene.transport.ice_parameters)
        scene.port.renamed(scene.transport)
        for name in (before, scene.transport.username):
            request = stun.Message(
                stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{name}:x"}
            )
            await scene.send(bytes(request))
        assert scene.port.counts["unknown_username"] == 1

    within(act)


def test_one_datagram_that_meets_a_defect_does_not_cost_the_next(within: Within) -> None:
    async def act(scene: Scene) -> None:
        scene.learn()
        scene.ears.rtcp_received = None  # type: ignore[method-assign, assignment]
        await scene.send(RTCP, RTP)
        assert scene.ears.heard == ["rtp"]
        assert scene.port.counts["defect"] == 1

    within(act)
