"""What the use cases need from the world."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.contracts.deletion import Comparison, Deletion, RecordKeys
from services.contracts.relay import RelayGrant
from services.contracts.sfu import Answer
from services.contracts.wire import Event
from services.media.control.domain.placement import Drain, Node, Placement
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


class Nodes(Protocol):
    """SFU nodes that are alive, and which room is where.  Real time, not the platform's."""

    def announce(self, node: Node) -> None: ...

    def began_anew(self, node_id: str, incarnation: int) -> bool:
        """Whether it is another process than the one heard of before, whose rooms are stranded then.

        So until it is `settled`.
        """
        ...

    def settled(self, node_id: str, incarnation: int) -> None:
        """The rooms of the process before were told."""
        ...

    def alive(self) -> list[Node]: ...

    def are_heard(self) -> bool:
        """False while nobody announces himself (the bus is away), and until all have been heard of again."""
        ...

    def drain(self, node_id: str, wish: Drain | None) -> None:
        """Keep an operator's wish, for a day longer than the node is heard of, or take it back."""
        ...

    def placement(self, room_id: str) -> Placement | None:
        """None as well when the node is dead."""
        ...

    def is_placed(self, room_id: str) -> bool:
        """Whether it has a place, on whichever node: one that is not heard of, too."""
        ...

    def place(self, room_id: str, node: Node, former: Placement | None = None) -> Placement | None:
        """Place it there with a new epoch, unless it stands on a living node other than that of `former`.

        Then that one is told.  None: the node has no place left, or is dead.
        """
        ...

    def release(self, room_id: str, placement: Placement) -> None:
        """That placement is over; a later one of the same room stays."""
        ...

    def leases(self, node_id: str) -> list[tuple[str, Placement]]:
        """Rooms that were placed there and not released, the earliest first."""
        ...

    def stranded(self) -> list[tuple[str, Placement]]:
        """Those of dead nodes, and those that stand elsewhere by now: nobody there knows it yet."""
        ...

    def queue(self, room_id: str, *, is_first: bool = False) -> int:
        """Wait for a place, before all that are not `is_first`; how many are ahead.

        Who does not ask again within seconds waits no longer.
        """
        ...

    def queued(self) -> int:
        """Rooms that wait."""
        ...


class Sfu(Protocol):
    """The nodes themselves, over the bus."""

    def connect(self, placement: Placement, room_id: str, participant_id: str, offer_sdp: str) -> Answer: ...

    def connect_to_line(
        self, node_id: str, line_id: str, side: str, offer_sdp: str, lasts: timedelta
    ) -> Answer: ...

    def disconnect(self, placement: Placement, room_id: str, participant_id: str) -> None: ...

    def close_room(self, placement: Placement, room_id: str) -> None: ...

    def drain(self, node_id: str, *, on: bool) -> None: ...


class Lines(Protocol):
    """Lines for device checks that may be used now.  Real time."""

    def open(self, line_id: str, owner: str, node_id: str, rooms: int) -> bool:
        """False where as many are open as may be, or `rooms` are on that node, calls counted with them."""
        ...

    def node(self, line_id: str, owner: str) -> str | None:
        """Where it is; None for another's, and when its time is over."""
        ...


class Relay(Protocol):
    """The TURN server, which is told nothing: it believes what is made with the secret that it shares."""

    def grant(self, room_id: str, participant_id: str, lasts: timedelta) -> RelayGrant:
        """Credentials that are good for so long from now on, in real time."""
        ...


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
