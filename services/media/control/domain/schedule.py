"""What a room waits for, and when: the timer's work, decided without a clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from services.media.control.domain.admission import State
from services.media.control.domain.document import Document
from services.media.control.domain.outcome import Outcome
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.waiting import missing_from

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
_UNREACHED = timedelta(minutes=1)
"""So long a room that is to be forgotten waits for a node that is to be told first."""


class Step(StrEnum):
    """One thing that is done to a room when its time has come; each can be repeated."""

    DISCONNECT = "disconnect"
    """Tell the SFU that everybody leaves."""
    EXPEL = "expel"
    """Tell the SFU that somebody has to go."""
    LAPSE = "lapse"
    """Give up a draft of which nothing more was heard."""
    ALARM = "alarm"
    """Tell that no agent has come."""
    END = "end"
    """End a consultation that nobody ended."""
    REAP = "reap"
    """Destroy uploads that were never finished."""
    FORGET = "forget"
    SWEEP = "sweep"
    """After forgetting, remove what a slow upload has written meanwhile."""
    BURY = "bury"
    """Remove the tombstone."""


class Lane(StrEnum):
    """Kinds of work that do not wait for one another, however much of each is due at once.

    The value is the field of the instant at which a room waits for it.
    """

    CALLS = "due_at"
    """What people in a call notice."""
    FORGETTING = "forget_at"
    """To the second."""
    TIDYING = "tidy_at"
    """What has no promise to keep."""


LANES = {
    Step.FORGET: Lane.FORGETTING,
    Step.REAP: Lane.TIDYING,
    Step.SWEEP: Lane.TIDYING,
    Step.BURY: Lane.TIDYING,
}


def lane_of(step: Step) -> Lane:
    """Where a step waits."""
    return LANES.get(step, Lane.CALLS)


def waits(room: Room, rules: Rules) -> dict[Lane, datetime]:
    """Since when it is due in each lane: what cannot be done in one of them keeps no other waiting."""
    first: dict[Lane, datetime] = {}
    for at, step in _steps(room, rules):
        lane = lane_of(step)
        first[lane] = min(at, first.get(lane, at))
    return first


def due_step(room: Room, now: datetime, rules: Rules) -> tuple[datetime, Step] | None:
    """What is to be done at `now`, if anything, and since when.

    An end waits for no node that is to be told something.  What is left after uploads comes last: with the
    room it goes, too, and its key before any object.
    """
    due = [step for step in _steps(room, rules) if step[0] <= now]
    return min(due, key=lambda step: (_ORDER.get(step[1], 1), step[0]), default=None)


_ORDER = {Step.END: 0, Step.FORGET: 0, Step.REAP: 2}


def _steps(room: Room, rules: Rules) -> list[tuple[datetime, Step]]:
    if room.gone_at is not None:
        return [_after_forgetting(room, room.gone_at, rules)]
    if room.given_up:
        return [(_main_step(room, rules)[0], Step.FORGET)]
    if room.disconnecting or room.expelled:
        told = Step.DISCONNECT if room.disconnecting else Step.EXPEL
        return [(AT_ONCE, told), *_though_untold(room, rules)]
    return [_main_step(room, rules), *_alarming(room, rules), *_reaping(room, rules)]


def _though_untold(room: Room, rules: Rules) -> list[tuple[datetime, Step]]:
    """What comes in its time though no node can be told that people leave: it may be gone for good."""
    at, step = _main_step(room, rules)
    if step is Step.FORGET and at > AT_ONCE:
        return [(at + _UNREACHED, step)]
    return [(at, step)] if step is Step.END else []


def forget_at(room: Room, ended_at: datetime, rules: Rules) -> datetime:
    """When the content of a room that ended then is destroyed: at once where no citizen ever joined."""
    return ended_at + rules.kept_for if room.citizen_joined else ended_at


def abandoned(room: Room, now: datetime, rules: Rules) -> tuple[Document, ...]:
    """Uploads that were granted long ago and never finished, and what was given up."""
    return tuple(document for document in _unfinished(room) if _left_at(document, rules) <= now)


def _after_forgetting(room: Room, gone_at: datetime, rules: Rules) -> tuple[datetime, Step]:
    if room.swept_at is None:
        return gone_at + rules.swept_again_after, Step.SWEEP
    if room.state is State.LAPSED and not room.records:
        return AT_ONCE, Step.BURY
    return gone_at + rules.tombstone_kept_for, Step.BURY


def _main_step(room: Room, rules: Rules) -> tuple[datetime, Step]:
    if room.state in (State.CANCELLED, State.LAPSED):
        return AT_ONCE, Step.FORGET
    if room.ends_at is None:
        return room.opened_at + rules.draft_kept_for, Step.LAPSE
    if room.ended_at is not None:
        kept = room.outcome is not Outcome.NO_SHOW
        return room.ended_at + rules.kept_for if kept else room.ended_at, Step.FORGET
    return room.ends_at + rules.may_last if room.citizen_joined else room.ends_at, Step.END


def _alarming(room: Room, rules: Rules) -> list[tuple[datetime, Step]]:
    """Once; where nobody is there later on, the list of who waits says so."""
    at = missing_from(room, rules)
    return [(at, Step.ALARM)] if at is not None and room.alarmed_at is None else []


def _reaping(room: Room, rules: Rules) -> list[tuple[datetime, Step]]:
    return [(_left_at(document, rules), Step.REAP) for document in _unfinished(room)]


def _left_at(document: Document, rules: Rules) -> datetime:
    return AT_ONCE if document.given_up else document.granted_at + rules.upload_kept_for


def _unfinished(room: Room) -> list[Document]:
    return [document for document in room.documents if not document.is_ready]
