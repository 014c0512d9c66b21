"""From a receiver's estimate to what the publisher's browser is asked for, in real packets."""

from collections import Counter
from typing import Any

import pytest
from aiortc.rtp import RtcpPacket

from services.media.worker import congestion, rtcp
from services.media.worker.answer import allocate
from services.media.worker.consumer import PADDING_SIZE
from services.media.worker.downlink import PROBE_FIRST, PROBE_LAST, TRIAL
from services.media.worker.offer import read_offer
from services.media.worker.participant import MEASURE_INTERVAL, NO_LIMIT, TELLINGS, Participant
from services.media.worker.producer import Producer
from tests.unit.media_worker import offers
from tests.unit.media_worker.peers import KeptOutbox, rtp, session

PICTURE = bytes(1000)
RTX_TYPE = 97


class Someone(Participant):
    """A participant whose media goes into an outbox of the test's."""

    def __init__(self, first_ssrc: int) -> None:
        offer = read_offer(
            offers.offer().replace(":1002", f":{first_ssrc}").replace(" 1002", f" {first_ssrc}")
        )
        self.kept: Any = KeptOutbox()
        super().__init__(offer, allocate(offer), self.kept, Counter(), 0.0)
        self._session = session(3)
        self.tx, self.destination = self._session._srtp[0], b"there"
        self.asked: list[int] = []

    def send_rtcp(self, packet: bytes) -> None:
        told = (rtcp.estimated(p.fci) for p in RtcpPacket.parse(packet) if getattr(p, "fmt", 0) == 15)
        self.asked += [bitrate for bitrate in told if bitrate is not None]

    @property
    def camera(self) -> Producer:
        return self.producers["camera"]


class Call:
    """Two people who send pictures to each other, or three."""

    def __init__(self, people: int = 2) -> None:
        self.people = [Someone(2000 + 10 * number) for number in range(people)]
        self.now, self._sequence = 10.0, 0
        for slot, person in enumerate(self.people):
            for other in self.people:
                if other is not person:
                    other.receive(slot, person)

    def flow(self, seconds: float, packets_per_s: int = 100) -> None:
        for _ in range(round(seconds / MEASURE_INTERVAL)):
            for _ in range(round(packets_per_s * MEASURE_INTERVAL)):
                self._sequence += 1
                for person in self.people:
                    packet = rtp(self._sequence & 0xFFFF, 0, PICTURE)
                    person.camera.received(memoryview(packet), 0, len(packet), self.now)
            self.now += MEASURE_INTERVAL
            self.tick()

    def tick(self) -> None:
        for person in self.people:
            person.tick(self.now)
        congestion.spread(self.people, self.now)

    def weak(self, person: Someone, bitrate: float) -> None:
        for _ in range(2):
            person.downlink.estimated(bitrate, self.now)
        congestion.spread(self.people, self.now)


@pytest.fixture
def call() -> Call:
    return Call()


def test_nobody_is_asked_for_less_while_everything_comes_through(call: Call) -> None:
    call.flow(5)
    assert [person.asked for person in call.people] == [[], []]


def test_who_sends_to_a_weak_line_is_asked_for_less_at_once(call: Call) -> None:
    call.flow(2)
    weak, publisher = call.people
    call.weak(weak, 300_000)
    assert publisher.asked == [pytest.approx(0.95 * 300_000 + congestion.SOUND, rel=0.01)]
    assert weak.asked == []


def test_the_wish_is_told_again_each_second(call: Call) -> None:
    call.flow(2)
    call.weak(call.people[0], 300_000)
    call.flow(2, packets_per_s=30)
    assert len(call.people[1].asked) == 3


def test_the_end_of_a_limit_is_told_several_times_and_then_no_more(call: Call) -> None:
    call.flow(2)
    call.weak(call.people[0], 300_000)
    call.people[0].downlink.allowance = None
    call.flow(10)
    assert [bitrate > 0.9 * NO_LIMIT for bitrate in call.people[1].asked] == [False] + [True] * TELLINGS


def test_two_publishers_share_what_a_weak_line_takes() -> None:
    call = Call(people=3)
    call.flow(2)
    call.weak(call.people[0], 600_000)
    share = 0.95 * 600_000 / 2 + congestion.SOUND
    assert [person.asked for person in call.people[1:]] == [[pytest.approx(share, rel=0.01)]] * 2


def test_the_weakest_of_several_lines_decides() -> None:
    call = Call(people=3)
    call.flow(2)
    call.people[1].downlink.allowance, call.people[2].downlink.allowance = 800_000, 400_000
    congestion.spread(call.people, call.now)
    assert call.people[0].asked == [pytest.approx(200_000 + congestion.SOUND, rel=0.01)]


def test_pictures_pause_for_who_can_take_none_and_sound_goes_on(call: Call) -> None:
    call.flow(2)
    weak = call.people[0]
    call.weak(weak, 20_000)
    call.flow(4)
    assert weak.downlink.sound_only
    assert weak.pictures(call.now) == []
    assert weak.consumers["audio", 1].producer is call.people[1].producers["microphone"]


def test_whose_pictures_nobody_gets_is_asked_for_few_so_that_the_first_is_small(call: Call) -> None:
    call.flow(2)
    call.weak(call.people[0], 20_000)
    call.flow(4)
    assert call.people[1].asked[-1] == TRIAL + congestion.SOUND
    assert call.people[0].asked == []


def test_pictures_that_somebody_else_gets_are_not_held_back_for_who_gets_none() -> None:
    call = Call(people=3)
    call.flow(2)
    call.weak(call.people[0], 20_000)
    call.flow(6)
    assert call.people[1].asked[-1] > TRIAL + congestion.SOUND


def test_a_line_is_tried_with_packets_that_are_nothing_but_padding(call: Call) -> None:
    call.flow(2)
    weak = call.people[0]
    call.weak(weak, 20_000)
    call.flow(7)
    weak.kept.sent.clear()
    call.flow(1, packets_per_s=0)
    padding = [packet for packet in weak.kept.sent if packet[1] & 0x7F == RTX_TYPE]
    rate = 8 * PADDING_SIZE * len(padding)
    assert PROBE_FIRST < rate < PROBE_LAST
    assert all(packet[0] & 0x20 for packet in padding)


def test_pictures_are_put_back_when_they_are_tried_again(call: Call) -> None:
    call.flow(2)
    weak = call.people[0]
    call.weak(weak, 20_000)
    call.flow(28)
    assert not weak.downlink.sound_only
    assert weak.pictures(call.now) == [call.people[1].camera]


def test_who_comes_while_pictures_pause_is_seen_when_they_are_back() -> None:
    call = Call(people=3)
    weak, _, late = call.people
    weak.receive(2, None)
    call.flow(2)
    call.weak(weak, 20_000)
    call.flow(4)
    weak.receive(2, late)
    assert weak.pictures(call.now) == []
    call.flow(24)
    assert late.camera in weak.pictures(call.now)


def test_an_estimate_that_cannot_be_read_is_counted(call: Call) -> None:
    call.people[0]._estimated(b"REMB\x05", call.now)
    assert call.people[0]._counts["malformed"] == 1
