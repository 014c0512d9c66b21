"""Five receivers that ask for keyframes a hundred times a second each, through the encrypted path."""

from itertools import pairwise
from typing import Any

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket
from pylibsrtp import Policy
from pylibsrtp._binding import ffi

from services.media.worker.keyframes import INTERVAL
from services.media.worker.participant import Participant
from services.media.worker.rtcp import PLI, picture_loss
from services.media.worker.udp import SLOT
from tests.unit.media_worker import peers
from tests.unit.media_worker.house import House, Within

STEP = 0.01


class Asker:
    """A browser that asks for keyframes of what it sees in the first slot."""

    def __init__(self, participant: Participant) -> None:
        self.participant = participant
        self.wanted = participant.consumers["video", 0].ssrc
        self._session = peers.session(Policy.SSRC_ANY_OUTBOUND)
        memory = ffi.new(f"unsigned char[{SLOT}]")
        self.view, self.pointers = memoryview(ffi.buffer(memory)), [memory]

    def asks(self, now: float) -> None:
        packet = self._session.protect_rtcp(picture_loss(1, self.wanted))
        self.view[: len(packet)] = packet
        self.participant.rtcp_received(self, 0, len(packet), now)  # type: ignore[arg-type]


class Upstream:
    """When the publisher's browser was asked."""

    def __init__(self, house: House, publisher: Participant) -> None:
        self.times: list[float] = []
        publisher.send_rtcp = lambda packet: self._told(packet, house.now)  # type: ignore[method-assign]

    def _told(self, packet: bytes, now: float) -> None:
        found: list[Any] = RtcpPacket.parse(packet) if packet[1] != 205 else []
        self.times += [now for p in found if isinstance(p, RtcpPsfbPacket) and p.fmt == PLI]


def test_of_500_requests_a_second_two_reach_the_publisher_and_the_last_is_served(within: Within) -> None:
    async def play(house: House) -> None:
        for name in "abcdef":
            house.connect(name)
        publisher, *viewers = [house.secure(name).participant for name in "abcdef"]
        askers, upstream = [Asker(viewer) for viewer in viewers], Upstream(house, publisher)
        for step in range(400):
            for asker in askers:
                asker.asks(house.now)
            house.now += STEP
            if step % 5 == 0:
                house.rooms.tick()
        asked_last, stormy = house.now - STEP, len(upstream.times)
        assert 7 <= stormy <= 8
        assert all(later - earlier >= INTERVAL - 1e-6 for earlier, later in pairwise(upstream.times))
        house.now += INTERVAL
        house.rooms.tick()
        assert upstream.times[-1] >= asked_last
        assert len(upstream.times) == stormy + 1
        assert house.port.counts["authentication"] == house.port.counts["malformed"] == 0

    within(play)
