import gc

from services.media.worker.ring import CAPACITY, Kept, PacketRing


def put(ring: PacketRing, sequence: int) -> None:
    ring.put(sequence, 0xA0, 0x80, 0xFFFF_FFFF, b"x")


def test_a_packet_is_found_by_its_number_as_it_came() -> None:
    ring = PacketRing()
    put(ring, 65_535)
    assert ring.get(65_535) == Kept(65_535, 0xA0, 0x80, 0xFFFF_FFFF, b"x")
    assert ring.get(0) is None


def test_a_packet_goes_when_the_ring_is_round() -> None:
    ring = PacketRing()
    put(ring, 5)
    put(ring, 5 + CAPACITY)
    assert ring.get(5) is None
    assert ring.get(5 + CAPACITY) is not None


def test_a_cleared_ring_holds_nothing() -> None:
    ring = PacketRing()
    for sequence in range(CAPACITY):
        put(ring, sequence)
    ring.clear()
    assert not any(ring.get(sequence) for sequence in range(CAPACITY))


def test_a_full_ring_is_nothing_more_to_look_at_for_the_collector_than_an_empty_one() -> None:
    ring = PacketRing()
    gc.collect()
    before = len(gc.get_objects())
    for sequence in range(CAPACITY):
        put(ring, sequence)
    assert len(gc.get_objects()) - before < CAPACITY / 10
