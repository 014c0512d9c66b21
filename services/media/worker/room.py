"""One room: who is in, in which slot, and who receives whom."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from services.contracts.media_errors import RoomFull
from services.contracts.sfu import MAX_PARTICIPANTS, SlotHolder
from services.media.worker.answer import Outgoing, Reachable, write_answer
from services.media.worker.codecs import preferred
from services.media.worker.offer import Offer
from services.media.worker.participant import Participant
from services.media.worker.producer import Producer
from services.media.worker.speaking import Speaker
from services.media.worker.transport import Transport


@dataclass(eq=False)
class Seat:
    """A participant's place in a room with the transport of the moment."""

    participant_id: str
    slot: int
    offer: Offer
    offer_sdp: str
    outgoing: tuple[Outgoing, ...]
    transport: Transport
    participant: Participant
    codec: str = ""
    """Name of the codec in which pictures are sent on this transport; empty where none are."""
    session_id: int = field(default_factory=lambda: secrets.randbits(62))
    answers: int = 0
    answer_sdp: str = ""
    sending: tuple[bool, bool] = (True, True)
    """Whether microphone and camera come, as was told last."""
    sound_only: bool = False
    """Whether pictures to this one pause, as was told last."""
    connecting: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self.participant.connected

    def answer(self, offer: Offer, offer_sdp: str) -> None:
        """Write the answer to an offer of this seat's peer connection."""
        reachable = Reachable(
            self.transport.ice_parameters, self.transport.dtls_parameters, self.transport.candidates
        )
        self.offer, self.offer_sdp = offer, offer_sdp
        self.answers += 1
        self.answer_sdp = write_answer(
            offer.sending(self.codec),
            self.outgoing,
            reachable,
            session_id=self.session_id,
            version=self.answers,
        )

    def has_changed_sending(self) -> bool:
        """Whether something else comes than was told; from now on it is told."""
        before = self.sending
        self.sending = self.participant.sends("microphone"), self.participant.sends("camera")
        return self.sending != before

    def sees(self, other: Seat) -> bool:
        """Whether this browser can show what the other's sends."""
        return not (self.offer.shows and other.codec) or other.codec in self.offer.shows


class Room:
    """Up to six people; everybody receives everybody else, and one shared screen."""

    def __init__(self, room_id: str, epoch: int, until: float | None = None) -> None:
        self.room_id, self.epoch = room_id, epoch
        self.until = until
        """When it closes by itself; None for a call."""
        self.seats: dict[str, Seat] = {}
        self.screen: Producer | None = None
        self.speaker = Speaker()
        self._slots: dict[str, int] = {}

    def slot_for(self, participant_id: str) -> int:
        """The slot that he had, else a free one, else one whose holder is gone.  Raises RoomFull."""
        if participant_id in self._slots:
            return self._slots[participant_id]
        if len(self.seats) >= MAX_PARTICIPANTS:
            raise RoomFull
        if len(self._slots) >= MAX_PARTICIPANTS:
            del self._slots[next(name for name in self._slots if name not in self.seats)]
        free = min(set(range(MAX_PARTICIPANTS)) - set(self._slots.values()))
        self._slots[participant_id] = free
        return free

    def holders(self) -> tuple[SlotHolder, ...]:
        return tuple(SlotHolder(slot=s.slot, participant_id=s.participant_id) for s in self.seats.values())

    def codec_for(self, participant_id: str, offer: Offer, present: str = "") -> str:
        """In which codec that one's pictures are seen by most of the others; empty where he sends none."""
        others = (s.offer.shows for s in self.seats.values() if s.participant_id != participant_id)
        return preferred(offer.pictures, [shows for shows in others if shows], present)

    def unseen(self, newcomer: Seat) -> list[tuple[Seat, Seat, bool]]:
        """Who does not see whom, now that this one is here; and whether that one can send another codec.

        Nobody renegotiates: to send another, he has to connect anew.
        """
        pairs = [(newcomer, seat) for seat in self._others(newcomer)]
        pairs += [(seat, newcomer) for _, seat in pairs]
        return [(viewer, sender, self._misfit(sender)) for viewer, sender in pairs if not viewer.sees(sender)]

    def _misfit(self, seat: Seat) -> bool:
        return self.codec_for(seat.participant_id, seat.offer, seat.codec) != seat.codec

    def _others(self, seat: Seat) -> list[Seat]:
        return [other for other in self.seats.values() if other is not seat and other.connected]

    def join(self, seat: Seat, now: float) -> None:
        """Connect a seat whose media can flow with everybody else's, both ways."""
        for other in self._others(seat):
            other.participant.receive(seat.slot, seat.participant)
            seat.participant.receive(other.slot, other.participant)
            self._want_picture(other, now)
        seat.participant.receive_screen(self.screen)
        self._want_picture(seat, now)
        if self.screen is not None:
            self.screen.want_keyframe(now)

    @staticmethod
    def _want_picture(seat: Seat, now: float) -> None:
        camera = seat.participant.producers.get("camera")
        if camera is not None:
            camera.want_keyframe(now)

    def follow_screen(self, now: float) -> str | None:
        """Let everybody see the screen that was shared last.  The sharer's id or "" if that has changed."""
        if self.screen is not None and not self.screen.flows(now):
            return self._show(None, now)
        newest = max((s for s in self._screens() if s[1].flows(now)), key=_began, default=None)
        if newest is not None and newest[1] is not self.screen:
            return self._show(newest, now)
        return None

    def follow_speaker(self, now: float) -> str | None:
        """Hear who speaks, a few times a second; his id or "" if that has changed.

        Between two there is nothing to say: each hears the other.
        """
        connected = [seat for seat in self.seats.values() if seat.connected]
        heard = connected if len(connected) > 2 else []
        loudness = {seat.participant_id: seat.participant.take_loudness() for seat in heard}
        return self.speaker.current if self.speaker.heard(loudness, now) else None

    def _screens(self) -> list[tuple[Seat, Producer]]:
        found = ((seat, seat.participant.producers.get("screen")) for seat in self.seats.values())
        return [(seat, producer) for seat, producer in found if producer is not None]

    def _show(self, shared: tuple[Seat, Producer] | None, now: float) -> str:
        sharer, self.screen = shared or (None, None)
        for seat in self.seats.values():
            if seat is not sharer and seat.connected:
                seat.participant.receive_screen(self.screen)
        if self.screen is not None:
            self.screen.want_keyframe(now)
        return sharer.participant_id if sharer else ""


def _began(shared: tuple[Seat, Producer]) -> float:
    return shared[1].began_at or 0.0
