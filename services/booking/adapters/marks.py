"""By what claims are found besides their time and their appointment: texts in one array with one index.

An index each would say the same; but every write pays for every index, also for those that it does not touch.
A mark is changed by the write that changes what it stands for.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pymongo import ASCENDING, IndexModel

from services.booking.domain.claim import Claim
from services.booking.domain.keeping import changes_at
from services.booking.domain.sought import keys

SUPERSEDING = "superseding"
"""Of a claim whose `supersedes` may still be there."""
OFFERED = "offered"
"""Of a hold whose time is offered to somebody on the waiting list."""
DISPLACED = "displaced"

INDEX = IndexModel([("marks", ASCENDING)], sparse=True)


def person(person_id: str) -> str:
    """Of the appointments of an identified person."""
    return f"person:{person_id}"


def space(space_id: str) -> str:
    """Of the appointments that were booked for a space."""
    return f"space:{space_id}"


def sought(key: str) -> str:
    """Of the appointments with this key of `domain.sought`."""
    return f"sought:{key}"


def until(instant: datetime) -> str:
    """Of an appointment that time alone changes then.

    It comes before all other marks and sorts as instants do: so one bound finds what is due, which is all
    that the index of an array can be asked for.
    """
    return f"!{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def due_by(now: datetime) -> dict[str, str]:
    """In a query: of appointments that time alone should have changed by now."""
    return {"$lte": until(now)}


def of(claim: Claim) -> list[str]:
    """All marks of a claim, in no order that matters."""
    space_id = claim.details.space_id if claim.details else ""
    changes = changes_at(claim)
    stands = {
        SUPERSEDING: claim.supersedes,
        OFFERED: claim.offered_to,
        DISPLACED: claim.displaced,
        person(claim.person_id): claim.person_id,
        space(space_id): space_id,
    }
    timed = [until(changes)] if changes else []
    return [mark for mark, so in stands.items() if so] + [sought(key) for key in keys(claim.details)] + timed
