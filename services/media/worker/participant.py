"""One browser at the SFU: its transport, the streams it sends and the ones it receives."""

from __future__ import annotations

import secrets
import struct
from collections import Counter
from typing import Any

from aiortc.rtp import (
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

from services.media.worker import rtcp, rtp
from services.media.worker.allowance import MEDIA, Allowance
from services.media.worker.answer import Outgoing
from services.media.worker.consumer import Consumer
from services.media.worker.downlink import Downlink
from services.media.worker.offer import SCREEN, Offer
from services.media.worker.probe import Probe
from services.media.worker.producer import Producer
from services.media.worker.transport import Srtp
from services.media.worker.transport_feedback import TransportFeedback
from services.media.worker.udp import SLOT, Inbox, Outbox

REPORT_INTERVAL = 1.0
"""Seconds between receiver reports, and between estimates where there is a limit."""
MEASURE_INTERVAL = 0.25
"""Seconds between two looks at what goes out."""
NO_LIMIT = 20_000_000
"""Bits a second that take an earlier limit back."""
TELLINGS = 3
"""Times that this is told."""
ABSENCE = 2.0
"""Seconds without anything of a microphone or camera, while other things come, after which it is off."""
_REPLAY = (9, 10)
"""libsrtp's results for a packet that came twice or far too late."""
_RTCP_ERRORS = (ValueError, IndexError, KeyError, struct.error)


class Participant:
    """Media of one transport.  It knows nothing of rooms: who receives whom is decided there."""

    def __init__(
        self, offer: Offer, outgoing: tuple[Outgoing, ...], outbox: Outbox, counts: Counter[str], now: float
    ) -> None:
        self.heard_at = now
        self.tx: Any = None
        self.destination: Any = None
        self._rx: Any = None
        self._secured_at = now
        self._srtp: Srtp | None = None
        self._outbox, self._counts = outbox, counts
        self._allowance = Allowance(MEDIA, counts, now)
        self._cell = Srtp.length_cell()
        self._ssrc = secrets.randbits(32)
        self._feedback = TransportFeedback()
        self._report_at = self._measure_at = self._limit_at = now
        self._limit, self._tellings = NO_LIMIT, 0
        self.downlink, self._probe = Downlink(), Probe(now)
        self._wanted: dict[tuple[str, int | None], Producer | None] = {}
        """What each receiving section is to carry; pictures are left out while the line takes sound alone."""
        self.producers: dict[str, Producer] = {}
        """By source: `microphone`, `camera`, `screen`."""
        self._by_ssrc: dict[int, Producer] = {}
        self._repairs: dict[int, Producer] = {}
        self.consumers = {
            (out.section.kind, out.section.slot): Consumer(
                out.section, out.ssrc, out.rtx_ssrc, self, outbox, counts
            )
            for out in outgoing
        }
        self._consumers_by_ssrc = {consumer.ssrc: consumer for consumer in self.consumers.values()}
        self._add_producers(offer)

    def _add_producers(self, offer: Offer) -> None:
        for section in offer.sections:
            if section.ssrc is None:
                continue
            producer = Producer(section, section.ssrc, self, self._feedback, self._counts)
            self.producers[section.source] = self._by_ssrc[section.ssrc] = producer
            if section.rtx_ssrc is not None:
                self._repairs[section.rtx_ssrc] = producer

    def secured(self, srtp: Srtp) -> None:
        """DTLS is up: media can flow both ways."""
        self._secured_at = self.heard_at
        self._srtp, self._rx, self.tx = srtp, srtp.rx, srtp.tx

    @property
    def connected(self) -> bool:
        return self.tx is not None

    # --- what comes -----------------------------------------------------------

    def rtp_received(self, inbox: Inbox, at: int, length: int, now: float) -> None:
        """One SRTP packet in the inbox."""
        start = at * SLOT
        ssrc = int.from_bytes(inbox.view[start + 8 : start + 12], "big")
        producer = self._by_ssrc.get(ssrc)
        repair = None if producer else self._repairs.get(ssrc)
        if (producer or repair) is None or self._rx is None:
            self._counts["unknown_ssrc"] += 1
            return
        cell = self._cell
        cell[0] = length
        if result := Srtp.unprotect(self._rx, inbox.pointers[at], cell):
            self._counts["replay" if result in _REPLAY else "authentication"] += 1
            return
        self.heard_at = now
        if not self._allowance.take(now):
            return
        try:
            if producer:
                producer.received(inbox.view, start, start + cell[0], now)
            elif repair:
                repair.repaired(inbox.view, start, start + cell[0], now)
        except rtp.Malformed:
            self._counts["malformed"] += 1

    def rtcp_received(self, inbox: Inbox, at: int, length: int, now: float) -> None:
        """One SRTCP packet in the inbox; what cannot be read is counted and dropped."""
        cell = self._cell
        cell[0] = length
        if self._rx is None or Srtp.unprotect_rtcp(self._rx, inbox.pointers[at], cell):
            self._counts["authentication"] += 1
            return
        self.heard_at = now
        try:
            packets = RtcpPacket.parse(bytes(inbox.view[at * SLOT : at * SLOT + cell[0]]))
        except _RTCP_ERRORS:
            self._counts["malformed"] += 1
            return
        for packet in packets:
            if self._allowance.take(now):
                self._control(packet, now)

    def _control(self, packet: Any, now: float) -> None:
        if isinstance(packet, RtcpSrPacket | RtcpRrPacket):
            self._reported(packet, now)
        elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == rtcp.NACK:
            consumer = self._consumers_by_ssrc.get(packet.media_ssrc)
            if consumer:
                consumer.retransmit(packet.lost[: self.downlink.resends(len(packet.lost), now)], now)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt == rtcp.APPLICATION:
            self._estimated(packet.fci, now)
        elif isinstance(packet, RtcpPsfbPacket):
            self._keyframes_wanted(packet, now)

    def _reported(self, packet: Any, now: float) -> None:
        """A sender's or receiver's report: his clock, and what did not arrive of ours."""
        producer = self._by_ssrc.get(packet.ssrc)
        if producer and isinstance(packet, RtcpSrPacket):
            producer.sender_report(packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp, now)
        carried = [(self._consumers_by_ssrc.get(r.ssrc), r.fraction_lost) for r in packet.reports]
        for consumer, lost in carried:
            if consumer is not None:
                consumer.fraction_lost = lost
        pictures = [lost for consumer, lost in carried if consumer and consumer.section.kind == "video"]
        if pictures:
            self.downlink.lost(max(pictures) / 256, now)
        if sounds := [lost for consumer, lost in carried if consumer and consumer.section.kind == "audio"]:
            self.downlink.sound_lost(max(sounds) / 256, now)

    def _estimated(self, control: bytes, now: float) -> None:
        try:
            bitrate = rtcp.estimated(control)
        except _RTCP_ERRORS:
            self._counts["malformed"] += 1
            return
        if bitrate is not None:
            self.downlink.estimated(bitrate, now)

    def _keyframes_wanted(self, packet: RtcpPsfbPacket, now: float) -> None:
        if packet.fmt == rtcp.PLI:
            targets = [packet.media_ssrc]
        elif packet.fmt == rtcp.FIR:
            targets = rtcp.full_intra_targets(packet.fci)
        else:
            return
        for ssrc in targets:
            consumer = self._consumers_by_ssrc.get(ssrc)
            if consumer:
                consumer.want_keyframe(now)

    # --- what is owed ---------------------------------------------------------

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and queue one RTCP packet; dropped while there is no path."""
        if self.tx is None or self.destination is None:
            return
        start = self._outbox.claim() * SLOT
        self._outbox.view[start : start + len(packet)] = packet
        self._cell[0] = len(packet)
        if Srtp.protect_rtcp(self.tx, self._outbox.pointers[start // SLOT], self._cell) == 0:
            self._outbox.commit(self._cell[0], self.destination)

    def tick(self, now: float) -> None:
        """Everything that is due by time; call it every 50 ms or so."""
        media_ssrc = next(iter(self._by_ssrc), 0)
        for control in self._feedback.build():
            self.send_rtcp(rtcp.transport_feedback(self._ssrc, media_ssrc, control))
        for producer in self._by_ssrc.values():
            producer.tick(now)
        if self.downlink.sound_only:
            self._probe.send(self.consumers.values(), self.downlink.padding, now)
        if now >= self._measure_at:
            self._measure(now)
        if now >= self._report_at:
            self._report(now)

    def _report(self, now: float) -> None:
        self._report_at = now + REPORT_INTERVAL
        reports = [r for p in self._by_ssrc.values() if (r := p.report(now)) is not None]
        if reports:
            self.send_rtcp(rtcp.receiver_report(self._ssrc, reports))

    def limit(self, bitrate: float | None, now: float) -> None:
        """Ask the browser to send no more than that; None takes it back.

        Less is told at once, the rest once a second, since any telling may be lost.
        """
        wanted = NO_LIMIT if bitrate is None else round(bitrate)
        if wanted != self._limit:
            self._tellings = TELLINGS
        if (wanted >= self._limit and now < self._limit_at) or not self._tellings:
            return
        self._limit, self._limit_at = wanted, now + REPORT_INTERVAL
        self._tellings -= wanted == NO_LIMIT
        ssrcs = [p.ssrc for p in self.producers.values() if p.section.estimates]
        if ssrcs:
            self.send_rtcp(rtcp.estimate(self._ssrc, wanted, ssrcs))

    def _measure(self, now: float) -> None:
        self._measure_at = now + MEASURE_INTERVAL
        before = self.downlink.sound_only
        videos = (c for c in self.consumers.values() if c.section.kind == "video")
        self.downlink.tick(sum(c.octets + c.extra for c in videos), now)
        if before != self.downlink.sound_only:
            self._counts["pictures_paused"] += not before
            for (kind, slot), producer in self._wanted.items():
                self._attach(kind, slot, producer)
                if producer is not None:
                    producer.want_keyframe(now)

    def sends(self, source: str) -> bool:
        """Whether packets of that source come; while nothing at all does, it is as it was.

        Opus tells of silence twice a second (RFC 7587 section 3.1.3), so a microphone that is on is heard.
        """
        producer = self.producers.get(source)
        if producer is None:
            return False
        since = self._secured_at if producer.heard_at is None else producer.heard_at
        return self.heard_at - since < ABSENCE

    def take_loudness(self) -> int:
        """How loud he was since the last call, 0 to 127."""
        microphone = self.producers.get("microphone")
        return microphone.take_loudness() if microphone is not None else 0

    def pictures(self, now: float) -> list[Producer]:
        """The streams of video that flow to this browser now."""
        carried = (c.producer for c in self.consumers.values() if c.section.kind == "video")
        return [producer for producer in carried if producer is not None and producer.flows(now)]

    def withheld(self) -> list[Producer]:
        """The streams of video that this browser would get, did its line take more than sound."""
        if not self.downlink.sound_only:
            return []
        return [p for (kind, _), p in self._wanted.items() if kind == "video" and p is not None]

    # --- who receives whom ----------------------------------------------------

    def receive(self, slot: int, other: Participant | None) -> None:
        """Carry the other's microphone and camera in this receiving slot; None empties it."""
        for kind, source in (("audio", "microphone"), ("video", "camera")):
            self._attach(kind, slot, other.producers.get(source) if other else None)

    def receive_screen(self, producer: Producer | None) -> None:
        self._attach("video", SCREEN, producer)

    def _attach(self, kind: str, slot: int | None, producer: Producer | None) -> None:
        consumer = self.consumers.get((kind, slot))
        if consumer is not None:
            self._wanted[kind, slot] = producer
            pauses = kind == "video" and self.downlink.sound_only
            consumer.attach(None if pauses else producer)

    def close(self) -> None:
        """Forget every stream; nothing is sent from now on."""
        for producer in self.producers.values():
            producer.close()
        for consumer in self.consumers.values():
            consumer.attach(None)
        self._rx = self.tx = self._srtp = None
