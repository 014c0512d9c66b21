"""Packets of a real Chromium, decrypted and cut off after the first 24 bytes of their payload.

Its camera was the browser's own false one; its microphone hummed, and was silent in the second half.
"""

from collections import Counter
from pathlib import Path

import pytest

from services.media.worker import rtp
from services.media.worker.codecs import H264, VP8, keyframe_test
from tests.unit.media_worker import peers
from tests.unit.media_worker.peers import Browser, consumer, producer

LEVEL, TRANSPORT = 1, 3
"""Ids of the header extensions, as they were negotiated."""
VP8_START = bytes.fromhex("9d012a")
"""In a keyframe, behind its three bytes of frame tag (RFC 6386 section 9.1)."""


def recorded(name: str) -> list[bytes]:
    return [bytes.fromhex(line) for line in (Path(__file__).parent / "recorded" / name).read_text().split()]


def payload_of(packet: bytes) -> bytes:
    return packet[rtp.payload_offset(packet, 0, len(packet)) :]


def test_vp8_keyframes_are_those_with_their_start_code() -> None:
    begins = keyframe_test(VP8)
    found = [at for at, packet in enumerate(recorded("vp8.txt")) if begins(payload_of(packet))]
    coded = [at for at, packet in enumerate(recorded("vp8.txt")) if VP8_START in payload_of(packet)[:12]]
    assert found == coded
    assert len(found) == 3


def test_h264_keyframes_begin_with_their_parameters_and_go_on_with_a_slice() -> None:
    begins = keyframe_test(H264)
    packets = recorded("h264.txt")
    times = [rtp.HEADER.unpack_from(packet)[3] for packet in packets]
    key = {at for at, packet in zip(times, packets, strict=True) if begins(payload_of(packet))}
    first = {at: payload_of(packets[times.index(at)])[0] & 0x1F for at in key}
    assert set(first.values()) == {24}  # both parameter sets in one packet
    assert 1 < len(key) < len(set(times)) / 5


def test_the_hum_is_loud_and_the_silence_silent() -> None:
    packets = recorded("opus.txt")
    levels = [
        rtp.audio_level(packet, 0, rtp.payload_offset(packet, 0, len(packet)), LEVEL) for packet in packets
    ]
    assert set(levels[:20]) == {13, 14}
    assert set(levels[20:]) == {127}


@pytest.mark.parametrize("name", ["vp8.txt", "h264.txt", "opus.txt"])
def test_each_packet_has_its_number_on_the_transport(name: str) -> None:
    for packet in recorded(name):
        payload = rtp.payload_offset(packet, 0, len(packet))
        assert rtp.transport_sequence(packet, 0, payload, TRANSPORT) is not None


@pytest.mark.parametrize(("name", "codec"), [("vp8.txt", peers.VP8), ("h264.txt", peers.H264)])
def test_they_are_passed_on_as_they_came_without_their_extensions(name: str, codec: peers.Codec) -> None:
    counts: Counter[str] = Counter()
    receiver, packets = Browser(), recorded(name)
    source = producer(Browser(), counts, codec=codec)
    consumer(receiver, counts).attach(source)
    for packet in packets:
        typed = bytearray(packet)
        typed[1] = packet[1] & 0x80 | codec.payload_type
        source.received(memoryview(typed), 0, len(typed), 0.0)
    passed = receiver.received()
    assert [p.payload for p in passed] == [payload_of(packet) for packet in packets]
    assert [p.marker for p in passed] == [packet[1] >> 7 for packet in packets]
    assert not any(p.extensions.transport_sequence_number for p in passed)
