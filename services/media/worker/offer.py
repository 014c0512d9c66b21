"""Reading a browser's offer: what it sends, what it can receive, and how it is reached.

The offer is a stranger's text: bounded before it is parsed; any defect is a BadOffer with a stable reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiortc import RTCDtlsParameters, RTCIceParameters
from aiortc.sdp import MediaDescription, SessionDescription

from services.contracts.media_errors import BadOffer
from services.contracts.sfu import MAX_PARTICIPANTS
from services.media.worker.codecs import Codec, usable

MAX_SIZE = 65_536
MAX_SECTIONS = 3 + 2 * MAX_PARTICIPANTS + 1
MAX_LINES = 3_000
MAX_SSRC_LINES = 64
MAX_FEEDBACK_LINES, MAX_FEEDBACK_FOR_ALL = 1_000, 64
"""Lines on feedback, and those of them that are on all codecs of their section."""
SCREEN = MAX_PARTICIPANTS
"""Number of the receiving video section that carries the shared screen."""

TRANSPORT_CC_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_MOST_ELEMENT = 14
"""Highest id of a header extension in the one-byte form (RFC 8285 section 4.2)."""

_KINDS = ("audio", "video")
_ICE_NAME = re.compile(r"[A-Za-z0-9+/]{4,256}")
_ICE_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_FINGERPRINT = re.compile(r"(?:[0-9A-Fa-f]{2}:){31,63}[0-9A-Fa-f]{2}")
_PAYLOAD_TYPE = re.compile(r"[0-9]{1,3}(?= )")
_MOST_PAYLOAD_TYPES = 128
_MID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_SYNTAX_ERRORS = (ValueError, AssertionError, AttributeError, KeyError, IndexError, TypeError, StopIteration)


@dataclass(frozen=True, slots=True)
class Section:
    """One media section; `slot` is set in receiving ones (SCREEN for the shared screen)."""

    mid: str
    kind: str
    codecs: tuple[Codec, ...]
    """Those that may be used in it, the best first; `Offer.sending` leaves one in a sending section."""
    source: str
    """`microphone`, `camera`, `screen` in sending sections; `slot` in receiving ones."""
    slot: int | None = None
    ssrc: int | None = None
    rtx_ssrc: int | None = None
    transport_cc: int | None = None
    """Id of the header extension that carries the transport-wide sequence number."""
    send_time: int | None = None
    """Id of the one in which a receiving section takes the instant at which a packet left here."""
    level: int | None = None
    """Id of the one in which the browser tells how loud a microphone's packet is (RFC 6464)."""
    estimates: bool = False
    """Whether the browser tells, and heeds, estimates of what comes through (REMB)."""

    @property
    def sends(self) -> bool:
        """Whether the browser sends in it."""
        return self.slot is None

    @property
    def codec(self) -> Codec:
        """The first one, or the only one."""
        return self.codecs[0]

    def codec_named(self, name: str) -> Codec | None:
        return next((codec for codec in self.codecs if codec.name == name), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """A usable offer."""

    session: str
    """Names the peer connection: user, id and host of the origin line, without the version."""
    ice: RTCIceParameters
    dtls: RTCDtlsParameters
    sections: tuple[Section, ...]

    @property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(f"{f.algorithm} {f.value}".lower() for f in self.dtls.fingerprints)

    @property
    def pictures(self) -> tuple[str, ...]:
        """Names of the codecs in which the browser can send pictures, the best first."""
        return self._video(sends=True)

    @property
    def shows(self) -> tuple[str, ...]:
        """Names of the codecs of which it can show pictures."""
        return self._video(sends=False)

    def _video(self, *, sends: bool) -> tuple[str, ...]:
        """What all its sections of that direction have in common."""
        found = [s.codecs for s in self.sections if s.kind == "video" and s.sends is sends]
        first, *others = found or [()]
        return tuple(c.name for c in first if all(any(o.name == c.name for o in codecs) for codecs in others))

    def sending(self, name: str) -> Offer:
        """The same with pictures sent in that codec alone: browsers send the first one of an answer."""
        return replace(self, sections=tuple(_settled(section, name) for section in self.sections))


def _settled(section: Section, name: str) -> Section:
    chosen = section.codec_named(name) if section.sends else None
    return section if chosen is None else replace(section, codecs=(chosen,))


def read_offer(text: str) -> Offer:
    """Raises BadOffer(reason); the reasons stand in SIGNALLING.md."""
    _check_size(text)
    try:
        session = SessionDescription.parse(text)
    except _SYNTAX_ERRORS:
        raise BadOffer("syntax") from None
    if not session.media:
        raise BadOffer("no_media")
    _check_bundle(session)
    sections = _sections(session.media)
    first = session.media[0]
    return Offer(session=_session_name(session), ice=_ice(first), dtls=_dtls(first), sections=sections)


def _check_size(text: str) -> None:
    lines = text.splitlines() if len(text) <= MAX_SIZE else ()  # at every sign that ends one for the parser
    if not text:
        raise BadOffer("no_media")
    if not 0 < len(lines) <= MAX_LINES or _count(lines, "a=ssrc") > MAX_SSRC_LINES:
        raise BadOffer("too_large")
    if _count(lines, "m=") > MAX_SECTIONS:
        raise BadOffer("too_many_sections")
    feedback = [line for line in lines if line.startswith("a=rtcp-fb")]
    if len(feedback) > MAX_FEEDBACK_LINES or sum("*" in line for line in feedback) > MAX_FEEDBACK_FOR_ALL:
        raise BadOffer("too_large")
    _check_payload_types(lines)


def _count(lines: Sequence[str], begin: str) -> int:
    return sum(line.startswith(begin) for line in lines)


def _check_payload_types(lines: Sequence[str]) -> None:
    """Each once in a section.  The parser looks at all codecs of it for each line on feedback."""
    known: set[int] = set()
    for line in lines:
        if line.startswith("m="):
            known.clear()
        elif line.startswith("a=rtpmap:"):
            found = _PAYLOAD_TYPE.match(line, len("a=rtpmap:"))
            if found is None or int(found[0]) in known or len(known) > _MOST_PAYLOAD_TYPES:
                raise BadOffer("syntax")
            known.add(int(found[0]))


def _check_bundle(session: SessionDescription) -> None:
    mids = [media.rtp.muxId for media in session.media]
    bundle: list[str] = next((group.items for group in session.group if group.semantic == "BUNDLE"), [])
    valid = all(_MID.fullmatch(mid or "") for mid in mids)
    if not valid or len(set(mids)) < len(mids) or set(bundle) != set(mids):
        raise BadOffer("not_bundled")
    if not all(media.rtcp_mux for media in session.media):
        raise BadOffer("not_bundled")


def _session_name(session: SessionDescription) -> str:
    parts = (session.origin or "").split()
    if len(parts) != 6:
        raise BadOffer("syntax")
    return " ".join((*parts[:2], *parts[3:]))


def _ice(media: MediaDescription) -> RTCIceParameters:
    name, password = media.ice.usernameFragment or "", media.ice.password or ""
    if not (_ICE_NAME.fullmatch(name) and _ICE_PASSWORD.fullmatch(password)):
        raise BadOffer("no_ice")
    return RTCIceParameters(usernameFragment=name, password=password)


def _dtls(media: MediaDescription) -> RTCDtlsParameters:
    found = (
        [f for f in media.dtls.fingerprints if f.algorithm.lower().startswith("sha-")] if media.dtls else []
    )
    if not found or not all(_FINGERPRINT.fullmatch(f.value) for f in found):
        raise BadOffer("no_fingerprint")
    if media.dtls.role not in ("auto", "client"):
        raise BadOffer("setup")
    return RTCDtlsParameters(fingerprints=found, role="client")


def _sections(media: list[MediaDescription]) -> tuple[Section, ...]:
    counts: dict[tuple[str, str], int] = {}
    sections = []
    for description in media:
        key = description.kind, description.direction or ""
        counts[key] = number = counts.get(key, -1) + 1
        sections.append(_section(description, number))
    _check_ssrcs(sections)
    return tuple(sections)


def _section(media: MediaDescription, number: int) -> Section:
    if media.kind not in _KINDS:
        raise BadOffer("kind")
    codecs = usable(media.kind, media.rtp.codecs)
    if not codecs:
        raise BadOffer("no_codec")
    if media.direction == "sendonly":
        return _sending(media, codecs, number)
    if media.direction == "recvonly":
        return _receiving(media, codecs, number)
    raise BadOffer("direction")


def _sending(media: MediaDescription, codecs: tuple[Codec, ...], number: int) -> Section:
    sources = ("microphone",) if media.kind == "audio" else ("camera", "screen")
    if number >= len(sources):
        raise BadOffer("too_many_sections")
    if not media.ssrc:
        raise BadOffer("no_ssrc")
    pair = next((g.items for g in media.ssrc_group if g.semantic == "FID" and len(g.items) == 2), None)
    ssrc, rtx_ssrc = pair or (media.ssrc[0].ssrc, None)
    return Section(
        mid=media.rtp.muxId,
        kind=media.kind,
        codecs=codecs,
        source=sources[number],
        ssrc=ssrc,
        rtx_ssrc=rtx_ssrc,
        transport_cc=_element(media, TRANSPORT_CC_URI),
        level=_element(media, LEVEL_URI) if media.kind == "audio" else None,
        estimates=_estimates(media, codecs[0]),
    )


def _receiving(media: MediaDescription, codecs: tuple[Codec, ...], number: int) -> Section:
    if number > (SCREEN if media.kind == "video" else SCREEN - 1):
        raise BadOffer("too_many_sections")
    return Section(
        mid=media.rtp.muxId,
        kind=media.kind,
        codecs=codecs,
        source="slot",
        slot=number,
        send_time=_element(media, SEND_TIME_URI) if media.kind == "video" else None,
        estimates=_estimates(media, codecs[0]),
    )


def _element(media: MediaDescription, uri: str) -> int | None:
    found = next((e.id for e in media.rtp.headerExtensions if e.uri == uri), None)
    return found if found is not None and 1 <= found <= _MOST_ELEMENT else None


def _estimates(media: MediaDescription, codec: Codec) -> bool:
    chosen = next(c for c in media.rtp.codecs if c.payloadType == codec.payload_type)
    return any(feedback.type == "goog-remb" for feedback in chosen.rtcpFeedback)


def _check_ssrcs(sections: list[Section]) -> None:
    used = [ssrc for section in sections for ssrc in (section.ssrc, section.rtx_ssrc) if ssrc is not None]
    if len(set(used)) < len(used) or any(not 0 < ssrc < 2**32 for ssrc in used):
        raise BadOffer("duplicate_ssrc")
