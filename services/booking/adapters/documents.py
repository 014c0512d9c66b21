"""A claim and its document in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from services.booking.adapters import marks
from services.booking.domain.claim import Claim, Details, Step
from services.chassis.mongo import Document

_OPTIONAL = ("hold_key", "supersedes", "offered_to", "displaced", "marks")
"""Left out where there is none, so that indexes hold only what has one."""
_FIELDS, _STEP, _DETAILS = (tuple(field.name for field in fields(kind)) for kind in (Claim, Step, Details))


def to_document(claim: Claim) -> Document:
    """Everything but the outbox."""
    document = {name: getattr(claim, name) for name in _FIELDS}
    document |= {
        "_id": claim.claim_id,
        "day": claim.day.isoformat(),
        "displaced": claim.displaced or None,
        "trail": [_shallow(step, _STEP) for step in claim.trail],
        "details": _shallow(claim.details, _DETAILS) if claim.details else None,
        "marks": marks.of(claim) or None,
    }
    return {name: value for name, value in document.items() if value is not None or name not in _OPTIONAL}


def from_document(document: Mapping[str, Any]) -> Claim:
    """The claim that `to_document` stored; an older document may lack what was added since."""
    known = {name: document[name] for name in _FIELDS if name in document}
    known |= {
        "hold_key": document.get("hold_key"),
        "day": date.fromisoformat(document["day"]),
        "trail": trail_of(document),
        "details": Details(**document["details"]) if document.get("details") else None,
    }
    return Claim(**known)


def _shallow(value: Step | Details, names: Iterable[str]) -> Document:
    """As `asdict`, without its copy of every value: the store encodes it at once."""
    return {name: getattr(value, name) for name in names}


def trail_of(document: Mapping[str, Any]) -> tuple[Step, ...]:
    return tuple(Step(**step) for step in document.get("trail", ()))
