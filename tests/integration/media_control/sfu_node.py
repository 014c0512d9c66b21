"""An SFU node that forwards nothing: it announces itself, answers, and says what it was asked."""

import os

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
from dataclasses import dataclass

from services.chassis.amqp import EventPublisher
from services.chassis.bus import Platform, application, every, handles
from services.chassis.ids import new_id
from services.chassis.settings import BusSettings
from services.contracts import sfu


@dataclass(frozen=True, kw_only=True)
class NodeSettings(BusSettings):
    node_id: str
    capacity: int = 10
    packets: int = 0


class Node:
    def __init__(self, platform: Platform[NodeSettings]) -> None:
        self.settings, self.clock = platform.settings, platform.clock
        self.events = EventPublisher(platform.settings.amqp_url.reveal(), "sfu")
        self.slots: dict[str, int] = {}
        self.draining = False

    def connect(self, request: sfu.ConnectParticipant) -> sfu.Answer:
        slot = self.slots.setdefault(request.participant_id, len(self.slots))
        self.events.publish(
            sfu.ParticipantConnected(
                event_id=new_id(),
                occurred_at=self.clock.now(),
                node_id=self.settings.node_id,
                room_id=request.room_id,
                participant_id=request.participant_id,
                epoch=request.epoch,
                slot=slot,
            )
        )
        holders = tuple(sfu.SlotHolder(slot=n, participant_id=p) for p, n in self.slots.items())
        return sfu.Answer(answer_sdp=f"answer to {request.offer_sdp}", slot=slot, slots=holders)

    def close(self, room_id: str) -> None:
        print(f"closed {room_id}", flush=True)

    def announce(self) -> None:
        announced = sfu.NodeAnnounced(
            event_id=new_id(),
            occurred_at=self.clock.now(),
            node_id=self.settings.node_id,
            address="127.0.0.1",
            port=1,
            packets_per_s=self.settings.packets,
            calls=0,
            rooms=0,
            participants=0,
            capacity=self.settings.capacity,
            draining=self.draining,
        )
        self.events.publish(announced, expires=5)

    def drain(self, *, on: bool) -> None:
        self.draining = on
        self.announce()


class Service:
    name = sfu.node_name(os.environ["NODE_ID"])
    app = application(Node)

    @handles(sfu.ConnectParticipant)
    def connect_participant(self, request: sfu.ConnectParticipant) -> sfu.Answer:
        return self.app.connect(request)

    @handles(sfu.CloseRoom)
    def close_room(self, request: sfu.CloseRoom) -> sfu.Done:
        self.app.close(request.room_id)
        return sfu.Done()

    @handles(sfu.DisconnectParticipant)
    def disconnect_participant(self, request: sfu.DisconnectParticipant) -> sfu.Done:
        return sfu.Done()

    @handles(sfu.Drain)
    def drain(self, request: sfu.Drain) -> sfu.Done:
        self.app.drain(on=request.on)
        return sfu.Done()

    @every(1.0)
    def announce(self) -> None:
        self.app.announce()


if __name__ == "__main__":
    run(Service, NodeSettings)
