"""What `media` has told of a consultation, and where the appointment stands by it.

Its news come at least once and in any order; each is kept once, and read in the order in which it happened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.booking.domain.claim import BOOKED, Claim
from services.booking.domain.life import WAITED_FOR, State, Transition, lived

_NEW_TIMES = (Transition.BOOKED, Transition.MOVED)
"""Steps after which everybody joins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One piece of news; no personal data."""

    fact_id: str
    """Of the event that told it."""
    at: datetime
    what: Transition
    who: str
    version: int = 0
    """Of the appointment as `media` knew it; 0 where it did not say."""
    origin: str = ""
    document_id: str = ""
    """Of the document that it is about."""
    receipt: str = ""
    """By which the case file has confirmed it."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """All facts of one appointment, in the order in which they happened."""

    facts: tuple[Fact, ...] = ()

    def knows(self, fact_id: str) -> bool:
        return any(fact.fact_id == fact_id for fact in self.facts)

    def knowing(self, fact: Fact) -> Attendance:
        """The same and one fact more, at its place."""
        return replace(self, facts=tuple(sorted((*self.facts, fact), key=lambda known: known.at)))


def state_of(claim: Claim, attendance: Attendance) -> State:
    """Where a hold or an appointment stands.

    What was told of it at an earlier time, before it was moved, does not count.
    """
    state = State.DISPLACED if claim.state == BOOKED and claim.displaced else State(claim.state)
    if state not in WAITED_FOR:
        return state
    since = max((step.version for step in claim.trail if step.what in _NEW_TIMES), default=0)
    return lived((fact.what for fact in attendance.facts if not 0 < fact.version < since), state)
