"""What media control needs from the world, in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.chassis.codec import from_wire, to_wire
from services.chassis.vault.cipher import new_key
from services.contracts.deletion import Comparison
from services.contracts.room_entries import ENTRIES
from services.contracts.sfu import Answer, SlotHolder
from services.contracts.wire import Event
from services.media.control.adapters.keys import DerivedKeys
from services.media.control.domain.document import filing_since
from services.media.control.domain.placement import Placement
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.schedule import Lane, due_step, lane_of
from services.media.control.ports import Book, Forgotten, LogEntry

RULES = Rules(filing_for=timedelta(seconds=30))
"""With a case file."""
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
