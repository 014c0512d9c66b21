"""RTP headers, read and written where they lie (RFC 3550 section 5.1, RFC 8285, RFC 4588).

Nothing here copies a payload or makes an object per packet.
"""

from __future__ import annotations

import struct

View = memoryview | bytes | bytearray

HEADER = struct.Struct("!BBHII")
"""Flags, marker and payload type, sequence, timestamp, SSRC."""
HEADER_SIZE = 12
TIMED_HEADER = struct.Struct("!BBHIIII")
"""The same with one header extension of one element."""
VERSION_2 = 0x80
PADDING = 0x20
EXTENSION = 0x10
MARKER = 0x80
PAYLOAD_TYPE = 0x7F
RTX_HEADER_SIZE = 2
"""Original sequence number before the payload of a retransmission."""

_ONE_BYTE_PROFILE = 0xBEDE
ONE_ELEMENT = _ONE_BYTE_PROFILE << 16 | 1
"""Begin of a header extension of one word (RFC 8285 section 4.2)."""


class Malformed(ValueError):
    """A packet that says more than it holds."""


def payload_offset(view: View, start: int, end: int) -> int:
    """Where the payload begins, behind contributing sources and header extension.  Raises Malformed."""
    first = view[start]
    at = start + HEADER_SIZE + 4 * (first & 0x0F)
    if first & EXTENSION:
        if at + 4 > end:
            raise Malformed("extension")
        at += 4 + 4 * (view[at + 2] << 8 | view[at + 3])
    if at > end:
        raise Malformed("header")
    return at


def transport_sequence(view: View, start: int, payload: int, element: int) -> int | None:
    """The transport-wide sequence number, if the element of that id is there (one-byte form, RFC 8285).

    `payload` is what `payload_offset` returned for the same packet.
    """
    at = start + HEADER_SIZE + 4 * (view[start] & 0x0F)
    if not view[start] & EXTENSION or (view[at] << 8 | view[at + 1]) != _ONE_BYTE_PROFILE:
        return None
    at += 4
    wanted = element << 4 | 1  # two bytes of data
    while at < payload:
        head = view[at]
        if head == wanted and at + 2 < payload:
            return view[at + 1] << 8 | view[at + 2]
        at += 1 if head == 0 else 2 + (head & 0x0F)
    return None


def audio_level(view: View, start: int, payload: int, element: int) -> int | None:
    """How many decibels a packet of sound lies below the loudest there is, 0 to 127 (RFC 6464 section 3)."""
    at = start + HEADER_SIZE + 4 * (view[start] & 0x0F)
    if not view[start] & EXTENSION or (view[at] << 8 | view[at + 1]) != _ONE_BYTE_PROFILE:
        return None
    at += 4
    wanted = element << 4  # one byte of data
    while at < payload:
        head = view[at]
        if head == wanted and at + 1 < payload:
            return view[at + 1] & 0x7F
        at += 1 if head == 0 else 2 + (head & 0x0F)
    return None


def padding_size(view: View, start: int, end: int) -> int:
    """Bytes of padding at the end, zero without the flag."""
    return view[end - 1] if view[start] & PADDING else 0


def send_time(element: int, now: float) -> int:
    """The word that tells when a packet leaves: seconds modulo 64 in 24 bits, 18 of them the fraction.

    WebRTC project, "Absolute Send Time"; three bytes of data behind the element's id.
    """
    return element << 28 | 2 << 24 | int(now * 0x40000) & 0xFFFFFF


def newer(a: int, b: int) -> bool:
    """Whether sequence number `a` comes after `b`, modulo 65,536."""
    return 0 < (a - b) & 0xFFFF < 0x8000
