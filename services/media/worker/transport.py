"""ICE, DTLS and SRTP of one participant over the shared port.

The one file that touches private names of aiortc, aioice and pylibsrtp; `check_pins` refuses to start with
other versions than those it was written for, and a test looks at every name used here.

aioice gives each connection sockets of its own.  Here a connection gets one stand-in protocol that sends
through the shared port; incoming datagrams are handed in by whoever reads that port.
"""

from __future__ import annotations

import asyncio
import secrets
import struct
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, Protocol, TypeAlias

from aioice import Candidate, Connection, stun
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import CandidatePair, StunProtocol
from aiortc import (
    RTCCertificate,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCIceCandidate,
    RTCIceGatherer,
    RTCIceParameters,
    RTCIceTransport,
)
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM, SRTP_AES128_CM_SHA1_80
from pylibsrtp._binding import ffi, lib

from services.media.worker.udp import Address

PINS: Mapping[str, str] = {"aiortc": "1.16.0", "aioice": "0.13.0", "pylibsrtp": "1.0.0"}

UFRAG_CHARACTERS = 24
"""Long enough that the user name of a STUN request alone names the participant."""
_PROFILES = [SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM, SRTP_AES128_CM_SHA1_80]
"""GCM first: twice as fast as SHA-1 and a packet is shorter by nothing."""
_COMPONENT = 1
MAX_PATHS = 16
"""Addresses of one browser that are checked: its networks, relays and what ICE restarts add."""
MAX_RECORDS = 64
"""Datagrams of DTLS that wait to be read."""

Parsed: TypeAlias = stun.Message
Transaction: TypeAlias = stun.Transaction
Malformed = (ValueError, IndexError, KeyError, struct.error)


def parse_stun(data: bytes) -> Parsed:
    """Raises one of Malformed."""
    message: Parsed = stun.parse_message(data)
    return message


def is_request(message: Parsed) -> bool:
    return bool(message.message_class == stun.Class.REQUEST)


def username_of(message: Parsed) -> str:
    """The receiver's half of the user name in a check (RFC 8445 section 7.2.2)."""
    name: str = message.attributes.get("USERNAME", "")
    return name.partition(":")[0]


def check_pins() -> None:
    """Raises RuntimeError if a library whose private names are used here has another version."""
    wrong = [name for name, pinned in PINS.items() if version(name) != pinned]
    if wrong:
        raise RuntimeError(f"not the pinned version of: {', '.join(wrong)}")


class Port(Protocol):
    """The shared port, as a transport sees it."""

    announced: Address
    transactions: dict[bytes, stun.Transaction]
    """STUN requests under way, of all participants: the ids are random."""

    def sendto(self, data: bytes, address: Address) -> None:
        """Send one datagram now."""

    def learned(self, address: Address, transport: Transport, *, proved: bool = False) -> None:
        """An authenticated check of this transport came from `address`.

        `proved` where one of ours was answered there, which no forged sender can.
        """


class _Wire:
    """What a StunProtocol takes for its socket."""

    def __init__(self, port: Port, protocol: StunProtocol) -> None:
        self._protocol = protocol
        self.sendto = port.sendto

    def close(self) -> None:
        asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)


def _protocol_on(port: Port, connection: Connection) -> StunProtocol:
    protocol = StunProtocol(connection)
    protocol.transactions = port.transactions
    protocol.transport = _Wire(port, protocol)
    host, number = port.announced
    protocol.local_candidate = Candidate(
        foundation=candidate_foundation("host", "udp", host),
        component=_COMPONENT,
        transport="udp",
        priority=candidate_priority(_COMPONENT, "host"),
        host=host,
        port=number,
        type="host",
    )
    return protocol


class _SharedPortConnection(Connection):  # type: ignore[misc]
    """An ICE agent (RFC 8445) without sockets of its own."""

    def __init__(self, port: Port, owner: Transport) -> None:
        super().__init__(
            ice_controlling=False,
            use_ipv4=False,
            use_ipv6=False,
            local_username=secrets.token_hex(UFRAG_CHARACTERS // 2),
            local_password=secrets.token_hex(16),
        )
        self._port, self._owner = port, owner
        protocol = _protocol_on(port, self)
        self._protocols.append(protocol)
        self._local_candidates.append(protocol.local_candidate)
        self._local_candidates_start = self._local_candidates_end = True  # nothing to gather

    def check_incoming(self, message: stun.Message, addr: Address, protocol: StunProtocol) -> None:
        """A check that passed authentication: media and DTLS from there are this participant's."""
        known = any((path.host, path.port) == addr for path in self._remote_candidates)
        if not known and len(self._remote_candidates) >= MAX_PATHS:
            self._forget_oldest_path()
        super().check_incoming(message, addr, protocol)
        self._port.learned(addr, self._owner)

    def _forget_oldest_path(self) -> None:
        """Each path takes memory and checks of ours, and of forged senders there may be any number."""
        chosen = [pair.remote_candidate for pair in self._nominated.values()]
        oldest = next(path for path in self._remote_candidates if path not in chosen)
        self._remote_candidates.remove(oldest)
        for pair in [pair for pair in self._check_list if pair.remote_candidate is oldest]:
            self._check_list.remove(pair)
            if pair.task is not None:
                pair.task.cancel()

    def check_complete(self, pair: CandidatePair) -> None:
        answered = pair.task is not None and pair.state is CandidatePair.State.SUCCEEDED  # just now
        super().check_complete(pair)
        if answered:
            self._port.learned(pair.remote_addr, self._owner, proved=True)
        chosen = self._nominated.get(_COMPONENT)
        if chosen is not None:
            self._owner.path_chosen(chosen.remote_addr)

    def data_received(self, data: bytes, component: int) -> None:
        """Kept until DTLS reads it, which begins when ICE has a path: no more than a handshake takes."""
        if self._queue.qsize() < MAX_RECORDS:
            super().data_received(data, component)

    def received_check(self, message: stun.Message, address: Address) -> None:
        if self._protocols:
            self.request_received(message, address, self._protocols[0])

    def restart(self, remote: RTCIceParameters) -> None:
        """Take new credentials on both sides (RFC 8445 section 9).

        The old path serves until the browser chooses another.
        """
        self.remote_username, self.remote_password = remote.usernameFragment, remote.password
        self._local_username = secrets.token_hex(UFRAG_CHARACTERS // 2)
        self._local_password = secrets.token_hex(16)
        self._remote_candidates.clear()
        self._check_list.clear()


class Srtp:
    """The two SRTP sessions of a transport, for calls on packets where they lie.

    `unprotect(rx, pointer, length)` and the like are libsrtp's own functions: 0 is success, and `length`, an
    `int *` cell, then holds the new length.
    """

    unprotect = lib.srtp_unprotect
    unprotect_rtcp = lib.srtp_unprotect_rtcp
    protect = lib.srtp_protect
    protect_rtcp = lib.srtp_protect_rtcp

    def __init__(self, dtls: RTCDtlsTransport) -> None:
        self._kept = dtls._rx_srtp, dtls._tx_srtp
        self.rx = dtls._rx_srtp._srtp[0]
        self.tx = dtls._tx_srtp._srtp[0]

    @staticmethod
    def length_cell() -> Any:
        return ffi.new("int *")


class Transport:
    """From the first STUN check to closed; media passes by outside, through `srtp`."""

    def __init__(self, port: Port, certificate: RTCCertificate, on_path: Callable[[Address], None]) -> None:
        """`on_path` is told where to send, first and whenever ICE chooses another path."""
        self.path_chosen = on_path
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice_agent = _SharedPortConnection(port, self)
        self._gatherer._connection = self._ice_agent
        self._ice = RTCIceTransport(self._gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [certificate])
        self._dtls._srtp_profiles = _PROFILES
        self._dtls._set_role("server")
        self.srtp: Srtp | None = None
        """Set once DTLS is up."""

    @property
    def username(self) -> str:
        """Local ICE user name fragment: the first half of the user name in incoming checks."""
        name: str = self._ice_agent.local_username
        return name

    @property
    def ice_parameters(self) -> RTCIceParameters:
        return self._gatherer.getLocalParameters()

    @property
    def candidates(self) -> list[RTCIceCandidate]:
        found: list[RTCIceCandidate] = self._gatherer.getLocalCandidates()
        return found

    @property
    def dtls_parameters(self) -> RTCDtlsParameters:
        return RTCDtlsParameters(fingerprints=self._dtls.getLocalParameters().fingerprints[:1], role="server")

    async def connect(self, ice: RTCIceParameters, dtls: RTCDtlsParameters) -> None:
        """Wait for the browser's checks and handshake.  Raises ConnectionError if either fails.

        Never ends by itself if no check comes: the caller sets a time limit.
        """
        await self._ice.start(ice)
        if self._ice.state != "completed":
            raise ConnectionError("ICE")
        await self._dtls.start(dtls)
        if self._dtls.state != "connected":
            raise ConnectionError("DTLS")
        self.srtp = Srtp(self._dtls)

    def restart_ice(self, remote: RTCIceParameters) -> None:
        self._ice_agent.restart(remote)

    def check_received(self, message: stun.Message, address: Address) -> None:
        """A STUN request with this transport's user name, not authenticated yet."""
        self._ice_agent.received_check(message, address)

    def handshake_received(self, data: bytes) -> None:
        """A DTLS record from one of this transport's addresses."""
        self._ice_agent.data_received(data, _COMPONENT)

    def on_end(self, callback: Callable[[], None]) -> None:
        """Call back when the browser closes DTLS or ICE consent is lost."""

        @self._dtls.on("statechange")  # type: ignore[untyped-decorator]
        def changed() -> None:
            if self._dtls.state in ("closed", "failed"):
                callback()

    async def close(self) -> None:
        """Say goodbye and free everything; may be called twice."""
        self._dtls.remove_all_listeners()
        await self._dtls.stop()
        await self._ice.stop()
        self.srtp = None
