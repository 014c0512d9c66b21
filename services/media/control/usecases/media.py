"""What every use case stands on: the ports, the change of one room, and leave to act in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.chassis.clock import Clock
from services.chassis.retention import Sweeper
from services.chassis.turns import Turns
from services.contracts.errors import NotAllowed, NotFound, PlatformError, StaleVersion
from services.contracts.media import Participant
from services.contracts.media_errors import NotAdmitted, RoomClosed, RoomForgotten, TooEarly, TooLate
from services.contracts.wire import Event
from services.media.control import call_ports, ports
from services.media.control.domain.admission import AGENT, Action, Admission, Phase
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.export import RoomsExport

_ATTEMPTS = 30
"""Several replicas may change the same room at the same time."""


@dataclass(frozen=True, kw_only=True)
class Media:
    """The world as the use cases see it."""

    rooms: ports.Rooms
    keys: ports.Keys
    log: ports.Log
    objects: ports.Objects
    records: ports.Records
    comparisons: ports.Comparisons
    nodes: call_ports.Nodes
    sfu: call_ports.Sfu
    relay: call_ports.Relay
    lines: call_ports.Lines
    leases: ports.Leases
    clock: Clock
    rules: Rules
    export: RoomsExport
    sweeper: Sweeper
    turns: Turns = field(default_factory=Turns)

    def now(self) -> datetime:
        """The present instant as the store can keep it, in whole milliseconds."""
        instant = self.clock.now()
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that the people in the room are told."""

    type: str
    by: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A room as it shall be, with what is told of it: stored all together or not at all."""

    room: Room
    log: tuple[Entry, ...] = ()
    events: tuple[Event, ...] = ()


Decide = Callable[[Room, datetime], Change]


def change_room(media: Media, room_id: str, decide: Decide) -> Room:
    """Apply `decide` to the room as it is now; again if somebody else changed it meanwhile.

    `decide` may raise, which leaves everything as it was.  Raises NotFound(room), and
    StaleVersion(room) when others were faster all the time.
    """
    with media.turns.of(room_id):
        for _ in range(_ATTEMPTS):
            room = found(media, room_id)
            change = decide(room, media.now())
            if change.room == room and not change.log and not change.events:
                return room
            if stored := _store(media, change):
                return stored
    raise StaleVersion("room")


def found(media: Media, room_id: str) -> Room:
    """The room, or NotFound(room)."""
    room = media.rooms.get(room_id)
    if room is None:
        raise NotFound("room")
    return room


def tell(media: Media, room_id: str) -> None:
    """Append to the room's log what is stored for it; whoever does it twice adds nothing."""
    untold = media.rooms.untold(room_id)
    if untold:
        media.log.append(room_id, untold)
        media.rooms.told(room_id, untold[-1].seq)


def entry_of(media: Media, room: Room, entry: Entry, seq: int) -> ports.LogEntry:
    """An entry as the log keeps it: sealed, unless there is nothing to seal."""
    key = media.keys.get(room.room_id) if entry.data else None
    sealed = key.seal_entry(seq, entry.type, entry.by, entry.data) if key is not None else ""
    return ports.LogEntry(seq=seq, type=entry.type, at=media.now(), by=entry.by, sealed=sealed)


def _store(media: Media, change: Change) -> Room | None:
    first = change.room.log_seq + 1
    log = [entry_of(media, change.room, entry, first + i) for i, entry in enumerate(change.log)]
    room = replace(change.room, log_seq=change.room.log_seq + len(log))
    if not media.rooms.save(room, log, change.events):
        return None
    if log:
        tell(media, room.room_id)
    return replace(room, revision=room.revision + 1)


# --- leave to act -----------------------------------------------------------------


def who_is(participant: Participant) -> Who:
    return Who(participant_id=participant.participant_id, role=participant.role)


def require(room: Room, who: Who, action: Action, now: datetime, rules: Rules) -> Admission:
    """Leave for `who` to do `action`, or the error that says why not."""
    verdict = room.admission(who, now, rules)
    if not verdict.allows(action):
        raise refusal(room, who, verdict.phase, action, rules)
    return verdict


_AGENTS_ONLY = (
    *(Action.ADMIT, Action.END, Action.REOPEN, Action.RECORD),
    *(Action.SEND_BACK, Action.HAND_OVER, Action.TAKE_OVER, Action.INVITE, Action.FILE),
    *(Action.VIEW_COPY, Action.COMPARE),
)
_AFTERWARDS = (Action.READ, Action.FOLLOW, Action.RECORD, Action.VIEW_COPY, Action.COMPARE)
_IN_THE_CALL = (Action.CONNECT, Action.WRITE)


def refusal(room: Room, who: Who, phase: Phase, action: Action, rules: Rules) -> PlatformError:
    """Why `action` is refused in `phase`."""
    if who.role != AGENT and action in _AGENTS_ONLY:
        return NotAllowed(action)
    if phase in (Phase.EARLY, Phase.LATE, Phase.DRAFT, Phase.FORGOTTEN, Phase.CANCELLED):
        return _refusal_by_time(room, phase, rules)
    if phase is Phase.DOCUMENTS:
        return NotAllowed(action) if action in _AFTERWARDS else RoomClosed()
    return NotAdmitted() if action in _IN_THE_CALL else NotAllowed(action)


def _refusal_by_time(room: Room, phase: Phase, rules: Rules) -> PlatformError:
    if phase is Phase.EARLY and room.starts_at is not None:
        return TooEarly((room.starts_at - rules.opens_before).isoformat())
    if phase is Phase.LATE:
        return TooLate()
    return NotFound("room") if room.starts_at is None else RoomForgotten()
