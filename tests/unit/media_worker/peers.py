"""Receivers of forwarded media: real SRTP, an outbox that keeps what is sent."""

from collections import Counter
from typing import Any

from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtcpPacket, RtpPacket
from pylibsrtp import Policy, Session

from services.media.worker.codecs import Codec
from services.media.worker.consumer import Consumer
from services.media.worker.offer import SEND_TIME_URI, Section
from services.media.worker.producer import Producer
from services.media.worker.rtp import HEADER
from services.media.worker.transport_feedback import TransportFeedback
from services.media.worker.udp import BATCH, SLOT

PROFILE = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
KEY = bytes(range(28))


def session(kind: int) -> Session:
    return Session(Policy(key=KEY, ssrc_type=kind, srtp_profile=PROFILE))


class KeptOutbox:
    """Takes the place of the socket's outbox."""

    def __init__(self) -> None:
        from pylibsrtp._binding import ffi

        self._memory = ffi.new(f"unsigned char[{SLOT}]")
        self.view = memoryview(ffi.buffer(self._memory))
        self.pointers = [self._memory] * BATCH
        self.media = 0
        self.sent: list[bytes] = []

    def claim(self) -> int:
        return 0

    def commit(self, length: int, destination: Any) -> None:
        self.sent.append(bytes(self.view[:length]))


class Browser:
    """A participant's side of producers and consumers."""

    def __init__(self) -> None:
        self._sender = session(Policy.SSRC_ANY_OUTBOUND)
        self._receiver = session(Policy.SSRC_ANY_INBOUND)
        self.tx = self._sender._srtp[0]
        self.destination = b"somewhere"
        self.outbox = KeptOutbox()
        self.control: list[bytes] = []

    def send_rtcp(self, packet: bytes) -> None:
        self.control.append(packet)

    def told(self) -> list[Any]:
        """RTCP that came since the last time."""
        packets = [packet for data in self.control for packet in RtcpPacket.parse(data)]
        self.control.clear()
        return packets

    def received(self) -> list[RtpPacket]:
        """Decrypted packets that came since the last time; raises for a packet number used twice."""
        return self.received_as(None)

    def received_as(self, send_time: int | None) -> list[RtpPacket]:
        """The same, where `send_time` is the id of the extension that tells when a packet left."""
        known = HeaderExtensionsMap()
        known.configure(RTCRtpParameters(headerExtensions=_extension(send_time)))
        packets = [RtpPacket.parse(self._receiver.unprotect(data), known) for data in self.outbox.sent]
        self.outbox.sent.clear()
        return packets


def _extension(send_time: int | None) -> list[RTCRtpHeaderExtensionParameters]:
    return [RTCRtpHeaderExtensionParameters(id=send_time, uri=SEND_TIME_URI)] if send_time else []


VP8 = Codec("video/vp8", 90_000, 96, 97)
H264 = Codec("video/h264", 90_000, 98, 99, "42001f")
OPUS = Codec("audio/opus", 48_000, 111, None)


def producer(
    browser: Browser, counts: Counter[str], kind: str = "video", codec: Codec | None = None
) -> Producer:
    codec = codec or (VP8 if kind == "video" else OPUS)
    section = Section("1", kind, (codec,), "camera", ssrc=1002, rtx_ssrc=1003, transport_cc=3)
    return Producer(section, 1002, browser, TransportFeedback(), counts)


def consumer(
    browser: Browser, counts: Counter[str], kind: str = "video", send_time: int | None = None
) -> Consumer:
    codecs = (
        (Codec("video/vp8", 90_000, 120, 121), Codec("video/h264", 90_000, 104, 105, "42e01f"))
        if kind == "video"
        else (Codec("audio/opus", 48_000, 109, None),)
    )
    section = Section("9", kind, codecs, "slot", slot=0, send_time=send_time)
    return Consumer(section, 5000, 5001, browser, browser.outbox, counts)


def rtp(sequence: int, timestamp: int = 0, payload: bytes = b"picture", *, marker: bool = False) -> bytes:
    return HEADER.pack(0x80, 96 | marker << 7, sequence, timestamp, 1002) + payload


def rtx(sequence: int, original: int, payload: bytes = b"picture", *, padding: int = 0) -> bytes:
    tail = bytes(max(0, padding - 1)) + bytes([padding]) if padding else b""
    body = original.to_bytes(2, "big") + payload if payload else b""
    return HEADER.pack(0xA0 if padding else 0x80, 97, sequence, 0, 1003) + body + tail
