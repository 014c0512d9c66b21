"""Media control's world in memory, and a handful of sentences to act in it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.chassis.clock import ManualClock
from services.chassis.settings import Secret, SecretKey
from services.contracts import booking_events, guests, media, room_documents, waiting
from services.contracts.wire import Event
from services.media.control.adapters.records import SignedRecords
from services.media.control.adapters.relay import TurnRelay
from services.media.control.domain.room import Room
from services.media.control.export import RoomsExport
from services.media.control.usecases import documents, keeping, lifecycle, presence, reaper, tending, views
from services.media.control.usecases import guests as guesting
from services.media.control.usecases.media import Media
from tests.unit.media_control.fake_nodes import FakeNodes
from tests.unit.media_control.fakes import (
    RULES,
    FakeComparisons,
    FakeKeys,
    FakeLeases,
    FakeLines,
    FakeLog,
    FakeObjects,
    FakeRooms,
    FakeSfu,
)
from tests.unit.nothing_stored import NothingStored, nothing_swept

T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
T1 = T0 + timedelta(minutes=20)
RECORD_KEY = SecretKey("1f" * 32)
REAL_TIME = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""Of the relay: the platform's clock may stand elsewhere."""
CITIZEN = media.Participant(participant_id="recipient-1", role="citizen")
AGENT = media.Participant(participant_id="agent-1", role="agent")
COLLEAGUE = media.Participant(participant_id="agent-2", role="agent")


@dataclass
class World:
    """Media control with everything in memory; it is T0 - 20 min, and the room `room-1` is booked."""

    rooms: FakeRooms = field(default_factory=FakeRooms)
    keys: FakeKeys = field(default_factory=FakeKeys)
    log: FakeLog = field(default_factory=FakeLog)
    objects: FakeObjects = field(default_factory=FakeObjects)
    nodes: FakeNodes = field(default_factory=FakeNodes)
    sfu: FakeSfu = field(default_factory=FakeSfu)
    lines: FakeLines = field(default_factory=FakeLines)
    leases: FakeLeases = field(default_factory=FakeLeases)
    comparisons: FakeComparisons = field(default_factory=FakeComparisons)
    clock: ManualClock = field(default_factory=lambda: ManualClock(T0 - timedelta(minutes=20)))
    room_id: str = "room-1"

    @property
    def media(self) -> Media:
        return Media(
            rooms=self.rooms,
            keys=self.keys,
            log=self.log,
            objects=self.objects,
            records=SignedRecords(RECORD_KEY, ()),
            nodes=self.nodes,
            sfu=self.sfu,
            relay=TurnRelay(("turn:relay.example",), Secret("shared"), lambda: REAL_TIME),
            lines=self.lines,
            leases=self.leases,
            comparisons=self.comparisons,
            clock=self.clock,
            rules=RULES,
            export=RoomsExport(NothingStored(), self.keys),  # type: ignore[arg-type]
            sweeper=nothing_swept(),
        )

    @property
    def room(self) -> Room:
        return self.rooms.rooms[self.room_id]

    def told(self, event_class: type[Event]) -> list[Event]:
        return [event for event in self.rooms.events if isinstance(event, event_class)]

    # --- sentences ---------------------------------------------------------------

    def draft(self) -> None:
        lifecycle.open_draft_room(self.media, media.OpenDraftRoom(room_id=self.room_id))

    def book(self, version: int = 1, starts_at: datetime = T0) -> None:
        ends_at = starts_at + (T1 - T0)
        event = booking_events.AppointmentBooked(
            event_id=os.urandom(8).hex(),
            occurred_at=self.clock.now(),
            appointment_id=self.room_id,
            appointment_version=version,
            kind="video",
            language="de",
            agent_id="agent-1",
            starts_at=starts_at,
            ends_at=ends_at,
            assurance_method="none",
            person_id="",
        )
        lifecycle.book(self.media, event)

    def move(self, version: int, starts_at: datetime) -> None:
        event = booking_events.AppointmentMoved(
            event_id=os.urandom(8).hex(),
            occurred_at=self.clock.now(),
            appointment_id=self.room_id,
            appointment_version=version,
            agent_id="agent-1",
            starts_at=starts_at,
            ends_at=starts_at + (T1 - T0),
        )
        lifecycle.move(self.media, event)

    def cancel(self, version: int = 2) -> None:
        event = booking_events.AppointmentCancelled(
            event_id=os.urandom(8).hex(),
            occurred_at=self.clock.now(),
            appointment_id=self.room_id,
            appointment_version=version,
        )
        lifecycle.cancel(self.media, event)

    def lapse(self) -> None:
        event = booking_events.HoldLapsed(
            event_id=os.urandom(8).hex(), occurred_at=self.clock.now(), appointment_id=self.room_id
        )
        lifecycle.lapse(self.media, event)

    def look(self, who: media.Participant = CITIZEN) -> media.RoomView:
        return views.look_at_room(self.media, media.LookAtRoom(room_id=self.room_id, participant=who))

    def join(self, who: media.Participant = CITIZEN) -> media.RoomView:
        return presence.join_room(self.media, media.JoinRoom(room_id=self.room_id, participant=who))

    def leave(self, who: media.Participant = CITIZEN) -> media.RoomView:
        return presence.leave_room(self.media, media.LeaveRoom(room_id=self.room_id, participant=who))

    def admit(self, who: media.Participant = AGENT) -> media.RoomView:
        return presence.admit_citizen(self.media, media.AdmitCitizen(room_id=self.room_id, participant=who))

    def end(self, who: media.Participant = AGENT) -> media.RoomView:
        return presence.end_call(self.media, media.EndCall(room_id=self.room_id, participant=who))

    def reopen(self, who: media.Participant = AGENT) -> media.RoomView:
        return presence.reopen_call(self.media, media.ReopenCall(room_id=self.room_id, participant=who))

    def send_back(self, who: media.Participant = AGENT) -> media.RoomView:
        return keeping.send_back(self.media, waiting.SendBack(room_id=self.room_id, participant=who))

    def take_over(self, who: media.Participant = COLLEAGUE) -> media.RoomView:
        return keeping.take_over(self.media, waiting.TakeOver(room_id=self.room_id, participant=who))

    def hand_over(self, to: str, who: media.Participant = AGENT) -> media.RoomView:
        request = waiting.HandOver(room_id=self.room_id, participant=who, agent_id=to)
        return keeping.hand_over(self.media, request)

    def record(self, outcome: str, who: media.Participant = AGENT) -> media.RoomView:
        request = waiting.RecordOutcome(room_id=self.room_id, participant=who, outcome=outcome)
        return keeping.record_outcome(self.media, request)

    def invite(self, key: str = "key-1", who: media.Participant = AGENT) -> guests.Invitation:
        request = guests.InviteGuest(
            room_id=self.room_id, participant=who, kind="interpreter", idempotency_key=key
        )
        return guesting.invite(self.media, request)

    def begin_call(self) -> None:
        """Booked, at T0, the citizen has joined and is admitted."""
        self.book()
        self.clock.set(T0)
        self.join()
        self.admit()

    def upload(
        self,
        who: media.Participant = CITIZEN,
        *,
        kind: str = "shared",
        name: str = "letter.pdf",
        media_type: str = "application/pdf",
    ) -> room_documents.Document:
        """Granted, stored and finished."""
        grant = self.grant_upload(who, kind=kind, name=name)
        self.objects.names.add(grant.object_name)
        return documents.finish_upload(
            self.media,
            room_documents.FinishUpload(
                room_id=self.room_id, document_id=grant.document_id, size=1000, media_type=media_type
            ),
        )

    def grant_upload(
        self,
        who: media.Participant = CITIZEN,
        *,
        kind: str = "shared",
        name: str = "letter.pdf",
        size: int = 1000,
        request_key: str = "",
    ) -> room_documents.UploadGrant:
        request = room_documents.GrantUpload(
            room_id=self.room_id, participant=who, kind=kind, name=name, size=size, request_key=request_key
        )
        return documents.grant_upload(self.media, request)

    def seen_documents(self, who: media.Participant = CITIZEN) -> tuple[room_documents.Document, ...]:
        request = room_documents.ListDocuments(room_id=self.room_id, participant=who)
        return documents.list_documents(self.media, request).documents

    def tick(self) -> None:
        tending.tend_due_rooms(self.media)
        reaper.forget_due_rooms(self.media)
        tending.tidy_due_rooms(self.media)
