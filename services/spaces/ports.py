"""What the use cases need from outside."""

from __future__ import annotations

from typing import Protocol

from services.spaces.domain.private_space import PrivateSpace


class Spaces(Protocol):
    """The private spaces, at most one per person."""

    def open(self, space: PrivateSpace) -> PrivateSpace:
        """Keep it and tell `PrivateSpaceOpened`, or return the one that exists."""
        ...

    def get(self, person_id: str) -> PrivateSpace | None: ...

    def replace(self, space: PrivateSpace, expected_version: int) -> bool:
        """Store it if the stored version is the expected one; False otherwise."""
        ...
