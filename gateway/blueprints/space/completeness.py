"""How far a private space is filled in."""

from __future__ import annotations

from dataclasses import dataclass, fields

from services.contracts.spaces import PersonalData, PrivateSpace

_FIELDS = len(fields(PersonalData))


@dataclass(frozen=True)
class Completeness:
    filled: int
    total: int
    """All fields: every one is mandatory or advised."""
    missing: tuple[str, ...]
    """Mandatory ones that are empty."""
    advised: tuple[str, ...]
    """Others that are empty."""

    @property
    def percent(self) -> int:
        return self.filled * 100 // self.total


def completeness(space: PrivateSpace) -> Completeness:
    empty = len(space.missing) + len(space.advised)
    return Completeness(_FIELDS - empty, _FIELDS, space.missing, space.advised)
