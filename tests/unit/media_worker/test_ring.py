from services.media.worker.ring import CAPACITY, Kept, PacketRing


def kept(sequence: int) -> Kept:
    return Kept(sequence, 0x80, 0, 0, b"x")


def test_a_packet_is_found_by_its_number() -> None:
    ring = PacketRing()
    ring.put(kept(65_535))
    assert ring.get(65_535) == kept(65_535)
    assert ring.get(0) is None


def test_a_packet_goes_when_the_ring_is_round() -> None:
    ring = PacketRing()
    ring.put(kept(5))
    ring.put(kept(5 + CAPACITY))
    assert ring.get(5) is None
    assert ring.get(5 + CAPACITY) is not None
