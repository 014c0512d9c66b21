"""When somebody is reminded: so long before the start, counted in instants, never right after other news.

"24 hours before" is a length of time: over a night in which the clocks change it
is another hour on the wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Lead:
    """One reminder: which, how long before the start, and how long after the last word at least."""

    kind: str
    before: timedelta
    quiet: timedelta
    """Sooner after another mail that says the same it would be a nuisance."""


Leads = tuple[Lead, ...]
"""The longest first."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is still to come for one appointment, in one version."""

    appointment_id: str
    version: int
    starts_at: datetime | None
    """None once it is cancelled."""
    next_at: datetime | None
    """When the next reminder is due; None: no more."""


def first_at(starts_at: datetime, told_at: datetime, leads: Leads) -> datetime | None:
    """When the first reminder comes for somebody who was told of this start at `told_at`."""
    worth = (starts_at - lead.before for lead in leads if told_at + lead.quiet <= starts_at - lead.before)
    return next(worth, None)


def step(starts_at: datetime, now: datetime, leads: Leads) -> tuple[str | None, datetime | None]:
    """The reminder that is to go out now, if any, and when to look again.

    One that is late still goes out before the start, unless the next would follow
    on its heels; of several late ones the last says it all.
    """
    if now >= starts_at:
        return None, None
    passed = [lead for lead in leads if starts_at - lead.before <= now]
    to_come = next((lead for lead in leads if starts_at - lead.before > now), None)
    kind = passed[-1].kind if passed else None
    if to_come is None:
        return kind, None
    at = starts_at - to_come.before
    return (kind if now + to_come.quiet <= at else None), at
