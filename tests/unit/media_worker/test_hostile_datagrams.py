"""Anything may come to the open port: nothing breaks, nothing is kept, and calls go on."""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from aioice import stun
from aiortc import RTCCertificate
from pylibsrtp import Policy

from services.media.worker import udp
from services.media.worker.port import MAX_ADDRESSES, SharedPort
from services.media.worker.rooms import Rooms
from services.media.worker.transport import Srtp
from tests.unit.media_worker import offers, peers
from tests.unit.media_worker.house import Listener

MANY = 3_000
FIRST_BYTES = {"stun": range(0, 4), "dtls": range(20, 64), "media": range(128, 192)}
DICE = random.Random(7)


class Site:
    """A room of two who are connected, and a stranger with a socket of his own."""

    def __init__(self, certificate: RTCCertificate) -> None:
        self.port = SharedPort(udp.bind("127.0.0.1", 0), "127.0.0.1", lambda: 50.0)
        self.rooms = Rooms(self.port, certificate, Listener(), capacity=8, clock=lambda: 50.0)
        self.port.start()
        self.sessions = []
        self.sockets = {name: udp.bind("127.0.0.1", 0) for name in ("a", "b", "stranger")}
        for sock in self.sockets.values():
            sock.connect(self.port.announced)
        for name in ("a", "b"):
            self._connect(name)

    def _connect(self, name: str) -> None:
        offer = offers.offer().replace("4711", str(sum(name.encode())))
        self.rooms.connect("r", name, 1, offer)
        seat = self.rooms.rooms["r"].seats[name]
        srtp = Srtp.__new__(Srtp)
        own = peers.session(Policy.SSRC_ANY_OUTBOUND), peers.session(Policy.SSRC_ANY_INBOUND)
        self.sessions.append(own)
        srtp.tx, srtp.rx = (session._srtp[0] for session in own)
        seat.participant.secured(srtp)
        seat.participant.destination = self.port.destination(self.sockets[name].getsockname())
        self.rooms.rooms["r"].join(seat, 50.0)
        self.port.learned(self.sockets[name].getsockname(), seat.transport)

    async def send(self, name: str, *datagrams: bytes) -> None:
        for datagram in datagrams:
            self.sockets[name].send(datagram)
            await asyncio.sleep(0)
        for _ in range(3):
            await asyncio.sleep(0)

    def username(self, name: str) -> str:
        return self.rooms.rooms["r"].seats[name].transport.username

    async def speaks(self, sequence: int) -> bool:
        """Whether a packet of a's camera reaches b."""
        drain(self.sockets["b"])
        sender = peers.session(Policy.SSRC_ANY_OUTBOUND)
        await self.send("a", sender.protect(peers.rtp(sequence, 0, b"picture")))
        return any(is_media(data) for data in drain(self.sockets["b"]))

    async def close(self) -> None:
        await self.rooms.close()
        self.port.close()
        for sock in self.sockets.values():
            sock.close()


def drain(sock: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(sock.recv(2048))
        except (BlockingIOError, ConnectionRefusedError):
            return found


def is_media(data: bytes) -> bool:
    """RTP and no RTCP (RFC 5761 section 4)."""
    return data[0] in FIRST_BYTES["media"] and data[1] not in range(192, 224)


Act = Callable[[Site], Awaitable[None]]


@pytest.fixture
def within(certificate: RTCCertificate) -> Callable[[Act], None]:
    async def play(act: Act) -> None:
        site = Site(certificate)
        try:
            await act(site)
        finally:
            await site.close()

    return lambda act: asyncio.run(play(act))


def noise(kind: str, most: int = 1_400) -> bytes:
    body = DICE.randbytes(DICE.randrange(0, most))
    return bytes([DICE.choice(FIRST_BYTES[kind])]) + body


def binding(username: str, *, key: bytes | None = None) -> bytes:
    """A check as a browser sends it, with a user name of the node's and a key that is right or not."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = username
    message.attributes["PRIORITY"] = 1
    if key is not None:
        message.add_message_integrity(key)
        message.add_fingerprint()
    return bytes(message)


@pytest.mark.parametrize("kind", list(FIRST_BYTES))
@pytest.mark.parametrize("sender", ["stranger", "a"])
def test_noise_of_every_kind_leaves_calls_untouched(
    within: Callable[[Act], None], kind: str, sender: str
) -> None:
    async def act(site: Site) -> None:
        assert await site.speaks(1)
        await site.send(sender, *(noise(kind) for _ in range(MANY)))
        assert site.port.counts["defect"] == 0
        assert await site.speaks(2)

    within(act)


def test_checks_cut_off_anywhere_and_with_any_byte_changed_are_refused(within: Callable[[Act], None]) -> None:
    async def act(site: Site) -> None:
        whole = binding(f"{site.username('a')}:x", key=b"wrong" * 5)
        cut = [whole[:length] for length in range(1, len(whole))]
        changed = [bytes([*whole[:at], whole[at] ^ 0xFF, *whole[at + 1 :]]) for at in range(len(whole))]
        await site.send("stranger", *cut, *changed)
        assert site.port.counts["defect"] == 0
        assert await site.speaks(1)

    within(act)


def test_who_knows_only_a_user_name_cannot_take_over_a_path(within: Callable[[Act], None]) -> None:
    async def act(site: Site) -> None:
        for key in (None, b"guess", b"x" * 32):
            await site.send("stranger", binding(f"{site.username('b')}:x", key=key))
        sender = peers.session(Policy.SSRC_ANY_OUTBOUND)
        await site.send("stranger", sender.protect(peers.rtp(9, 0, b"forged")))
        assert site.port.counts["unknown_address"] == 1
        assert await site.speaks(1)
        assert not [data for data in drain(site.sockets["stranger"]) if is_media(data)]

    within(act)


def test_two_browsers_that_chose_the_same_name_are_told_apart(within: Callable[[Act], None]) -> None:
    async def act(site: Site) -> None:
        seats = site.rooms.rooms["r"].seats
        [name] = {seat.offer.ice.usernameFragment for seat in seats.values()}
        key = seats["b"].transport.ice_parameters.password.encode()
        await site.send("stranger", binding(f"{site.username('b')}:{name}", key=key))
        sender = peers.session(Policy.SSRC_ANY_OUTBOUND)
        await site.send("stranger", sender.protect(peers.rtp(1, 0, b"from another address of b")))
        came = {who: seat.participant.producers["camera"].reception.packets for who, seat in seats.items()}
        assert came == {"a": 0, "b": 1}

    within(act)


def test_media_of_one_participant_sent_from_another_one_s_address_is_not_his(
    within: Callable[[Act], None],
) -> None:
    async def act(site: Site) -> None:
        drain(site.sockets["b"])
        foreign = Policy(key=bytes(28), ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=peers.PROFILE)
        sender = peers.Session(foreign)
        await site.send("a", sender.protect(peers.rtp(1, 0, b"forged")))
        assert site.port.counts["authentication"] == 1
        assert not [data for data in drain(site.sockets["b"]) if is_media(data)]

    within(act)


def test_what_a_stranger_sends_is_not_kept(within: Callable[[Act], None]) -> None:
    async def act(site: Site) -> None:
        def kept() -> Counter[str]:
            port = site.port
            tables = (port.transactions, port._by_address, port._by_username, port._by_transport)
            return Counter({str(number): len(table) for number, table in enumerate(tables)})

        before = kept()
        for kind in FIRST_BYTES:
            await site.send("stranger", *(noise(kind) for _ in range(MANY // 3)))
        await site.send("stranger", *(binding(f"{DICE.randbytes(6).hex()}:x") for _ in range(MANY // 3)))
        assert kept() == before
        assert kept()["1"] <= 2 * MAX_ADDRESSES

    within(act)
