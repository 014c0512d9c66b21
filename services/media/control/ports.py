"""What the use cases need from the world; for the calls themselves, `call_ports`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.contracts.deletion import Comparison, Deletion, RecordKeys
from services.contracts.wire import Event
from services.media.control.domain.room import Room
from services.media.control.domain.schedule import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry of a room log; `seq` is its place in the stream, so appending it twice adds it once."""

    seq: int
    type: str
    at: datetime
    by: str
    sealed: str
    """Sealed with the room's log key; empty where there is nothing to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Which objects a room knows of."""

    room_id: str
    is_forgotten: bool
    objects: frozenset[str]
    """Uploads that are under way, too."""
    ready: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """A tombstone over the revision of the room that it was, with what is told of it."""

    room: Room
    events: tuple[Event, ...]


class Rooms(Protocol):
    """Room documents.  A change is stored together with what is told of it, and only once per revision."""

    def get(self, room_id: str) -> Room | None: ...

    def get_all(self, room_ids: Sequence[str]) -> list[Room]:
        """Those that there are."""
        ...

    def add(self, room: Room) -> bool:
        """False if there is one already."""
        ...

    def save(self, room: Room, log: Sequence[LogEntry] = (), events: Sequence[Event] = ()) -> bool:
        """Store `room` over its own revision; False if somebody else was faster."""
        ...

    def give_up(self, rooms: Sequence[Room]) -> list[Room]:
        """Store of each, over its revision, that its content is being destroyed; those of which that holds.

        As they are stored now.  One that somebody else has changed meanwhile is left as it is.
        """
        ...

    def forget(self, stones: Sequence[Forgotten]) -> int:
        """Store each over its room's revision, and drop what was to be told in its log; how many."""
        ...

    def remove(self, room: Room) -> None:
        """Remove a tombstone, unless it has changed."""
        ...

    def due(self, lane: Lane, now: datetime, limit: int) -> list[str]:
        """Ids of rooms that wait for the timer of that lane, the longest overdue first."""
        ...

    def books(self) -> Iterator[Book]:
        """Those of all rooms; none that was there at the beginning is left out."""
        ...

    def starting(self, first: datetime, last: datetime) -> list[Room]:
        """Rooms whose slot starts in [first, last), in order of start."""
        ...

    def kept_by(self, agent_id: str, first: datetime, last: datetime) -> list[Room]:
        """Of those, the ones that this agent looks after."""
        ...

    def untold(self, room_id: str) -> list[LogEntry]:
        """Log entries that are stored with the room and not yet known to be in its stream."""
        ...

    def told(self, room_id: str, seq: int) -> None:
        """Everything up to `seq` is in the stream."""
        ...

    def with_open_filing(self, now: datetime, limit: int) -> list[str]:
        """Ids of rooms with a document on its way to the case file, the longest first."""
        ...

    def with_untold(self, limit: int) -> list[str]:
        """Ids of rooms with such entries, left by a process that died."""
        ...


class RoomKey(Protocol):
    """Everything that is derived from one room's key."""

    @property
    def log_key(self) -> str:
        """Base64; opens the entries of the room log and nothing else."""
        ...

    def data_key(self, document_id: str) -> str:
        """Base64; for the bytes of one document."""
        ...

    def seal_entry(self, seq: int, type_: str, by: str, data: Mapping[str, Any]) -> str:
        """Sealed for this place in the log: moved elsewhere it cannot be opened."""
        ...

    def seal_name(self, document_id: str, name: str) -> str: ...

    def open_name(self, document_id: str, sealed: str) -> str: ...

    def seal_reason(self, document_id: str, reason: str) -> str: ...

    def open_reason(self, document_id: str, sealed: str) -> str: ...


class Keys(Protocol):
    """Room keys, in a database of their own."""

    def ensure(self, room_id: str, life: int) -> None:
        """Make a key for this life of the room, unless there is one."""
        ...

    def get(self, room_id: str) -> RoomKey | None:
        """None once it is destroyed."""
        ...

    def destroy(self, lives: Mapping[str, int]) -> None:
        """Of each room the key of that life or an earlier one; a later one stays, however late this comes."""
        ...

    def owners(self) -> Iterator[str]:
        """Ids of all rooms that have one."""
        ...

    def rewrap(self) -> int:
        """Wrap by the current master key what an older one wraps; how many there were."""
        ...


class Log(Protocol):
    """The room logs that the gateway follows."""

    def append(self, room_id: str, entries: Sequence[LogEntry]) -> None:
        """Append those that are not there yet, in order."""
        ...

    def close(self, last: Mapping[str, LogEntry]) -> None:
        """Destroy what is before each room's last word, which is without content and for who follows it."""
        ...

    def destroy(self, room_id: str, up_to: int) -> None:
        """The entries to that one; those of a later life stay, however late this comes."""
        ...


class Records(Protocol):
    """Signs what is said of rooms that are forgotten."""

    def sign(self, deletion: Deletion) -> str:
        """A JWS, as the contract says."""
        ...

    def keys(self) -> RecordKeys:
        """All that verify; the one that signs first."""
        ...


class Objects(Protocol):
    """The object store: control never reads or writes bytes, it only removes them."""

    def under(self, prefix: str) -> list[str]: ...

    def remove(self, names: Collection[str]) -> None: ...


class Comparisons(Protocol):
    """What the latest comparison of the stores found."""

    def latest(self) -> Comparison | None: ...

    def keep(self, found: Comparison) -> None: ...


class Leases(Protocol):
    """Who of several replicas does a piece of work.  Real time."""

    def take_all(self, names: Sequence[str], seconds: int) -> list[str]:
        """Those of them that nobody held; they are the caller's for so long."""
        ...

    def release_all(self, names: Sequence[str]) -> None: ...
