"""A browser's transport without a browser: one UDP socket with ICE, DTLS and SRTP keys.

Just enough to be let in by an SFU; what is sent and received afterwards is the business of `traffic`.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from aioice import stun
from aiortc import RTCCertificate, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM, RTCDtlsFingerprint
from aiortc.sdp import SessionDescription

from services.media.worker import udp

CHECK_SECONDS = 0.05
CONNECT_SECONDS = 20


@dataclass(frozen=True)
class Remote:
    """How the other side is reached, read from its description."""

    address: tuple[str, int]
    username: str
    password: str
    dtls: RTCDtlsParameters

    @classmethod
    def read(cls, sdp: str) -> Remote:
        """The first host candidate of IPv4 counts."""
        media = SessionDescription.parse(sdp).media
        candidates = [c for m in media for c in m.ice_candidates if c.protocol == "udp" and "." in c.ip]
        if not candidates:
            raise ConnectionError(f"no IPv4 candidate in {sdp}")
        ice, dtls = media[0].ice, media[0].dtls
        return cls((candidates[0].ip, candidates[0].port), ice.usernameFragment, ice.password, dtls)


class Client:
    """One transport; `controlling` for whoever made the offer (RFC 8445 section 6.1.1)."""

    certificate = RTCCertificate.generateCertificate()

    def __init__(self, *, controlling: bool) -> None:
        self.controlling = controlling
        self.sock = udp.bind("0.0.0.0", 0)  # the server's address decides: 127.0.0.1, or the bench network's
        self.username, self.password = secrets.token_hex(4), secrets.token_hex(16)
        self._records: asyncio.Queue[bytes] = asyncio.Queue()
        self._checked = asyncio.Event()
        self._remote: Remote | None = None
        asyncio.get_running_loop().add_reader(self.sock.fileno(), self._readable)

    def lines(self, setup: str) -> list[str]:
        """The transport's lines of a media section."""
        fingerprint: RTCDtlsFingerprint = self.certificate.getFingerprints()[0]
        port = self.sock.getsockname()[1]
        return [
            "c=IN IP4 0.0.0.0",
            "a=rtcp-mux",
            f"a=ice-ufrag:{self.username}",
            f"a=ice-pwd:{self.password}",
            f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}",
            f"a=setup:{setup}",
            f"a=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host",
            "a=end-of-candidates",
        ]

    async def connect(self, sdp: str) -> None:
        """Check, shake hands; `srtp` is set afterwards, and the socket is silent until `traffic` takes it."""
        self._remote = remote = Remote.read(sdp)
        checking = asyncio.create_task(self._check(remote))
        await asyncio.wait_for(self._checked.wait(), CONNECT_SECONDS)
        self.srtp = dtls = RTCDtlsTransport(self, [self.certificate])  # type: ignore[arg-type]
        dtls._srtp_profiles = [SRTP_AEAD_AES_128_GCM]
        dtls._set_role("server" if remote.dtls.role == "client" else "client")
        await asyncio.wait_for(dtls.start(remote.dtls), CONNECT_SECONDS)
        checking.cancel()
        if dtls.state != "connected":
            raise ConnectionError("DTLS")
        dtls._task.cancel()  # nothing is read here any more
        await asyncio.wait([dtls._task])
        self.sock.connect(remote.address)
        self.fd, self.tx = self.sock.fileno(), dtls._tx_srtp._srtp[0]
        asyncio.get_running_loop().remove_reader(self.fd)

    def check_received(self, data: bytes) -> None:
        """Answer a check of the server's while media flows: without that its consent lapses (RFC 7675)."""
        assert self._remote is not None
        self._stun(stun.parse_message(data), self._remote.address)

    # --- what RTCDtlsTransport asks of an ICE transport ---------------------------

    @property
    def role(self) -> str:
        return "controlling" if self.controlling else "controlled"

    async def _recv(self) -> bytes:
        return await self._records.get()

    async def _send(self, data: bytes) -> None:
        assert self._remote is not None
        self.sock.sendto(data, self._remote.address)

    # --- ICE ------------------------------------------------------------------

    async def _check(self, remote: Remote) -> None:
        while True:
            request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
            request.attributes["USERNAME"] = f"{remote.username}:{self.username}"
            request.attributes["PRIORITY"] = 1_862_270_975
            if self.controlling:
                request.attributes["ICE-CONTROLLING"] = 2**63
                request.attributes["USE-CANDIDATE"] = None
            else:
                request.attributes["ICE-CONTROLLED"] = 1
            request.add_message_integrity(remote.password.encode())
            self.sock.sendto(bytes(request), remote.address)
            await asyncio.sleep(CHECK_SECONDS)

    def _readable(self) -> None:
        data, address = self.sock.recvfrom(2048)
        if 20 <= data[0] < 64:
            self._records.put_nowait(data)
        elif data[0] < 4:
            self._stun(stun.parse_message(data), address)

    def _stun(self, message: stun.Message, address: tuple[str, int]) -> None:
        if message.message_class == stun.Class.REQUEST:
            answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, message.transaction_id)
            answer.attributes["XOR-MAPPED-ADDRESS"] = address
            answer.add_message_integrity(self.password.encode())
            self.sock.sendto(bytes(answer), address)
        elif message.message_class == stun.Class.RESPONSE:
            self._checked.set()
