"""The rooms of one node as tests live in them: offers, seats, and a clock that they turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiortc import RTCCertificate

from services.media.worker import udp
from services.media.worker.port import SharedPort
from services.media.worker.room import Room, Seat
from services.media.worker.rooms import Rooms
from services.media.worker.transport import Srtp
from tests.unit.media_worker import offers, peers


class Listener:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    def connected(self, room: Room, seat: Seat) -> None:
        self.told.append(("connected", seat.participant_id))

    def disconnected(self, room: Room, seat: Seat, reason: str) -> None:
        self.told.append(("disconnected", seat.participant_id, reason))

    def screen_changed(self, room: Room, participant_id: str) -> None:
        self.told.append(("screen", participant_id))

    def downlink_changed(self, room: Room, seat: Seat) -> None:
        self.told.append(("sound_only", seat.participant_id, str(seat.sound_only)))

    def sending_changed(self, room: Room, seat: Seat) -> None:
        self.told.append(("sending", seat.participant_id, *map(str, seat.sending)))

    def speaker_changed(self, room: Room, participant_id: str) -> None:
        self.told.append(("speaker", participant_id))

    def unseen(self, room: Room, viewer: Seat, sender: Seat, *, curable: bool) -> None:
        self.told.append(("unseen", viewer.participant_id, sender.participant_id, str(curable)))


class House:
    """The rooms of a node whose clock the test turns."""

    def __init__(self, certificate: RTCCertificate) -> None:
        self.now = 1000.0
        self.listener = Listener()
        self.port = SharedPort(udp.bind("127.0.0.1", 0), "127.0.0.1", lambda: self.now)
        self.port.start()
        self.rooms = Rooms(self.port, certificate, self.listener, capacity=8, clock=lambda: self.now)

    def connect(self, name: str, room: str = "r", epoch: int = 1, offer: str | None = None) -> Any:
        return self.rooms.connect(room, name, epoch, offer or offer_of(name))

    def seat(self, name: str, room: str = "r") -> Seat:
        return self.rooms.rooms[room].seats[name]

    def secure(self, name: str, room: str = "r") -> Seat:
        """As if ICE and DTLS had come up."""
        seat = self.seat(name, room)
        srtp = Srtp.__new__(Srtp)
        seat.sessions = peers.session(3), peers.session(2)  # type: ignore[attr-defined]
        srtp.rx, srtp.tx = (s._srtp[0] for s in seat.sessions)  # type: ignore[attr-defined]
        seat.participant.secured(srtp)
        self.rooms.rooms[room].join(seat, self.now)
        return seat


def offer_of(name: str) -> str:
    return offers.offer().replace("4711", str(sum(name.encode())))


Within = Callable[[Callable[[House], Awaitable[None]]], None]
