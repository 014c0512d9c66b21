"""What one browser receives in one section: a stream of the SFU's own, filled by a publisher at a time.

Each packet gets a new header in front of the publisher's payload and is encrypted in the buffer in which it
leaves.
"""

from __future__ import annotations

import secrets
from collections import Counter

from services.media.worker import rtcp
from services.media.worker.numbering import Numbering
from services.media.worker.offer import Section
from services.media.worker.peer import Peer
from services.media.worker.producer import Producer
from services.media.worker.ring import Kept
from services.media.worker.rtp import (
    EXTENSION,
    HEADER,
    HEADER_SIZE,
    ONE_ELEMENT,
    PADDING,
    RTX_HEADER_SIZE,
    TIMED_HEADER,
    VERSION_2,
    View,
    send_time,
)
from services.media.worker.transport import Srtp
from services.media.worker.udp import SLOT, Outbox

MAX_RETRANSMISSIONS = 128
"""Packets served for one NACK, so that a small packet cannot ask for a flood."""
PADDING_SIZE = 96
_PADDING = bytes(PADDING_SIZE - 1) + bytes([PADDING_SIZE])
"""A payload that is nothing else (RFC 3550 section 5.1): its last byte says how much of it is none."""

_protect = Srtp.protect


class Consumer:
    """The SFU's stream in one receiving section: an SSRC for good, a publisher at a time."""

    __slots__ = (
        "_cell",
        "_element",
        "_fresh",
        "_header_size",
        "_kind_bits",
        "_numbering",
        "_outbox",
        "_peer",
        "_rtx_kind",
        "_rtx_sequence",
        "counts",
        "extra",
        "fraction_lost",
        "octets",
        "packets",
        "producer",
        "rtx_ssrc",
        "section",
        "ssrc",
    )

    def __init__(
        self,
        section: Section,
        ssrc: int,
        rtx_ssrc: int | None,
        peer: Peer,
        outbox: Outbox,
        counts: Counter[str],
    ) -> None:
        self.section, self.ssrc, self.rtx_ssrc = section, ssrc, rtx_ssrc
        self.producer: Producer | None = None
        self.packets = self.octets = self.extra = 0
        self.fraction_lost = 0
        self.counts = counts
        self._peer, self._outbox = peer, outbox
        self._cell = Srtp.length_cell()
        self._kind_bits = 0
        self._rtx_kind: int | None = None
        self._element = section.send_time
        self._header_size = HEADER_SIZE if self._element is None else TIMED_HEADER.size
        self._numbering = Numbering(section.codec.clock_rate, secrets.randbits(15), secrets.randbits(32))
        self._rtx_sequence = secrets.randbits(15)
        self._fresh = True

    def attach(self, producer: Producer | None) -> None:
        """Carry this producer from its next packet on; None for nobody, as is one of another codec."""
        if self.producer is not None:
            self.producer.consumers.remove(self)
        codec = self.section.codec_named(producer.section.codec.name) if producer else None
        self.producer, self._fresh = producer if codec else None, True
        if producer is not None and codec is not None:
            self._kind_bits, self._rtx_kind = codec.payload_type, codec.rtx_payload_type
            producer.consumers.append(self)

    def forward(
        self, flags: int, marker: int, sequence: int, timestamp: int, payload: View, now: float
    ) -> None:
        """Send one packet of the publisher; `flags` is its first header byte without CSRC and extension."""
        numbering = self._numbering
        if self._fresh:
            numbering.switch(sequence, timestamp, now)
            self._fresh = False
        sequence = numbering.sequence(sequence)
        timestamp = numbering.timestamp(timestamp)
        if not numbering.forwarded(sequence, timestamp, now):
            return
        start = self._begin(flags, marker | self._kind_bits, sequence, timestamp, self.ssrc, now)
        self.packets += 1
        self.octets += len(payload)
        self._finish(start, payload)

    def _begin(self, flags: int, kind: int, sequence: int, timestamp: int, ssrc: int, now: float) -> int:
        """Claim a buffer and write the header; where it begins.

        The instant of leaving, where the browser takes it, is what it measures its downlink by.
        """
        start, element = self._outbox.claim() * SLOT, self._element
        if element is None:
            HEADER.pack_into(self._outbox.view, start, flags, kind, sequence, timestamp, ssrc)
        else:
            TIMED_HEADER.pack_into(
                self._outbox.view,
                start,
                flags | EXTENSION,
                kind,
                sequence,
                timestamp,
                ssrc,
                ONE_ELEMENT,
                send_time(element, now),
            )
        return start

    def _finish(self, start: int, payload: View) -> None:
        """Payload behind the header, encryption in place, into the next batch."""
        outbox, cell = self._outbox, self._cell
        body = start + self._header_size
        size = len(payload)
        outbox.view[body : body + size] = payload
        cell[0] = self._header_size + size
        if _protect(self._peer.tx, outbox.pointers[start // SLOT], cell):
            self.counts["protect"] += 1
            return
        outbox.media += 1
        outbox.commit(cell[0], self._peer.destination)

    @property
    def repairs(self) -> bool:
        """Whether there is a retransmission stream."""
        return self.rtx_ssrc is not None and self._rtx_kind is not None

    def retransmit(self, lost: list[int], now: float) -> None:
        """Serve a NACK from the publisher's ring, under the RTX SSRC: never the same packet number twice.

        What the publisher sent before this slot was his nobody gets here: it was not for this receiver.
        """
        if self.producer is None or self.rtx_ssrc is None or self._rtx_kind is None:
            return
        for number in lost[:MAX_RETRANSMISSIONS]:
            sequence = number & 0xFFFF
            kept = self.producer.ring.get(self._numbering.published(sequence))
            if kept is not None and not self._fresh and self._numbering.is_own(sequence):
                self._retransmit(self.rtx_ssrc, self._rtx_kind, sequence, kept, now)

    def _retransmit(self, ssrc: int, kind: int, sequence: int, kept: Kept, now: float) -> None:
        timestamp = self._numbering.timestamp(kept.timestamp)
        start = self._begin(kept.flags, kept.marker | kind, self._rtx_sequence, timestamp, ssrc, now)
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        self.counts["retransmitted"] += 1
        self.extra += len(kept.payload)
        self._finish(start, sequence.to_bytes(RTX_HEADER_SIZE, "big") + kept.payload)

    def pad(self, now: float) -> None:
        """Send a packet that carries nothing, among the retransmissions, which browsers drop and count."""
        if self.rtx_ssrc is None or self._rtx_kind is None:
            return
        timestamp = self._numbering.timestamp(0)
        start = self._begin(
            VERSION_2 | PADDING, self._rtx_kind, self._rtx_sequence, timestamp, self.rtx_ssrc, now
        )
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        self.extra += PADDING_SIZE
        self._finish(start, _PADDING)

    def sender_report(self, ntp_time: int, timestamp: int) -> None:
        """Tell the receiver the publisher's wall clock at a timestamp, in this stream's numbers."""
        if self._fresh:
            return
        mapped = self._numbering.timestamp(timestamp)
        self._peer.send_rtcp(rtcp.sender_report(self.ssrc, ntp_time, mapped, self.packets, self.octets))

    def want_keyframe(self, now: float) -> None:
        if self.producer is not None:
            self.producer.want_keyframe(now)
