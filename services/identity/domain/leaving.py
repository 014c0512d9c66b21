"""A person who leaves: asked for, taken back, over; and what stays of him for a year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.contracts.credentials import Step
from services.identity.domain.person import Act, Person

LEFT, STAYED, EXPORTED, ERASED = "leaving", "stayed", "exported", "erased"
"""What the trail says of it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What is left of an erased person: ids, and who did what to which of them."""

    person_id: str
    credential_ids: tuple[str, ...]
    trail: tuple[Step, ...]


def is_over(person: Person, now: datetime) -> bool:
    """Whether the grace has ended: nobody comes back."""
    return person.gone_at is not None and now >= person.gone_at


def leaving(person: Person, credential_id: str, grace: timedelta, act: Act) -> Person:
    """The same person where that was asked for before."""
    if person.gone_at is not None:
        return person
    step = act.step(LEFT, credential_id)
    return replace(person, gone_at=act.at + grace, trail=(*person.trail, step))


def staying(person: Person, act: Act) -> Person:
    """The same person where nobody leaves."""
    if person.gone_at is None:
        return person
    return replace(person, gone_at=None, trail=(*person.trail, act.step(STAYED, person.credential_id)))


def exported(person: Person, credential_id: str, act: Act) -> Person:
    return replace(person, trail=(*person.trail, act.step(EXPORTED, credential_id)))


def gone(person: Person, credential_ids: tuple[str, ...], act: Act) -> Gone:
    """Without anything that was typed."""
    steps = (*person.trail, act.step(ERASED, ""))
    return Gone(person.person_id, credential_ids, tuple(replace(step, reason="") for step in steps))
