"""A citizen, as last identified."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.domain.login import Identified


@dataclass(frozen=True, slots=True)
class Person:
    """`person_id` is opaque and stays, whichever credential the person shows."""

    person_id: str
    identified: Identified
