"""Codecs that the SFU passes on: which of an offer are of use, which one is sent, where a keyframe begins.

Nothing is decoded.  VP8 (RFC 7741) and H.264 (RFC 6184) are what all browsers have to speak (RFC 7742
section 5); which of the two a publisher sends is decided by who is to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aiortc.rtcrtpparameters import RTCRtpCodecParameters

OPUS, VP8, H264 = "audio/opus", "video/vp8", "video/h264"
_BY_KIND = {"audio": ((OPUS, 48_000),), "video": ((VP8, 90_000), (H264, 90_000))}
"""In the order of preference: VP8 is the same everywhere, H.264 depends on the device that encodes it."""
_BASELINE = "42"
"""First byte of the one family of H.264 profiles that every browser speaks (RFC 6184 section 8.1)."""

_PAYLOAD_TYPES = frozenset(range(128)) - frozenset(range(64, 96))
"""Those that fit beside the marker and are not taken for RTCP (RFC 5761 section 4)."""

Payload = memoryview | bytes


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec of a section, by the browser's payload types."""

    name: str
    clock_rate: int
    payload_type: int
    rtx_payload_type: int | None
    profile: str = ""
    """Of H.264, `profile-level-id` as the browser wrote it."""


def usable(kind: str, offered: Sequence[RTCRtpCodecParameters]) -> tuple[Codec, ...]:
    """Those of a section that can be passed on, the best first."""
    known = [codec for codec in offered if codec.payloadType in _PAYLOAD_TYPES]
    found = (_first(name, clock_rate, known) for name, clock_rate in _BY_KIND[kind])
    return tuple(codec for codec in found if codec is not None)


def _first(name: str, clock_rate: int, offered: Sequence[RTCRtpCodecParameters]) -> Codec | None:
    chosen = next((c for c in offered if _is(c, name, clock_rate)), None)
    if chosen is None:
        return None
    rtx = next((c for c in offered if _repairs(c, chosen)), None)
    profile = str(chosen.parameters.get("profile-level-id", "")) if name == H264 else ""
    return Codec(name, clock_rate, chosen.payloadType, rtx.payloadType if rtx else None, profile)


def _is(codec: RTCRtpCodecParameters, name: str, clock_rate: int) -> bool:
    if codec.mimeType.lower() != name or codec.clockRate != clock_rate:
        return False
    return name != H264 or _fits(codec.parameters)


def _fits(parameters: Mapping[str, object]) -> bool:
    """H.264 in packets of any size (mode 1), baseline: what one browser writes, each other one reads."""
    profile = str(parameters.get("profile-level-id", ""))
    return str(parameters.get("packetization-mode", "0")) == "1" and profile.startswith(_BASELINE)


def _repairs(codec: RTCRtpCodecParameters, chosen: RTCRtpCodecParameters) -> bool:
    return bool(codec.mimeType.lower() == "video/rtx" and codec.parameters.get("apt") == chosen.payloadType)


def preferred(offered: Iterable[str], viewers: Sequence[Collection[str]], present: str = "") -> str:
    """The codec that most of the viewers can show; among equals the present one, then the first offered.

    `viewers` are the names that each of them can show.  Empty where nothing is offered.
    """

    def weight(name: str) -> tuple[int, bool]:
        return sum(name in shows for shows in viewers), name == present

    return max(offered, key=weight, default="")


# --- keyframes ----------------------------------------------------------------


def _never(payload: Payload) -> bool:
    return False


def _vp8_keyframe(payload: Payload) -> bool:
    """The first packet of a picture that needs no other one (RFC 7741 sections 4.2 and 4.3)."""
    if not payload or payload[0] & 0x17 != 0x10:  # S: a partition begins; PID 0: the first one
        return False
    at = 1
    if payload[0] & 0x80:
        if len(payload) < 3:
            return False
        extensions, at = payload[1], 2
        if extensions & 0x80:
            at += 2 if payload[at] & 0x80 else 1  # PictureID, 7 or 15 bits
        at += bool(extensions & 0x40) + bool(extensions & 0x30)  # TL0PICIDX; TID, Y and KEYIDX
    return at < len(payload) and not payload[at] & 0x01  # P: predicted from other pictures


_STAP_A, _FU_A = 24, 28
_KEYFRAME_UNITS = (5, 7)
"""A slice of an IDR picture; the parameter set that stands before it."""


def _h264_keyframe(payload: Payload) -> bool:
    """The first packet of an IDR picture, or of its parameter sets (RFC 6184 sections 5.6 to 5.8)."""
    if len(payload) < 2:
        return False
    unit = payload[0] & 0x1F
    if unit == _FU_A:
        return bool(payload[1] & 0x80) and payload[1] & 0x1F in _KEYFRAME_UNITS
    return _aggregated_keyframe(payload) if unit == _STAP_A else unit in _KEYFRAME_UNITS


def _aggregated_keyframe(payload: Payload) -> bool:
    at = 1
    while at + 2 < len(payload):
        if payload[at + 2] & 0x1F in _KEYFRAME_UNITS:
            return True
        at += 2 + (payload[at] << 8 | payload[at + 1])
    return False


_KEYFRAMES: dict[str, Callable[[Payload], bool]] = {VP8: _vp8_keyframe, H264: _h264_keyframe}


def keyframe_test(name: str) -> Callable[[Payload], bool]:
    """Whether a payload of that codec begins a keyframe; always False for sound."""
    return _KEYFRAMES.get(name, _never)
