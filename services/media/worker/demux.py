"""What a datagram is, from its first two bytes (RFC 7983, RFC 5761 section 4)."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    STUN = "stun"
    DTLS = "dtls"
    RTP = "rtp"
    RTCP = "rtcp"
    OTHER = "other"


_RTCP_TYPES = range(192, 224)
"""Packet types 192 to 223: as RTP these would be marked packets of the forbidden types 64 to 95."""


def _of_first(first: int) -> Kind:
    if 128 <= first < 192:
        return Kind.RTP
    if 20 <= first < 64:
        return Kind.DTLS
    return Kind.STUN if first < 4 else Kind.OTHER


_KINDS = tuple(_of_first(first) for first in range(256))


def kind(first: int, second: int) -> Kind:
    """Media is by far the most frequent; STUN is only ever asked for below 4."""
    found = _KINDS[first]
    return Kind.RTCP if found is Kind.RTP and second in _RTCP_TYPES else found
