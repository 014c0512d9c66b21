"""What one browser sends in one section, and everything that is owed to its sender.

A packet comes decrypted in the buffer where it arrived, and is handed to the consumers without its header
extension, which ends at the SFU.
"""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from aiortc.rtp import RtcpReceiverInfo

from services.media.worker import rtcp
from services.media.worker.codecs import keyframe_test
from services.media.worker.keyframes import KeyframeThrottle
from services.media.worker.missing import MissingPackets
from services.media.worker.offer import Section
from services.media.worker.peer import Peer
from services.media.worker.reception import Reception
from services.media.worker.ring import PacketRing
from services.media.worker.rtp import (
    HEADER,
    MARKER,
    PADDING,
    PAYLOAD_TYPE,
    RTX_HEADER_SIZE,
    VERSION_2,
    View,
    audio_level,
    padding_size,
    payload_offset,
    transport_sequence,
)
from services.media.worker.speaking import SILENCE
from services.media.worker.transport_feedback import TransportFeedback

MAX_PAYLOAD = 1500
TOLD_OF_SEVERAL = 25
"""Of 256, at most, that a sender of sound is told for one of several: beyond a tenth browsers send less of
everything."""
PAUSE = 3.0
"""Seconds of silence after which a stream counts as begun anew."""


class Receives(Protocol):
    """What a producer asks of each stream that carries it; `Consumer` is the one that there is."""

    fraction_lost: int
    """Of 256, what the browser lacked in its last report."""

    def attach(self, producer: Producer | None) -> None: ...

    def forward(
        self, flags: int, marker: int, sequence: int, timestamp: int, payload: View, now: float
    ) -> None: ...

    def sender_report(self, ntp_time: int, timestamp: int) -> None: ...


class Producer:
    """A stream that a browser sends, with everything that is owed to its sender."""

    __slots__ = (
        "_begins_keyframe",
        "_feedback",
        "_level",
        "_loudest",
        "_missing",
        "_payload_type",
        "_rtx_payload_type",
        "_throttle",
        "_transport_cc",
        "_video",
        "began_at",
        "consumers",
        "counts",
        "heard_at",
        "peer",
        "reception",
        "ring",
        "section",
        "ssrc",
    )

    def __init__(
        self, section: Section, ssrc: int, peer: Peer, feedback: TransportFeedback, counts: Counter[str]
    ) -> None:
        self.section, self.ssrc, self.peer, self.counts = section, ssrc, peer, counts
        self.consumers: list[Receives] = []
        self.began_at: float | None = None
        self.heard_at: float | None = None
        self.reception = Reception(ssrc, section.codec.clock_rate)
        self.ring = PacketRing()
        self._feedback = feedback
        self._missing = MissingPackets()
        self._throttle = KeyframeThrottle()
        self._payload_type = section.codec.payload_type
        self._rtx_payload_type = section.codec.rtx_payload_type
        self._transport_cc = section.transport_cc
        self._level = section.level
        self._loudest = SILENCE
        self._video = section.kind == "video"
        self._begins_keyframe = keyframe_test(section.codec.name)

    def received(self, view: View, start: int, end: int, now: float) -> None:
        """Take one decrypted packet of the main stream and forward it.  Raises rtp.Malformed."""
        flags, kind, sequence, timestamp, _ = HEADER.unpack_from(view, start)
        payload_at = payload_offset(view, start, end)
        self._note_transport(view, start, payload_at, now)
        if kind & PAYLOAD_TYPE != self._payload_type or end - payload_at > MAX_PAYLOAD:
            self.counts["payload_type"] += 1
            return
        if end - payload_at > padding_size(view, start, end):
            self._heard(now)
        if self._level is not None and len(self.consumers) > 1:  # between two there is nothing to choose
            self._note_level(view, start, payload_at, self._level)
        self.reception.received(sequence, timestamp, now)
        flags = VERSION_2 | flags & PADDING
        self._forward(flags, kind & MARKER, sequence, timestamp, view[payload_at:end], now)

    def _heard(self, now: float) -> None:
        """Something else than padding came."""
        if self.heard_at is None or now - self.heard_at > PAUSE:
            self.began_at = now
        self.heard_at = now

    def flows(self, now: float) -> bool:
        """Whether something else than padding came in the last seconds."""
        return self.heard_at is not None and now - self.heard_at < PAUSE

    def repaired(self, view: View, start: int, end: int, now: float) -> None:
        """Take one decrypted packet of the retransmission stream (RFC 4588).  Raises rtp.Malformed."""
        flags, kind, _, timestamp, _ = HEADER.unpack_from(view, start)
        payload_at = payload_offset(view, start, end)
        self._note_transport(view, start, payload_at, now)
        body = payload_at + RTX_HEADER_SIZE
        if kind & PAYLOAD_TYPE != self._rtx_payload_type or body + padding_size(view, start, end) >= end:
            self.counts["probe"] += 1  # padding only: the browser measures its bandwidth
            return
        sequence = view[payload_at] << 8 | view[payload_at + 1]
        if sequence not in self._missing:
            self.counts["probe"] += 1
            return
        self.counts["repaired"] += 1
        self.reception.repaired()
        flags = VERSION_2 | flags & PADDING
        self._forward(flags, kind & MARKER, sequence, timestamp, view[body:end], now)

    def _note_transport(self, view: View, start: int, payload_at: int, now: float) -> None:
        if self._transport_cc is not None:
            number = transport_sequence(view, start, payload_at, self._transport_cc)
            if number is not None:
                self._feedback.arrived(number, now)

    def _note_level(self, view: View, start: int, payload_at: int, element: int) -> None:
        level = audio_level(view, start, payload_at, element)
        if level is not None and level < self._loudest:
            self._loudest = level

    def take_loudness(self) -> int:
        """How loud the loudest packet was since the last call: 0 is silence, 127 the loudest there is."""
        loudness, self._loudest = SILENCE - self._loudest, SILENCE
        return loudness

    def _forward(
        self, flags: int, marker: int, sequence: int, timestamp: int, payload: View, now: float
    ) -> None:
        if self._video:
            payload = self._keep(flags, marker, sequence, timestamp, payload, now)
        for consumer in self.consumers:
            consumer.forward(flags, marker, sequence, timestamp, payload, now)

    def _keep(
        self, flags: int, marker: int, sequence: int, timestamp: int, payload: View, now: float
    ) -> bytes:
        """Video is kept for retransmission, and what lacks is asked for at once."""
        kept = bytes(payload)
        if self._throttle.awaited and self._begins_keyframe(kept):
            self._throttle.came()
        self.ring.put(sequence, flags, marker, timestamp, kept)
        if not self._missing.arrived(sequence, now):
            self.want_keyframe(now)
        elif self._missing:
            self.ask_for_missing(now)
        return kept

    def ask_for_missing(self, now: float) -> None:
        """Ask the sender for packets that did not come."""
        lost = self._missing.due(now)
        if lost:
            self.counts["asked_again"] += len(lost)
            self.peer.send_rtcp(rtcp.nack(0, self.ssrc, lost))

    def want_keyframe(self, now: float) -> None:
        """A receiver cannot go on without a keyframe."""
        if self._video and self._throttle.want(now):
            self._ask_keyframe()

    def tick(self, now: float) -> None:
        """What is due by time: deferred keyframe requests, repeated NACKs."""
        if self._throttle.due(now):
            self._ask_keyframe()
        if self._missing:
            self.ask_for_missing(now)

    def _ask_keyframe(self) -> None:
        self.counts["keyframe_requests"] += 1
        self.peer.send_rtcp(rtcp.picture_loss(0, self.ssrc))

    def report(self, now: float) -> RtcpReceiverInfo | None:
        """What the sender is told of his stream.

        Opus repeats of each packet what is needed to make it up, as far as packets are said to be lost; that
        has to reach whoever hears him worst.  What pictures lack on the way on is repaired there.
        Of several one may be hostile, or hear nothing at all: that must not cost the others the picture.
        """
        worst = 0 if self._video else max((consumer.fraction_lost for consumer in self.consumers), default=0)
        told = worst if len(self.consumers) < 2 else min(worst, TOLD_OF_SEVERAL)
        return self.reception.report(now, at_least=told)

    def sender_report(self, ntp_time: int, timestamp: int, now: float) -> None:
        """Pass the sender's clock on to everybody who receives him."""
        self.reception.sender_report(ntp_time, now)
        for consumer in self.consumers:
            consumer.sender_report(ntp_time, timestamp)

    def close(self) -> None:
        """Leave every receiver's slot, and keep nothing."""
        for consumer in tuple(self.consumers):
            consumer.attach(None)
        self.ring.clear()
