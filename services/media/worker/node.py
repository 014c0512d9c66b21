"""A node: the rooms of this process, its requests and its events."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from datetime import UTC, datetime
from typing import Any

from aiortc import RTCCertificate

from services.chassis.ids import new_id
from services.contracts import sfu
from services.media.worker import udp
from services.media.worker.bus import Bus
from services.media.worker.port import SharedPort
from services.media.worker.room import Room, Seat
from services.media.worker.rooms import TICK_PARTS, TICK_SECONDS, Rooms
from services.media.worker.settings import WorkerSettings
from services.media.worker.transport import check_pins

log = logging.getLogger(__name__)

_LAG_FADES = 0.995
"""A tick: to a third within a second."""


class Node:
    """Everything between the bus and the UDP port."""

    def __init__(self, settings: WorkerSettings) -> None:
        check_pins()
        self._settings = settings
        sock = udp.bind(settings.udp_host, settings.udp_port)
        if (room := udp.room_of(sock)) < udp.SOCKET_BUFFER:
            log.warning("the system's socket buffers are small: net.core.rmem_max", extra={"size": room})
        self.port = SharedPort(sock, settings.announced_address)
        self.rooms = Rooms(
            self.port, RTCCertificate.generateCertificate(), self, settings.capacity, time.monotonic
        )
        self.bus = Bus(settings.amqp_url.reveal(), sfu.node_name(settings.node_id), "sfu", self.handlers())
        self.packets_per_s = 0
        self.stopping = self.leaving = False
        self._incarnation = time.time_ns() // 1_000_000
        self.loop_lag = 0.0
        """Seconds by which the loop was late in the last second, at worst."""
        self._timers: list[asyncio.Task[None]] = []

    @property
    def works(self) -> bool:
        """False once something that goes on by itself has ended: calls and rooms would not be tended."""
        return self.bus.publishes and not any(timer.done() for timer in self._timers)

    async def start(self) -> None:
        """Returns when the node can be asked for."""
        self.port.start()
        await self.bus.start()
        self._timers = [asyncio.create_task(self._tick()), asyncio.create_task(self._announce())]
        log.info("node started", extra={"node_id": self._settings.node_id, "port": self.port.announced[1]})

    def drain(self) -> None:
        """For good: the process is to stop, and takes nothing new."""
        self.stopping = self.rooms.draining = True
        self._tell_state()

    def leave(self) -> None:
        """The rooms are to be placed elsewhere; until then they go on here."""
        self.leaving = True
        self._tell_state()

    async def stop(self) -> None:
        """Disconnect everybody who is left, tell the bus."""
        self.drain()
        for timer in self._timers:
            timer.cancel()
        await self.rooms.close()
        await self.bus.close()
        self.port.close()
        log.info("node stopped", extra={"node_id": self._settings.node_id})

    # --- by time --------------------------------------------------------------

    async def _tick(self) -> None:
        due = time.monotonic()
        for part in itertools.cycle(range(TICK_PARTS)):
            due += TICK_SECONDS / TICK_PARTS
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.loop_lag = max(self.loop_lag * _LAG_FADES, time.monotonic() - due)
            due = max(due, time.monotonic() - TICK_SECONDS)
            self.rooms.tick(part, TICK_PARTS)

    async def _announce(self) -> None:
        before = self.port.outbox.media
        while True:
            self._tell_state()
            await asyncio.sleep(sfu.ANNOUNCE_SECONDS)
            forwarded = self.port.outbox.media
            self.packets_per_s, before = forwarded - before, forwarded

    def _tell_state(self) -> None:
        self.bus.tell(self._announcement(), transient=True)

    def _announcement(self) -> sfu.NodeAnnounced:
        address, port = self.port.announced
        return sfu.NodeAnnounced(
            **_stamp(),
            node_id=self._settings.node_id,
            address=address,
            port=port,
            packets_per_s=self.packets_per_s,
            calls=self.rooms.calls,
            rooms=len(self.rooms.rooms),
            participants=self.rooms.participants,
            capacity=self.rooms.capacity,
            draining=self.rooms.draining,
            incarnation=self._incarnation,
            places=self.rooms.places,
            stopping=self.stopping,
            leaving=self.leaving,
        )

    # --- requests -------------------------------------------------------------

    def handlers(self) -> dict[Any, Any]:
        return {
            sfu.ConnectParticipant: self._connect,
            sfu.DisconnectParticipant: self._disconnect,
            sfu.CloseRoom: self._close_room,
            sfu.Drain: self._drain,
        }

    async def _connect(self, request: sfu.ConnectParticipant) -> sfu.Answer:
        return self.rooms.connect(
            request.room_id,
            request.participant_id,
            request.epoch,
            request.offer_sdp,
            lasts=request.lasts_seconds,
        )

    async def _disconnect(self, request: sfu.DisconnectParticipant) -> sfu.Done:
        await self.rooms.disconnect(request.room_id, request.participant_id, epoch=request.epoch)
        return sfu.Done()

    async def _close_room(self, request: sfu.CloseRoom) -> sfu.Done:
        await self.rooms.close_room(request.room_id, epoch=request.epoch)
        return sfu.Done()

    async def _drain(self, request: sfu.Drain) -> sfu.Done:
        self.rooms.draining = request.on or self.stopping
        self._tell_state()
        return sfu.Done()

    # --- what happens in rooms --------------------------------------------------

    def connected(self, room: Room, seat: Seat) -> None:
        self.bus.tell(sfu.ParticipantConnected(**_stamp(), **self._where(room), **_who(seat)))
        log.info("participant connected", extra={"room_id": room.room_id, "code": seat.slot})

    def disconnected(self, room: Room, seat: Seat, reason: str) -> None:
        self.bus.tell(
            sfu.ParticipantDisconnected(**_stamp(), **self._where(room), **_who(seat), reason=reason)
        )
        log.info(
            "participant disconnected", extra={"room_id": room.room_id, "code": seat.slot, "reason": reason}
        )

    def screen_changed(self, room: Room, participant_id: str) -> None:
        self.bus.tell(sfu.ScreenChanged(**_stamp(), **self._where(room), participant_id=participant_id))

    def downlink_changed(self, room: Room, seat: Seat) -> None:
        self.bus.tell(
            sfu.DownlinkChanged(**_stamp(), **self._where(room), **_who(seat), sound_only=seat.sound_only)
        )

    def sending_changed(self, room: Room, seat: Seat) -> None:
        microphone, camera = seat.sending
        told = {**self._where(room), **_who(seat), "microphone": microphone, "camera": camera}
        self.bus.tell(sfu.SendingChanged(**_stamp(), **told))

    def speaker_changed(self, room: Room, participant_id: str) -> None:
        self.bus.tell(sfu.SpeakerChanged(**_stamp(), **self._where(room), participant_id=participant_id))

    def unseen(self, room: Room, viewer: Seat, sender: Seat, *, curable: bool) -> None:
        self.bus.tell(
            sfu.PictureUnseen(
                **_stamp(), **self._where(room), **_who(viewer), of=sender.participant_id, curable=curable
            )
        )
        log.warning("no common codec", extra={"room_id": room.room_id, "code": sender.codec})

    def _where(self, room: Room) -> dict[str, Any]:
        return {"node_id": self._settings.node_id, "room_id": room.room_id, "epoch": room.epoch}


def _stamp() -> dict[str, Any]:
    return {"event_id": new_id(), "occurred_at": datetime.now(UTC)}


def _who(seat: Seat) -> dict[str, Any]:
    return {"participant_id": seat.participant_id, "slot": seat.slot}
