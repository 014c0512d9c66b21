"""Media control's world in memory, and a handful of sentences to act in it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.chassis.clock import ManualClock
from services.chassis.codec import from_wire, to_wire
from services.chassis.settings import Secret, SecretKey
from services.chassis.vault.cipher import new_key
from services.contracts import booking_events, guests, media, room_documents, waiting
from services.contracts.deletion import Comparison
from services.contracts.room_entries import ENTRIES
from services.contracts.sfu import Answer, SlotHolder
from services.contracts.wire import Event
from services.media.control.adapters.keys import DerivedKeys
from services.media.control.adapters.records import SignedRecords
from services.media.control.adapters.relay import TurnRelay
from services.media.control.domain.document import filing_since
from services.media.control.domain.placement import Placement
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.schedule import Lane, due_step, lane_of
from services.media.control.export import RoomsExport
from services.media.control.ports import Book, Forgotten, LogEntry
from services.media.control.usecases import documents, keeping, lifecycle, presence, reaper, tending, views
from services.media.control.usecases import guests as guesting
from services.media.control.usecases.media import Media
from tests.unit.media_control.fake_nodes import FakeNodes
from tests.unit.nothing_stored import NothingStored, nothing_swept

T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
T1 = T0 + timedelta(minutes=20)
RULES = Rules(filing_for=timedelta(seconds=30))
"""With a case file."""
RECORD_KEY = SecretKey("1f" * 32)
REAL_TIME = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""Of the relay: the platform's clock may stand elsewhere."""
CITIZEN = media.Participant(participant_id="recipient-1", role="citizen")
AGENT = media.Participant(participant_id="agent-1", role="agent")
COLLEAGUE = media.Participant(participant_id="agent-2", role="agent")


NEEDS_NO_WORDS = {
    kind
    for kind, entry in ENTRIES.items()
    if all(field.default is not dataclasses.MISSING for field in dataclasses.fields(entry.data))
}
"""Types of entries that may say no more than who and when."""


class FakeRooms:
    """Compares and stores by revision, as the real one does."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.events: list[Event] = []
        self.waiting: dict[str, list[LogEntry]] = {}

    def get(self, room_id: str) -> Room | None:
        return self.rooms.get(room_id)

    def get_all(self, room_ids: Sequence[str]) -> list[Room]:
        return [self.rooms[room_id] for room_id in room_ids if room_id in self.rooms]

    def add(self, room: Room) -> bool:
        return self.rooms.setdefault(room.room_id, room) is room

    def save(self, room: Room, log: Sequence[LogEntry] = (), events: Sequence[Event] = ()) -> bool:
        if room.room_id not in self.rooms or self.rooms[room.room_id].revision != room.revision:
            return False
        self.rooms[room.room_id] = dataclasses.replace(room, revision=room.revision + 1)
        self.waiting.setdefault(room.room_id, []).extend(log)
        self.events.extend(events)
        return True

    def remove(self, room: Room) -> None:
        if self.rooms[room.room_id].revision == room.revision:
            del self.rooms[room.room_id]

    def give_up(self, rooms: Sequence[Room]) -> list[Room]:
        for room in rooms:
            if not room.given_up:
                self.save(room.giving_up())
        return [room for room in self.get_all([room.room_id for room in rooms]) if room.given_up]

    def forget(self, stones: Sequence[Forgotten]) -> int:
        stored = [stone for stone in stones if self.save(stone.room, events=stone.events)]
        self.waiting.update((stone.room.room_id, []) for stone in stored)
        return len(stored)

    def due(self, lane: Lane, now: datetime, limit: int) -> list[str]:
        steps = {room_id: due_step(room, now, RULES) for room_id, room in self.rooms.items()}
        due = {room_id: step[0] for room_id, step in steps.items() if step and lane_of(step[1]) is lane}
        return sorted(due, key=lambda room_id: due[room_id])[:limit]

    def books(self) -> Iterator[Book]:
        for room in list(self.rooms.values()):
            objects = frozenset(document.object_name for document in room.documents)
            ready = frozenset(document.object_name for document in room.documents if document.is_ready)
            yield Book(
                room_id=room.room_id,
                is_forgotten=room.gone_at is not None,
                objects=objects,
                ready=ready,
            )

    def starting(self, first: datetime, last: datetime) -> list[Room]:
        found = [room for room in self.rooms.values() if room.starts_at and first <= room.starts_at < last]
        return sorted(found, key=lambda room: room.starts_at or first)

    def kept_by(self, agent_id: str, first: datetime, last: datetime) -> list[Room]:
        return [room for room in self.starting(first, last) if room.keeper_id == agent_id]

    def untold(self, room_id: str) -> list[LogEntry]:
        return list(self.waiting.get(room_id, []))

    def told(self, room_id: str, seq: int) -> None:
        if self.rooms[room_id].log_seq == seq:
            self.waiting[room_id] = []

    def with_open_filing(self, now: datetime, limit: int) -> list[str]:
        begun = {room_id: filing_since(room.documents) for room_id, room in self.rooms.items()}
        since = {room_id: at for room_id, at in begun.items() if at is not None and at <= now}
        return sorted(since, key=lambda room_id: since[room_id])[:limit]

    def with_untold(self, limit: int) -> list[str]:
        return [room_id for room_id, entries in self.waiting.items() if entries][:limit]


class DeclaredEntries(DerivedKeys):
    """Seals only what the contract says of an entry of its type, in full: a page reads it by that."""

    def seal_entry(self, seq: int, type_: str, by: str, data: Mapping[str, Any]) -> str:
        said = to_wire(from_wire(ENTRIES[type_].data, dict(data)))
        assert set(data) <= set(said), f"{type_}: {set(data) - set(said)} is not declared"
        return super().seal_entry(seq, type_, by, data)


class FakeKeys:
    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.lives: dict[str, int] = {}

    def ensure(self, room_id: str, life: int) -> None:
        if room_id not in self.keys:
            self.keys[room_id], self.lives[room_id] = new_key(), life

    def get(self, room_id: str) -> DerivedKeys | None:
        return DeclaredEntries(room_id, self.keys[room_id]) if room_id in self.keys else None

    def destroy(self, lives: Mapping[str, int]) -> None:
        for room_id, life in lives.items():
            if self.lives.get(room_id, 0) <= life:
                self.keys.pop(room_id, None)

    def owners(self) -> Iterator[str]:
        yield from list(self.keys)

    def rewrap(self) -> int:
        return 0


class FakeLog:
    """A stream refuses ids that are not higher than its last one."""

    def __init__(self) -> None:
        self.streams: dict[str, list[LogEntry]] = {}

    def append(self, room_id: str, entries: Sequence[LogEntry]) -> None:
        stream = self.streams.setdefault(room_id, [])
        for entry in entries:
            assert entry.sealed or entry.type in NEEDS_NO_WORDS, f"{entry.type} says less than is declared"
            if not stream or entry.seq > stream[-1].seq:
                stream.append(entry)

    def close(self, last: Mapping[str, LogEntry]) -> None:
        for room_id, entry in last.items():
            self.append(room_id, [entry])
            self._trim(room_id, entry.seq - 1)

    def destroy(self, room_id: str, up_to: int) -> None:
        self._trim(room_id, up_to)

    def _trim(self, room_id: str, up_to: int) -> None:
        self.streams[room_id] = [entry for entry in self.streams.get(room_id, ()) if entry.seq > up_to]

    def types(self, room_id: str) -> list[str]:
        return [entry.type for entry in self.streams.get(room_id, [])]


class FakeObjects:
    def __init__(self) -> None:
        self.names: set[str] = set()

    def remove(self, names: Collection[str]) -> None:
        self.names -= set(names)

    def under(self, prefix: str) -> list[str]:
        return [name for name in self.names if name.startswith(prefix)]


class FakeSfu:
    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.failures: list[Exception] = []

    def connect(self, placement: Placement, room_id: str, participant_id: str, offer_sdp: str) -> Answer:
        self._called("connect", placement.node_id, participant_id)
        holder = SlotHolder(slot=0, participant_id=participant_id)
        return Answer(answer_sdp=f"answer to {offer_sdp}", slot=0, slots=(holder,))

    def connect_to_line(
        self, node_id: str, line_id: str, side: str, offer_sdp: str, lasts: timedelta
    ) -> Answer:
        self._called("line", node_id, side)
        return Answer(answer_sdp=f"answer to {offer_sdp}", slot=0, slots=())

    def disconnect(self, placement: Placement, room_id: str, participant_id: str) -> None:
        self._called("disconnect", placement.node_id, participant_id)

    def close_room(self, placement: Placement, room_id: str) -> None:
        self._called("close_room", placement.node_id)

    def drain(self, node_id: str, *, on: bool) -> None:
        self._called("drain" if on else "resume", node_id)

    def _called(self, *call: str) -> None:
        self.calls.append(call)
        if self.failures:
            raise self.failures.pop(0)


class FakeLines:
    """As many as the rules allow; none lapses by itself here."""

    def __init__(self) -> None:
        self.open_lines: dict[str, tuple[str, str]] = {}

    def open(self, line_id: str, owner: str, node_id: str, rooms: int) -> bool:
        there = [node for _, node in self.open_lines.values() if node == node_id]
        if len(self.open_lines) >= RULES.max_checks or len(there) >= rooms:
            return False
        self.open_lines[line_id] = (owner, node_id)
        return True

    def node(self, line_id: str, owner: str) -> str | None:
        whose, node_id = self.open_lines.get(line_id, ("", ""))
        return node_id if whose == owner else None


class FakeComparisons:
    def __init__(self) -> None:
        self.kept: Comparison | None = None

    def latest(self) -> Comparison | None:
        return self.kept

    def keep(self, found: Comparison) -> None:
        self.kept = found


class FakeLeases:
    def __init__(self) -> None:
        self.held: set[str] = set()

    def take_all(self, names: Sequence[str], seconds: int) -> list[str]:
        taken = [name for name in names if name not in self.held]
        self.held.update(taken)
        return taken

    def release_all(self, names: Sequence[str]) -> None:
        self.held.difference_update(names)


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
