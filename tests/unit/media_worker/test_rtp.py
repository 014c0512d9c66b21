import pytest
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from services.media.worker import rtp


def packet(extension: bytes = b"", csrc: tuple[int, ...] = (), payload: bytes = b"payload") -> bytes:
    first = 0x80 | (0x10 if extension else 0) | len(csrc)
    sources = b"".join(source.to_bytes(4, "big") for source in csrc)
    return rtp.HEADER.pack(first, 0x80 | 96, 7, 900, 42) + sources + extension + payload


def one_byte(*elements: bytes) -> bytes:
    body = b"".join(elements)
    body += bytes(-len(body) % 4)
    return b"\xbe\xde" + (len(body) // 4).to_bytes(2, "big") + body


def test_the_payload_begins_behind_sources_and_extension() -> None:
    data = packet(one_byte(b"\x31\x12\x34"), csrc=(1, 2))
    assert data[rtp.payload_offset(data, 0, len(data)) :] == b"payload"


def test_aiortc_reads_the_same_payload() -> None:
    data = packet(one_byte(b"\x31\x12\x34"))
    assert RtpPacket.parse(data).payload == data[rtp.payload_offset(data, 0, len(data)) :]


@pytest.mark.parametrize(
    "data",
    [
        packet(csrc=(1,))[:14],
        packet(b"\xbe\xde\x00\xff", payload=b"x"),
        packet(b"\xbe\xde\x00\x00", payload=b"")[:14],
    ],
)
def test_a_header_longer_than_the_packet_is_malformed(data: bytes) -> None:
    with pytest.raises(rtp.Malformed):
        rtp.payload_offset(data, 0, len(data))


@pytest.mark.parametrize(
    ("extension", "found"),
    [
        (one_byte(b"\x31\x12\x34"), 0x1234),
        (one_byte(b"\x10\xff", b"\x00", b"\x31\x12\x34"), 0x1234),
        (one_byte(b"\x10\xff"), None),
        (one_byte(b"\x30"), None),
        (b"\x10\x00\x00\x01\x03\x02\x12\x34", None),
        (b"", None),
    ],
)
def test_the_transport_sequence_is_found_among_the_elements(extension: bytes, found: int | None) -> None:
    data = packet(extension)
    assert rtp.transport_sequence(data, 0, rtp.payload_offset(data, 0, len(data)), 3) == found


@given(st.binary(min_size=12, max_size=64))
def test_no_bytes_do_worse_than_malformed(data: bytes) -> None:
    try:
        payload = rtp.payload_offset(data, 0, len(data))
    except rtp.Malformed:
        return
    assert 12 <= payload <= len(data)
    assert rtp.transport_sequence(data, 0, payload, 3) in (None, *range(65536))


def test_newer_knows_the_turn_of_the_counter() -> None:
    assert rtp.newer(0, 65535)
    assert not rtp.newer(65535, 0)
    assert not rtp.newer(5, 5)


LEVEL = b"\x10\xa3"  # voice, 35 decibels below the loudest


def test_the_level_of_a_sound_is_found_behind_other_elements() -> None:
    data = packet(one_byte(b"\x31\x00\x09", b"\x00", LEVEL))
    payload = rtp.payload_offset(data, 0, len(data))
    assert rtp.audio_level(data, 0, payload, 1) == 35
    assert rtp.audio_level(data, 0, payload, 2) is None
    assert rtp.transport_sequence(data, 0, payload, 3) == 9


@pytest.mark.parametrize(
    "extension", [b"", one_byte(b"\x00\x00\x00\x10"), b"\x10\x00\x00\x01\x01\x01\x23\x00"]
)
def test_a_level_that_is_missing_cut_off_or_of_the_other_form_is_none(extension: bytes) -> None:
    data = packet(extension)
    assert rtp.audio_level(data, 0, rtp.payload_offset(data, 0, len(data)), 1) is None
