"""The life of an appointment: which transition leads from which state to which, and who may make it when.

Everything that happens to one is a transition of this table, a step of its audit trail and an event.
What happens to the time that it claims stands in SCARCITY.md; what happens in the consultation is told by
`media`, in any order and at least once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from services.booking.domain.slots import Slot
from services.contracts.booking import MEMBER

CITIZEN = "citizen"
"""The actor of whatever the citizen does himself; a member of his space is known by `MEMBER` and an id."""
PLATFORM = "platform"
"""The actor of what happens by itself; any other is the id of a staff member or a machine client."""


class State(StrEnum):
    """Where an appointment stands."""

    NEW = "new"
    """Nothing has happened."""
    HOLD = "hold"
    """Its time is kept while a form is filled in; not to be confused with the outcome `held`."""
    LAPSED = "lapsed"
    BOOKED = "booked"
    DISPLACED = "displaced"
    """Booked, and no agent can keep it at its time: the citizen is to choose another."""
    ARRIVED = "arrived"
    """The citizen has joined."""
    IN_CALL = "in_call"
    HELD = "held"
    NO_SHOW = "no_show"
    TECHNICAL_FAILURE = "technical_failure"
    CANCELLED = "cancelled"


class Transition(StrEnum):
    """What happened; the word in the audit trail."""

    HELD = "held"
    RENEWED = "renewed"
    LAPSED = "lapsed"
    BOOKED = "booked"
    MOVED = "moved"
    """To another time: whoever had joined joins anew."""
    REASSIGNED = "reassigned"
    """To another agent at the same time."""
    DISPLACED = "displaced"
    RESTORED = "restored"
    CANCELLED = "cancelled"
    LINK_RENEWED = "link_renewed"
    OWNER_CHANGED = "owner_changed"
    """To another person id of the same human being."""
    ERASED = "erased"
    """Nothing of a person is left in it."""
    ARRIVED = "arrived"
    IN_CALL = "in_call"
    ENDED_HELD = "ended_held"
    ENDED_NO_SHOW = "ended_no_show"
    ENDED_TECHNICAL_FAILURE = "ended_technical_failure"
    IDENTITY_SEEN = "identity_seen"
    """An agent has looked at a copy of an identity document."""
    IDENTITY_MATCHES = "identity_matches"
    """It shows the person in the picture, an agent says."""
    IDENTITY_DIFFERS = "identity_differs"
    IDENTITY_UNREADABLE = "identity_unreadable"
    CASE_FILE_BEGUN = "case_file_begun"
    """An agent has decided to hand a document over to the case file."""
    CASE_FILE_FILED = "case_file_filed"
    """The case file has confirmed it."""
    CASE_FILE_DROPPED = "case_file_dropped"
    """It is certain not to be there."""
    CASE_FILE_UNSETTLED = "case_file_unsettled"
    """It was forgotten here before the case file had answered."""


WAITED_FOR = (State.BOOKED, State.DISPLACED)
"""Nobody has joined."""
OPEN = (*WAITED_FOR, State.ARRIVED, State.IN_CALL)
"""Ahead or going on."""
OVER = (State.HELD, State.NO_SHOW, State.TECHNICAL_FAILURE)
"""Ended.  An agent may take his end back and the citizen may come or be let in again: the last end counts."""


def _stay(*states: State) -> dict[State, State]:
    return {state: state for state in states}


def _to(after: State, *states: State) -> dict[State, State]:
    return dict.fromkeys(states, after)


TABLE: Mapping[Transition, Mapping[State, State]] = {
    Transition.HELD: _to(State.HOLD, State.NEW),
    Transition.RENEWED: _stay(State.HOLD),
    Transition.LAPSED: _to(State.LAPSED, State.HOLD),
    Transition.BOOKED: _to(State.BOOKED, State.HOLD),
    Transition.MOVED: _to(State.BOOKED, *OPEN),
    Transition.REASSIGNED: {**_to(State.BOOKED, *WAITED_FOR), State.ARRIVED: State.ARRIVED},
    Transition.DISPLACED: _to(State.DISPLACED, State.BOOKED),
    Transition.RESTORED: _to(State.BOOKED, State.DISPLACED),
    Transition.CANCELLED: _to(State.CANCELLED, *OPEN),
    Transition.LINK_RENEWED: _stay(*OPEN, *OVER),
    Transition.OWNER_CHANGED: _stay(*OPEN, *OVER, State.CANCELLED),
    Transition.ERASED: _stay(*OPEN, *OVER, State.CANCELLED),
    Transition.ARRIVED: _to(State.ARRIVED, *WAITED_FOR, *OVER),
    Transition.IN_CALL: _to(State.IN_CALL, *WAITED_FOR, State.ARRIVED, *OVER),
    Transition.ENDED_HELD: _to(State.HELD, *OPEN, *OVER),
    Transition.ENDED_NO_SHOW: _to(State.NO_SHOW, *OPEN, *OVER),
    Transition.ENDED_TECHNICAL_FAILURE: _to(State.TECHNICAL_FAILURE, *OPEN, *OVER),
    Transition.IDENTITY_SEEN: _stay(*OPEN, *OVER),
    Transition.IDENTITY_MATCHES: _stay(*OPEN, *OVER),
    Transition.IDENTITY_DIFFERS: _stay(*OPEN, *OVER),
    Transition.IDENTITY_UNREADABLE: _stay(*OPEN, *OVER),
    Transition.CASE_FILE_BEGUN: _stay(*OPEN, *OVER),
    Transition.CASE_FILE_FILED: _stay(*OPEN, *OVER),
    Transition.CASE_FILE_DROPPED: _stay(*OPEN, *OVER),
    Transition.CASE_FILE_UNSETTLED: _stay(*OPEN, *OVER),
}
"""From which state each transition leads to which; from any other it is impossible."""

_BOTH = frozenset({"citizen", "staff"})
_STAFF = frozenset({"staff", "platform"})
_ANYBODY = _BOTH | _STAFF
_NOBODY_ASKS = frozenset({"platform"})
_BY: Mapping[Transition, frozenset[str]] = {
    Transition.HELD: _ANYBODY,
    Transition.RENEWED: _BOTH,
    Transition.LAPSED: _ANYBODY,
    Transition.BOOKED: _BOTH,
    Transition.MOVED: _BOTH,
    Transition.REASSIGNED: _STAFF,
    Transition.DISPLACED: _STAFF,
    Transition.RESTORED: _STAFF,
    Transition.CANCELLED: _BOTH,
    Transition.LINK_RENEWED: _BOTH,
    **dict.fromkeys(
        (
            Transition.OWNER_CHANGED,
            Transition.ERASED,
            Transition.ARRIVED,
            Transition.IN_CALL,
            Transition.ENDED_HELD,
            Transition.ENDED_NO_SHOW,
            Transition.ENDED_TECHNICAL_FAILURE,
            Transition.IDENTITY_SEEN,
            Transition.IDENTITY_MATCHES,
            Transition.IDENTITY_DIFFERS,
            Transition.IDENTITY_UNREADABLE,
            Transition.CASE_FILE_BEGUN,
            Transition.CASE_FILE_FILED,
            Transition.CASE_FILE_DROPPED,
            Transition.CASE_FILE_UNSETTLED,
        ),
        _NOBODY_ASKS,
    ),
}
"""Who may ask for it; what happens in the consultation itself is decided by `media`, and only noted here."""

_ENDS_WITH_THE_SLOT = (
    Transition.MOVED,
    Transition.CANCELLED,
    Transition.REASSIGNED,
    Transition.DISPLACED,
    Transition.RESTORED,
)


def is_citizen(actor: str) -> bool:
    """True for who booked, and for a member of the space it was booked for."""
    return actor == CITIZEN or actor.startswith(MEMBER)


def party_of(actor: str) -> str:
    """`citizen`, `platform` or `staff`."""
    if is_citizen(actor):
        return CITIZEN
    return PLATFORM if actor == PLATFORM else "staff"


def after(state: State, transition: Transition) -> State | None:
    """The state to which it leads; None where it is impossible."""
    return TABLE[transition].get(state)


def lived(transitions: Iterable[Transition], state: State = State.NEW) -> State:
    """Where all these lead, one after the other; one that is impossible when it comes is passed over."""
    for transition in transitions:
        state = after(state, transition) or state
    return state


def may(actor: str, transition: Transition, state: State, slot: Slot, now: datetime) -> bool:
    """True where the table has it, `actor` is one of those who may, and it is not too late.

    The citizen may move and cancel until the start, as long as nobody has joined; staff until the end of the
    slot, as long as the consultation has not ended.
    """
    party = party_of(actor)
    if after(state, transition) is None or party not in _BY[transition]:
        return False
    if transition not in _ENDS_WITH_THE_SLOT:
        return True
    if party == CITIZEN:
        return state in WAITED_FOR and now < slot.starts_at
    return now < slot.ends_at
