"""Writing the answer: one line of thought per section, nothing negotiated later."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from aiortc import RTCDtlsParameters, RTCIceCandidate, RTCIceParameters
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
)
from aiortc.sdp import GroupDescription, MediaDescription, SessionDescription, SsrcDescription

from services.media.worker.codecs import H264, OPUS, VP8, Codec
from services.media.worker.offer import LEVEL_URI, SCREEN, SEND_TIME_URI, TRANSPORT_CC_URI, Offer, Section

_FEEDBACK = {
    "audio": (),
    "video": (("ccm", "fir"), ("nack", None), ("nack", "pli")),
}
_WRITTEN = {OPUS: "audio/opus", VP8: "video/VP8", H264: "video/H264"}
_SOUND = {"minptime": 10, "useinbandfec": 1, "usedtx": 1}
"""What the SFU wishes to be sent (RFC 7587 section 6.1): what is lost can be made up from the next packet,
and in silence hardly anything comes."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The SFU's own SSRCs in one receiving section."""

    section: Section
    ssrc: int
    rtx_ssrc: int | None


@dataclass(frozen=True, slots=True)
class Reachable:
    """How the browser reaches its transport on this node."""

    ice: RTCIceParameters
    dtls: RTCDtlsParameters
    candidates: list[RTCIceCandidate]


def allocate(offer: Offer) -> tuple[Outgoing, ...]:
    """Choose SSRCs for every receiving section: random, unlike each other and the browser's own."""
    used = {ssrc for s in offer.sections for ssrc in (s.ssrc, s.rtx_ssrc) if ssrc is not None}
    return tuple(
        Outgoing(s, _fresh(used), _fresh(used) if _repairable(s) else None)
        for s in offer.sections
        if not s.sends
    )


def _repairable(section: Section) -> bool:
    return any(codec.rtx_payload_type is not None for codec in section.codecs)


def _fresh(used: set[int]) -> int:
    while (ssrc := secrets.randbits(32)) in used or not ssrc:
        pass
    used.add(ssrc)
    return ssrc


def write_answer(
    offer: Offer, outgoing: Iterable[Outgoing], reachable: Reachable, *, session_id: int, version: int = 1
) -> str:
    """The answer's text; `outgoing` comes from `allocate` for the same offer.

    The id stays and the version rises with each answer to the same peer connection (RFC 8829 section 5.3).
    """
    by_mid = {out.section.mid: out for out in outgoing}
    session = SessionDescription()
    session.origin = f"- {session_id} {version} IN IP4 127.0.0.1"
    session.group = [GroupDescription("BUNDLE", [section.mid for section in offer.sections])]
    session.msid_semantic = [GroupDescription("WMS", ["*"])]
    session.media = [_media(section, by_mid.get(section.mid), reachable) for section in offer.sections]
    session.media[0].ice_candidates = reachable.candidates
    session.media[0].ice_candidates_complete = True
    return str(session)


def _media(section: Section, out: Outgoing | None, reachable: Reachable) -> MediaDescription:
    codecs = [written for codec in section.codecs for written in _codecs(section, codec)]
    payload_types = [codec.payloadType for codec in codecs]
    media = MediaDescription(section.kind, 9, "UDP/TLS/RTP/SAVPF", payload_types)
    media.host = media.rtcp_host = "0.0.0.0"  # noqa: S104 - means "see the candidates" in a description
    media.rtcp_port, media.rtcp_mux = 9, True
    media.rtp.muxId = section.mid
    media.ice, media.dtls = reachable.ice, reachable.dtls
    media.rtp.codecs = codecs
    media.rtp.headerExtensions = _extensions(section)
    if out is None:
        media.direction = "recvonly"
    else:
        media.direction = "sendonly"
        _announce(media, out)
    return media


def _codecs(section: Section, codec: Codec) -> list[RTCRtpCodecParameters]:
    """The codec, and the one in which its packets are repeated."""
    main = RTCRtpCodecParameters(
        mimeType=_WRITTEN[codec.name],
        clockRate=codec.clock_rate,
        channels=2 if section.kind == "audio" else None,
        payloadType=codec.payload_type,
        rtcpFeedback=_feedback(section),
        parameters=_parameters(codec),
    )
    if codec.rtx_payload_type is None:
        return [main]
    rtx = RTCRtpCodecParameters(
        mimeType="video/rtx",
        clockRate=codec.clock_rate,
        payloadType=codec.rtx_payload_type,
        parameters={"apt": codec.payload_type},
    )
    return [main, rtx]


def _parameters(codec: Codec) -> dict[str, int | str | None]:
    if codec.name == OPUS:
        return {**_SOUND}
    if codec.name != H264:
        return {}
    return {"level-asymmetry-allowed": 1, "packetization-mode": 1, "profile-level-id": codec.profile}


def _feedback(section: Section) -> list[RTCRtcpFeedback]:
    kinds = list(_FEEDBACK[section.kind])
    if section.sends and section.transport_cc is not None:
        kinds.append(("transport-cc", None))
    if section.estimates:
        kinds.append(("goog-remb", None))
    return [RTCRtcpFeedback(type=kind, parameter=parameter) for kind, parameter in kinds]


def _extensions(section: Section) -> list[RTCRtpHeaderExtensionParameters]:
    elements = (
        (section.transport_cc, TRANSPORT_CC_URI),
        (section.level, LEVEL_URI),
        (section.send_time, SEND_TIME_URI),
    )
    return [RTCRtpHeaderExtensionParameters(id=id_, uri=uri) for id_, uri in elements if id_ is not None]


def _announce(media: MediaDescription, out: Outgoing) -> None:
    """Name the streams: one CNAME a slot keeps its sound and picture in step."""
    name = "screen" if out.section.slot == SCREEN else f"slot-{out.section.slot}"
    media.msid = f"{name} {'screen' if name == 'screen' else section_track(out.section)}"
    ssrcs = [ssrc for ssrc in (out.ssrc, out.rtx_ssrc) if ssrc is not None]
    media.ssrc = [SsrcDescription(ssrc=ssrc, cname=name, msid=media.msid) for ssrc in ssrcs]
    if len(ssrcs) == 2:
        media.ssrc_group = [GroupDescription("FID", list(ssrcs))]


def section_track(section: Section) -> str:
    """Track id within the slot's stream."""
    return f"{section.kind}-{section.slot}"
