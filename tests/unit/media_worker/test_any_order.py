"""Whatever the network does to a publisher's packets, the receiver's numbers have gaps only where his had."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.media.worker.ring import CAPACITY
from tests.unit.media_worker.peers import Browser, consumer, producer, rtp, rtx

NUMBERS = 0x10000


class Stream:
    """One publisher, one receiver, and packets that come as the test says."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.publisher, self.receiver = Browser(), Browser()
        self.producer = producer(self.publisher, self.counts)
        self.consumer = consumer(self.receiver, self.counts)
        self.consumer.attach(self.producer)

    def arrives(self, number: int) -> None:
        packet = rtp(number, number * 90, number.to_bytes(4, "big"))
        self.producer.received(memoryview(packet), 0, len(packet), 0.0)

    def is_repaired(self, number: int, copy: int) -> None:
        packet = rtx(copy, number, number.to_bytes(4, "big"))
        self.producer.repaired(memoryview(packet), 0, len(packet), 0.0)

    def seen(self) -> dict[int, int]:
        """By the receiver's number, the publisher's number of the packet; each arrives once."""
        packets = self.receiver.received()
        assert len({packet.sequence_number for packet in packets}) == len(packets)
        return {packet.sequence_number: int.from_bytes(packet.payload, "big") for packet in packets}


@st.composite
def journeys(draw: st.DrawFn) -> tuple[int, list[int], set[int]]:
    """A first number, the numbers in the order in which they come, and those that never come."""
    first, length = draw(st.integers(0, NUMBERS - 1)), draw(st.integers(2, 60))
    lost = draw(st.sets(st.integers(1, length - 1), max_size=length // 2))
    lateness = draw(st.lists(st.integers(0, 8), min_size=length, max_size=length))
    lateness[0] = 0  # the stream begins with its first packet
    order = sorted(set(range(length)) - lost, key=lambda at: (at + lateness[at], at))
    order.remove(0)
    return first, [(first + at) % NUMBERS for at in (0, *order)], {(first + at) % NUMBERS for at in lost}


@given(journeys())
def test_every_packet_keeps_its_distance_from_the_first(journey: tuple[int, list[int], set[int]]) -> None:
    first, order, _ = journey
    stream = Stream()
    for number in order:
        stream.arrives(number)
    seen = stream.seen()
    begin = next(receivers for receivers, number in seen.items() if number == first)
    assert sorted(seen.values()) == sorted(order)
    assert all((receivers - begin - number + first) % NUMBERS == 0 for receivers, number in seen.items())


@given(journeys())
def test_what_is_repaired_closes_its_own_gap(journey: tuple[int, list[int], set[int]]) -> None:
    first, order, lost = journey
    stream = Stream()
    for number in order:
        stream.arrives(number)
    ahead = max((number - first) % NUMBERS for number in order)
    due = {number for number in lost if (number - first) % NUMBERS < ahead}
    for copy, number in enumerate(due):
        stream.is_repaired(number, copy)
        stream.is_repaired(number, copy + 1000)  # the sender's browser may send it twice
    seen = stream.seen()
    assert set(seen.values()) == set(order) | due
    begin = next(receivers for receivers, number in seen.items() if number == first)
    assert {(receivers - begin) % NUMBERS for receivers in seen} == {
        (n - first) % NUMBERS for n in seen.values()
    }


@given(journeys(), st.integers(0, NUMBERS - 1))
def test_what_the_receiver_asks_for_again_is_what_he_lacks(
    journey: tuple[int, list[int], set[int]], wish: int
) -> None:
    _, order, _ = journey
    stream = Stream()
    for number in order:
        stream.arrives(number)
    seen = stream.seen()
    stream.consumer.retransmit([wish], 0.0)
    again = [int.from_bytes(packet.payload[2:], "big") for packet in stream.receiver.received()]
    assert again == ([seen[wish]] if wish in seen else [])


@given(st.integers(0, NUMBERS - 1))
def test_a_number_is_never_answered_with_the_packet_of_another_round(first: int) -> None:
    stream = Stream()
    for step in range(0, 3 * CAPACITY, 64):
        stream.arrives((first + step) % NUMBERS)
    seen = stream.seen()
    oldest = next(iter(seen))
    stream.consumer.retransmit([oldest], 0.0)
    assert stream.receiver.received() == []
