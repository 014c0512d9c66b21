"""Admission: the one function that decides who may do what in a room, and when.

All intervals are half-open [from, until).  T0 is the start of the slot, T1 its
stored end; instants are compared in UTC, so neither night of a clock change matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.media.control.domain.rules import Rules

CITIZEN = "citizen"
AGENT = "agent"
GUEST = "guest"


class Phase(StrEnum):
    """What a participant may do now, in one word; the contract explains them."""

    DRAFT = "draft"
    EARLY = "early"
    OPEN = "open"
    WAITING = "waiting"
    ADMITTED = "admitted"
    LATE = "late"
    DOCUMENTS = "documents"
    FORGOTTEN = "forgotten"
    CANCELLED = "cancelled"


class State(StrEnum):
    """Where a room stands, apart from the time."""

    DRAFT = "draft"
    """Opened with a hold: it has a key and a place for the identity copy, no times yet."""
    BOOKED = "booked"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """A draft that was never confirmed."""


class Action(StrEnum):
    """What the use cases ask leave for."""

    JOIN = "join"
    ADMIT = "admit"
    CONNECT = "connect"
    END = "end"
    REOPEN = "reopen"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    INVITE = "invite"
    """Invite guests, let them in, revoke an invitation."""
    RECORD = "record"
    """Say how it went."""
    VIEW_COPY = "view_copy"
    """Look at an identity copy beside the live picture."""
    COMPARE = "compare"
    """Say what came of it."""
    CHECK = "check"
    """Try devices and network before the call."""
    WRITE = "message"
    SHARE = "upload"
    READ = "read"
    FOLLOW = "log"
    FILE = "case_file"
    """Hand a document over to the case file."""
    PROVE = "identity_copy"
    """Add, see and take back the identity copy of a draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that admission knows of a room and of the participant who asks."""

    state: State
    starts_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    """The agent's last end, unless he took it back."""
    admitted: bool
    citizen_joined: bool
    """Some citizen pressed "join the call" in [T0 - 15 min, T1)."""
    gone: bool
    """Keys and content are destroyed."""
    role: str
    joined: bool
    """The participant who asks has joined."""
    used: bool
    """Something was said or shared here, perhaps before the appointment was moved."""
    welcome: bool = False
    """A guest whose invitation holds."""
    let_in: bool = False
    """An agent has let this guest in."""
    sent_back: bool = False
    """The citizen was admitted, and is in the waiting room again until the agent lets him in once more."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer: a phase, and what may be done in it."""

    phase: Phase
    may: frozenset[Action]

    def allows(self, action: Action) -> bool:
        return action in self.may


def admission(now: datetime, facts: Facts, rules: Rules) -> Admission:
    """Decide what the participant may do at `now`."""
    phase = _phase(now, facts, rules)
    if facts.role == AGENT:
        return Admission(phase, _agent_may(now, phase, facts, rules))
    return Admission(phase, frozenset(_MAY.get(facts.role, {}).get(phase, ())))


def end_of(
    now: datetime,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    ended_at: datetime | None,
    citizen_joined: bool,
    rules: Rules,
) -> datetime | None:
    """When the consultation ended, seen from `now`; None while it has not.

    An agent ends it; else T1 ends it if no citizen ever joined, and T1 + 30 min if one did.
    """
    if ended_at is not None or starts_at is None or ends_at is None:
        return ended_at
    last = ends_at + rules.may_last if citizen_joined else ends_at
    return last if now >= last else None


def _phase(now: datetime, facts: Facts, rules: Rules) -> Phase:
    if facts.state is State.CANCELLED:
        return Phase.CANCELLED
    if facts.state is State.LAPSED:
        return Phase.FORGOTTEN
    if facts.starts_at is None or facts.ends_at is None:
        return Phase.DRAFT
    return _phase_by_time(now, facts, facts.starts_at, facts.ends_at, rules)


def _phase_by_time(now: datetime, facts: Facts, t0: datetime, t1: datetime, rules: Rules) -> Phase:
    ended = end_of(
        now,
        starts_at=t0,
        ends_at=t1,
        ended_at=facts.ended_at,
        citizen_joined=facts.citizen_joined,
        rules=rules,
    )
    if facts.gone or ended is not None:
        return _phase_after(now, ended or t1, facts, rules)
    if now < t0 - rules.opens_before:
        return Phase.EARLY
    return _phase_during(now, facts, t1)


def _phase_after(now: datetime, ended: datetime, facts: Facts, rules: Rules) -> Phase:
    if now >= ended + rules.kept_for or (facts.gone and facts.citizen_joined):
        return Phase.FORGOTTEN
    return Phase.DOCUMENTS if facts.citizen_joined and facts.role != GUEST else Phase.LATE


def _phase_during(now: datetime, facts: Facts, t1: datetime) -> Phase:
    """Between T0 - 15 min and the end; an agent's phase tells whether there is a citizen to admit."""
    if facts.role == GUEST:
        return _phase_of_guest(facts)
    joined = facts.citizen_joined if facts.role == AGENT else facts.joined
    if not joined:
        return Phase.OPEN if now < t1 else Phase.LATE
    return Phase.ADMITTED if facts.admitted and not facts.sent_back else Phase.WAITING


def _phase_of_guest(facts: Facts) -> Phase:
    """He waits for an agent to let him in, and for the call."""
    if not facts.welcome:
        return Phase.LATE
    if not facts.joined:
        return Phase.OPEN
    in_call = facts.let_in and facts.admitted and not facts.sent_back
    return Phase.ADMITTED if in_call else Phase.WAITING


_GUEST_MAY = {
    Phase.OPEN: {Action.JOIN, Action.CHECK},
    Phase.WAITING: {Action.JOIN, Action.CHECK},
    Phase.ADMITTED: {Action.JOIN, Action.CONNECT, Action.FOLLOW, Action.READ, Action.WRITE},
}
"""Nothing of the room is shown to him before he is let in, and nothing afterwards."""

_CITIZEN_MAY = {
    Phase.DRAFT: {Action.PROVE},
    Phase.EARLY: {Action.CHECK},
    Phase.OPEN: {Action.JOIN, Action.FOLLOW, Action.CHECK},
    Phase.WAITING: {Action.JOIN, Action.FOLLOW, Action.READ, Action.SHARE, Action.CHECK},
    Phase.ADMITTED: {
        Action.JOIN,
        Action.CONNECT,
        Action.FOLLOW,
        Action.READ,
        Action.SHARE,
        Action.WRITE,
    },
    Phase.DOCUMENTS: {Action.FOLLOW, Action.READ},
}

_MAY = {CITIZEN: _CITIZEN_MAY, GUEST: _GUEST_MAY}

_AGENT_MAY = {
    Phase.OPEN: {Action.JOIN, Action.FOLLOW, Action.TAKE_OVER},
    Phase.WAITING: {Action.JOIN, Action.FOLLOW, Action.ADMIT, Action.TAKE_OVER},
    Phase.ADMITTED: {Action.JOIN, Action.ADMIT, Action.TAKE_OVER},
}
"""The log has messages and names of documents in it: who wants to read them is seen in the room.
From outside an agent follows a room that is still empty, and no call that is on.
"""

_WITH_CITIZEN_AHEAD = frozenset(
    {
        Action.FOLLOW,
        Action.READ,
        Action.FILE,
        Action.VIEW_COPY,
        Action.SHARE,
        Action.HAND_OVER,
        Action.INVITE,
    }
)

_PRESENT_AGENT_MAY: Mapping[Phase, Set[Action]] = {
    Phase.OPEN: _WITH_CITIZEN_AHEAD,
    Phase.WAITING: _WITH_CITIZEN_AHEAD,
    Phase.ADMITTED: {
        Action.CONNECT,
        Action.FOLLOW,
        Action.READ,
        Action.FILE,
        Action.VIEW_COPY,
        Action.COMPARE,
        Action.SHARE,
        Action.WRITE,
        Action.END,
        Action.SEND_BACK,
        Action.HAND_OVER,
        Action.INVITE,
    },
    Phase.DOCUMENTS: {
        Action.FOLLOW,
        Action.READ,
        Action.FILE,
        Action.VIEW_COPY,
        Action.COMPARE,
        Action.RECORD,
    },
}


def _agent_may(now: datetime, phase: Phase, facts: Facts, rules: Rules) -> frozenset[Action]:
    may = set(_AGENT_MAY.get(phase, ()))
    if facts.used:
        may.discard(Action.FOLLOW)
    if facts.joined:
        may |= set(_PRESENT_AGENT_MAY.get(phase, ()))
    if facts.joined and phase is Phase.DOCUMENTS and _may_reopen(now, facts, rules):
        may.add(Action.REOPEN)
    if facts.joined and phase is Phase.WAITING and facts.sent_back:
        may |= {Action.END, Action.COMPARE}  # he need not let him in again only for that
    return frozenset(may)


def _may_reopen(now: datetime, facts: Facts, rules: Rules) -> bool:
    """Only an end that an agent made can be taken back, until the call would have ended by itself."""
    return (
        facts.admitted
        and facts.ended_at is not None
        and facts.ends_at is not None
        and now < facts.ends_at + rules.may_last
    )
