"""All rooms of this node: participants come, come back, and go."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable

from aiortc import RTCCertificate

from services.contracts.errors import StaleVersion
from services.contracts.media_errors import NoMediaNode
from services.contracts.sfu import ROOM_PLACES, Answer
from services.media.worker import congestion
from services.media.worker.answer import allocate
from services.media.worker.listener import Listener
from services.media.worker.offer import Offer, read_offer
from services.media.worker.participant import Participant
from services.media.worker.port import SharedPort
from services.media.worker.room import Room, Seat
from services.media.worker.transport import Transport

log = logging.getLogger(__name__)

CONNECT_SECONDS = 20.0
"""A browser that has got its answer checks and shakes hands within that time."""
SILENCE_SECONDS = 10.0
"""Without any packet; ICE consent alone would take thirty."""
TICK_SECONDS = 0.05
TICK_PARTS = 10
"""Parts in which that is done: media wait for one part at most, not for all rooms of a node."""
LOOK_SECONDS = 0.25
"""Between two looks at who is to send less, who sends at all, and who speaks."""
_EPOCHS_REMEMBERED = 4096


class Rooms:
    """Every room of this node, over one port."""

    def __init__(
        self,
        port: SharedPort,
        certificate: RTCCertificate,
        listener: Listener,
        capacity: int,
        clock: Callable[[], float],
    ) -> None:
        self._port, self._certificate, self._listener, self._clock = port, certificate, listener, clock
        self.capacity = capacity
        self.draining = False
        self.rooms: dict[str, Room] = {}
        self._epochs: OrderedDict[str, int] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()
        self._look_at, self._looks = clock(), False
        self._empty = asyncio.Event()
        self._empty.set()

    # --- requests -------------------------------------------------------------

    def connect(
        self, room_id: str, participant_id: str, epoch: int, offer_sdp: str, *, lasts: float = 0.0
    ) -> Answer:
        """See `ConnectParticipant`.  Never waits, so that two at once cannot meet halfway."""
        offer = read_offer(offer_sdp)
        room = self._room(room_id, epoch, lasts)
        self._require_place(room, participant_id)
        slot = room.slot_for(participant_id)
        former = room.seats.get(participant_id)
        if former is not None and former.offer_sdp == offer_sdp:
            seat = former
        elif former is not None and _same_connection(former, offer):
            seat = self._restart(former, offer, offer_sdp)
        else:
            seat = self._sit(room, participant_id, slot, offer, offer_sdp)
        return Answer(answer_sdp=seat.answer_sdp, slot=slot, slots=room.holders())

    async def disconnect(
        self, room_id: str, participant_id: str, reason: str = "left", *, epoch: int = 0
    ) -> None:
        """See `DisconnectParticipant`; `reason` goes into the event."""
        room = self._meant(room_id, epoch)
        seat = room.seats.get(participant_id) if room else None
        if room is not None and seat is not None:
            await self._leave(room, seat, reason)

    async def close_room(self, room_id: str, reason: str = "closed", *, epoch: int = 0) -> None:
        """See `CloseRoom`."""
        room = self._meant(room_id, epoch)
        if room is not None:
            for seat in tuple(room.seats.values()):
                await self._leave(room, seat, reason)

    async def close(self) -> None:
        """The node stops: everybody is disconnected."""
        self.draining = True
        for room_id in tuple(self.rooms):
            await self.close_room(room_id, "drained")
        await asyncio.gather(*self._closing)

    async def emptied(self) -> None:
        """Returns when there is no room any more."""
        await self._empty.wait()

    # --- figures --------------------------------------------------------------

    @property
    def participants(self) -> int:
        return sum(len(room.seats) for room in self.rooms.values())

    @property
    def places(self) -> int:
        """Taken, or kept for the second one of a room."""
        return sum(max(ROOM_PLACES, len(room.seats)) for room in self.rooms.values())

    @property
    def calls(self) -> int:
        """Rooms in which at least two people are connected; a device check is none."""
        talks = (room for room in self.rooms.values() if room.until is None)
        return sum(sum(s.connected for s in room.seats.values()) > 1 for room in talks)

    # --- inside ---------------------------------------------------------------

    def _room(self, room_id: str, epoch: int, lasts: float) -> Room:
        if epoch < self._epochs.get(room_id, epoch):
            raise StaleVersion("room")
        room = self.rooms.get(room_id)
        if room is not None and room.epoch < epoch:
            self._vacate(room)
            room = None
        if room is None:
            room = self._new_room(room_id, epoch, self._clock() + lasts if lasts > 0 else None)
        return room

    def _new_room(self, room_id: str, epoch: int, until: float | None) -> Room:
        if self.draining or self.places + ROOM_PLACES > self.capacity:
            raise NoMediaNode
        if until is None:  # a device check is never placed twice
            self._remember(room_id, epoch)
        self.rooms[room_id] = room = Room(room_id, epoch, until)
        self._empty.clear()
        return room

    def _remember(self, room_id: str, epoch: int) -> None:
        self._epochs[room_id] = epoch
        self._epochs.move_to_end(room_id)
        if len(self._epochs) > _EPOCHS_REMEMBERED:
            self._epochs.popitem(last=False)

    def _require_place(self, room: Room, participant_id: str) -> None:
        """A room's own places are kept for it; for one person more there has to be another."""
        comes_anew = participant_id not in room.seats and len(room.seats) >= ROOM_PLACES
        if comes_anew and self.places >= self.capacity:
            raise NoMediaNode

    def _meant(self, room_id: str, epoch: int) -> Room | None:
        """The room, unless it is of a later placement than the one that is meant."""
        room = self.rooms.get(room_id)
        return room if room is not None and (epoch == 0 or room.epoch <= epoch) else None

    def _vacate(self, room: Room) -> None:
        for seat in tuple(room.seats.values()):
            self._remove(room, seat, "closed")

    def _sit(self, room: Room, participant_id: str, slot: int, offer: Offer, offer_sdp: str) -> Seat:
        former = room.seats.pop(participant_id, None)
        if former is not None:
            self._release(former)
        codec, outgoing = room.codec_for(participant_id, offer), allocate(offer)
        participant = Participant(
            offer.sending(codec), outgoing, self._port.outbox, self._port.counts, self._clock()
        )
        transport = Transport(self._port, self._certificate, lambda path: self._path(participant, path))
        seat = Seat(participant_id, slot, offer, offer_sdp, outgoing, transport, participant, codec)
        room.seats[participant_id] = seat
        self._port.add(transport, participant)
        seat.answer(offer, offer_sdp)
        seat.connecting = asyncio.create_task(self._bring_up(room, seat))
        return seat

    def _path(self, participant: Participant, path: tuple[str, int]) -> None:
        participant.destination = self._port.destination(path)

    def _restart(self, seat: Seat, offer: Offer, offer_sdp: str) -> Seat:
        seat.transport.restart_ice(offer.ice)
        self._port.renamed(seat.transport)
        seat.answer(offer, offer_sdp)
        return seat

    async def _bring_up(self, room: Room, seat: Seat) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await seat.transport.connect(seat.offer.ice, seat.offer.dtls)
        except (ConnectionError, TimeoutError):
            self._remove(room, seat, "failed")
            return
        if seat.transport.srtp is None or room.seats.get(seat.participant_id) is not seat:
            return
        seat.participant.secured(seat.transport.srtp)
        seat.transport.on_end(lambda: self._remove(room, seat, "left"))
        room.join(seat, self._clock())
        self._listener.connected(room, seat)
        for viewer, sender, curable in room.unseen(seat):
            self._listener.unseen(room, viewer, sender, curable=curable)

    async def _leave(self, room: Room, seat: Seat, reason: str) -> None:
        self._remove(room, seat, reason)
        await asyncio.gather(*self._closing)

    def _remove(self, room: Room, seat: Seat, reason: str) -> None:
        if room.seats.get(seat.participant_id) is not seat:
            return
        del room.seats[seat.participant_id]
        self._release(seat)
        if not room.seats and self.rooms.get(room.room_id) is room:
            del self.rooms[room.room_id]
            if not self.rooms:
                self._empty.set()
        self._listener.disconnected(room, seat, reason)

    def _release(self, seat: Seat) -> None:
        self._port.remove(seat.transport)
        seat.participant.close()
        task = asyncio.create_task(self._close_transport(seat))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _close_transport(self, seat: Seat) -> None:
        if seat.connecting is not None and seat.connecting is not asyncio.current_task():
            seat.connecting.cancel()
            await asyncio.wait([seat.connecting])
        await seat.transport.close()

    def tick(self, part: int = 0, parts: int = 1) -> None:
        """What is due by time in one part of the rooms; call it with each part once in TICK_SECONDS.

        A room whose place in the row changes, because another one has gone, may be left out once.
        """
        now = self._clock()
        if part == 0:
            self._looks = now >= self._look_at
            self._look_at = now + LOOK_SECONDS if self._looks else self._look_at
        for room in tuple(self.rooms.values())[part::parts]:
            try:
                self._tick_room(room, now)
            except Exception:  # noqa: BLE001 - one room must not end the timer of all
                self._port.defect(now)
        self._port.outbox.flush()

    def _tick_room(self, room: Room, now: float) -> None:
        if room.until is not None and now >= room.until:
            self._vacate(room)
        if self._looks:
            self._look(room, now)
        for seat in tuple(room.seats.values()):
            self._tick_seat(room, seat, now)
        sharer = room.follow_screen(now)
        if sharer is not None:
            self._listener.screen_changed(room, sharer)

    def _look(self, room: Room, now: float) -> None:
        connected = [seat for seat in room.seats.values() if seat.connected]
        congestion.spread((seat.participant for seat in connected), now)
        for seat in connected if room.until is None else ():
            if seat.has_changed_sending():
                self._listener.sending_changed(room, seat)
        speaker = room.follow_speaker(now)
        if speaker is not None:
            self._listener.speaker_changed(room, speaker)

    def _tick_seat(self, room: Room, seat: Seat, now: float) -> None:
        if not seat.connected:
            return
        seat.participant.tick(now)
        if now - seat.participant.heard_at > SILENCE_SECONDS:
            self._remove(room, seat, "silent")
        elif seat.participant.downlink.sound_only != seat.sound_only:
            seat.sound_only = not seat.sound_only
            self._listener.downlink_changed(room, seat)


def _same_connection(seat: Seat, offer: Offer) -> bool:
    """Whether an offer comes from the peer connection that this seat serves: then ICE restarts, no more."""
    return (
        seat.connected
        and seat.offer.session == offer.session
        and seat.offer.fingerprints == offer.fingerprints
    )
