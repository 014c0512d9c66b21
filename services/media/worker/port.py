"""The shared port: reads the socket, tells the kinds of datagrams apart, finds the participant.

Media is recognised by the sender's address, learned from authenticated STUN checks; a check itself by its
user name, an answer to one of ours by its transaction id.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from services.media.worker import transport
from services.media.worker.allowance import CHECKS, RECORDS, Allowance
from services.media.worker.demux import Kind, kind
from services.media.worker.participant import Participant
from services.media.worker.transport import Transport
from services.media.worker.udp import SLOT, Address, Codec, Inbox, Outbox, destination

MAX_ADDRESSES = 8
"""Addresses remembered of one participant: the paths that ICE tries."""
DEFECT_LOG_SECONDS = 1.0
"""Between two lines about datagrams or rooms with a defect, so that nobody fills the log from outside."""
BATCHES = 4
"""Batches of datagrams at most before anything else runs."""
_SHORTEST = 12


log = logging.getLogger(__name__)


class Connected:
    """What the port knows of one participant."""

    def __init__(
        self, transport: Transport, participant: Participant, counts: Counter[str], now: float
    ) -> None:
        self.transport, self.participant = transport, participant
        self.checks, self.records = (Allowance(rate, counts, now) for rate in (CHECKS, RECORDS))
        self.addresses: OrderedDict[bytes, None] = OrderedDict()
        self.username = transport.username


class SharedPort:
    """One UDP socket for everybody on this node."""

    def __init__(
        self, sock: socket.socket, announced_host: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sock, self._clock = sock, clock
        self._codec = Codec(sock.family)
        self._inbox = Inbox(sock, self._codec)
        self.outbox = Outbox(sock, self._codec)
        self.announced: Address = (announced_host, sock.getsockname()[1])
        self.transactions: dict[bytes, transport.Transaction] = {}
        self.counts: Counter[str] = Counter()
        self._log_again_at = 0.0
        self._by_address: dict[bytes, Connected] = {}
        self._by_username: dict[str, Connected] = {}
        self._by_transport: dict[Transport, Connected] = {}

    def start(self) -> None:
        asyncio.get_running_loop().add_reader(self._sock.fileno(), self._readable)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._sock.fileno())
        self._sock.close()

    # --- members --------------------------------------------------------------

    def add(self, transport: Transport, participant: Participant) -> None:
        """Expect checks for this transport."""
        member = Connected(transport, participant, self.counts, self._clock())
        self._by_transport[transport] = self._by_username[member.username] = member

    def renamed(self, transport: Transport) -> None:
        """ICE restarted: the transport has another user name."""
        member = self._by_transport[transport]
        del self._by_username[member.username]
        member.username = transport.username
        self._by_username[member.username] = member

    def remove(self, transport: Transport) -> None:
        member = self._by_transport.pop(transport, None)
        if member is None:
            return
        del self._by_username[member.username]
        for raw in member.addresses:
            self._by_address.pop(raw, None)

    def learned(self, address: Address, transport: Transport, *, proved: bool = False) -> None:
        """An authenticated check came from there: packets from it are that participant's.

        A sender's address can be forged, so nobody takes another's by that alone: only by answering there.
        """
        member = self._by_transport.get(transport)
        if member is None:
            return
        member.participant.heard_at = self._clock()
        raw = self._codec.encode(address)
        before = self._by_address.get(raw)
        if before is not None and before is not member:
            if not proved:
                return
            before.addresses.pop(raw, None)
        self._by_address[raw] = member
        member.addresses[raw] = None
        member.addresses.move_to_end(raw)
        if len(member.addresses) > MAX_ADDRESSES:
            self._by_address.pop(member.addresses.popitem(last=False)[0], None)

    def destination(self, address: Address) -> object:
        return destination(self._codec, address)

    def sendto(self, data: bytes, address: Address) -> None:
        """Send a STUN or DTLS datagram at once; what the kernel refuses is lost, as on any network."""
        with contextlib.suppress(OSError):
            self._sock.sendto(data, address)

    # --- datagrams ------------------------------------------------------------

    def _readable(self) -> None:
        """Take what is there; what came meanwhile, like the rest of a picture, needs no waking up again."""
        for _ in range(BATCHES):
            count = self._inbox.receive()
            if not count:
                return
            now = self._clock()
            for at in range(count):
                try:
                    self._take(at, now)
                except Exception:  # noqa: BLE001 - one datagram must not cost those behind it
                    self.defect(now)
            self.outbox.flush()

    def defect(self, now: float) -> None:
        """Count what should not be able to happen, and log it now and then; call it where it is caught."""
        self.counts["defect"] += 1
        if now >= self._log_again_at:
            self._log_again_at = now + DEFECT_LOG_SECONDS
            log.exception("a datagram or a room met a defect")

    def _take(self, at: int, now: float) -> None:
        inbox = self._inbox
        length, start = inbox.length(at), at * SLOT
        if length < _SHORTEST:
            self.counts["short"] += 1
            return
        found = kind(inbox.view[start], inbox.view[start + 1])
        if found is Kind.STUN:
            self._stun(at, length, now)
            return
        member = self._by_address.get(inbox.sender(at))
        if member is None:
            self.counts["unknown_address"] += 1
        elif found is Kind.RTP:
            member.participant.rtp_received(inbox, at, length, now)
        elif found is Kind.RTCP:
            member.participant.rtcp_received(inbox, at, length, now)
        elif found is Kind.DTLS and member.records.take(now):
            member.transport.handshake_received(bytes(inbox.view[start : start + length]))

    def _stun(self, at: int, length: int, now: float) -> None:
        start = at * SLOT
        try:
            message = transport.parse_stun(bytes(self._inbox.view[start : start + length]))
        except transport.Malformed:
            self.counts["malformed"] += 1
            return
        address = self._codec.decode(self._inbox.sender(at))
        if transport.is_request(message):
            self._check(message, address, now)
        else:
            self._answered(message, address)

    def _check(self, message: transport.Parsed, address: Address, now: float) -> None:
        member = self._by_username.get(transport.username_of(message))
        if member is None:
            self.counts["unknown_username"] += 1
            return
        if member.checks.take(now):
            member.transport.check_received(message, address)

    def _answered(self, message: transport.Parsed, address: Address) -> None:
        pending = self.transactions.get(message.transaction_id)
        if pending is not None:
            pending.response_received(message, address)
