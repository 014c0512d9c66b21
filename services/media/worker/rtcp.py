"""RTCP packets that the SFU writes (RFC 3550, RFC 4585, RFC 5104); aiortc's own classes where it has them."""

from __future__ import annotations

import struct

from aiortc.rtp import (
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)

NACK = 1
TRANSPORT_CC = 15
PLI = 1
FIR = 4
APPLICATION = 15
_TRANSPORT_FEEDBACK = 205
_MAX_REPORTS = 31


def receiver_report(ssrc: int, reports: list[RtcpReceiverInfo]) -> bytes:
    return bytes(RtcpRrPacket(ssrc=ssrc, reports=reports[:_MAX_REPORTS]))


def sender_report(ssrc: int, ntp_time: int, timestamp: int, packets: int, octets: int) -> bytes:
    """`ntp_time` stays the publisher's, so that the receiver can play sound and picture in step."""
    info = RtcpSenderInfo(
        ntp_timestamp=ntp_time,
        rtp_timestamp=timestamp,
        packet_count=packets & 0xFFFFFFFF,
        octet_count=octets & 0xFFFFFFFF,
    )
    return bytes(RtcpSrPacket(ssrc=ssrc, sender_info=info))


def nack(ssrc: int, media_ssrc: int, lost: list[int]) -> bytes:
    return bytes(RtcpRtpfbPacket(fmt=NACK, ssrc=ssrc, media_ssrc=media_ssrc, lost=sorted(lost)))


def picture_loss(ssrc: int, media_ssrc: int) -> bytes:
    return bytes(RtcpPsfbPacket(fmt=PLI, ssrc=ssrc, media_ssrc=media_ssrc))


def transport_feedback(ssrc: int, media_ssrc: int, control: bytes) -> bytes:
    """Frame what `TransportFeedback.build` returned."""
    words = 2 + len(control) // 4
    head = struct.pack("!BBHII", 0x80 | TRANSPORT_CC, _TRANSPORT_FEEDBACK, words, ssrc, media_ssrc)
    return head + control


def estimate(ssrc: int, bitrate: int, ssrcs: list[int]) -> bytes:
    """So many bits a second come through of these streams (REMB): a browser sends no more than that."""
    control = pack_remb_fci(bitrate, ssrcs)
    return bytes(RtcpPsfbPacket(fmt=APPLICATION, ssrc=ssrc, media_ssrc=0, fci=control))


def estimated(control: bytes) -> int | None:
    """The bits a second of an estimate; None for another message.  Raises ValueError, struct.error."""
    return int(unpack_remb_fci(control)[0]) if control[:4] == b"REMB" else None


def full_intra_targets(control: bytes) -> list[int]:
    """SSRCs that a FIR asks keyframes of (RFC 5104 section 4.3.1.1)."""
    return [struct.unpack_from("!I", control, at)[0] for at in range(0, len(control) - 7, 8)]
