"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.contracts.wire import Event
from services.spaces.domain.limit import Limit
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.domain.space import Space


class Spaces(Protocol):
    """The private spaces, at most one per person."""

    def open(self, space: PrivateSpace) -> PrivateSpace:
        """Keep it and tell `PrivateSpaceOpened`, or return the one that exists."""
        ...

    def get(self, person_id: str) -> PrivateSpace | None: ...

    def was_taken_over(self, person_id: str) -> bool:
        """True once its content is another person's too."""
        ...

    def note_taken_over(self, former_id: str, person_id: str) -> None:
        """Note whose space has its content now."""
        ...

    def replace(self, space: PrivateSpace, expected_version: int) -> bool:
        """Store it if the stored version is the expected one; False otherwise."""
        ...


class ProfessionalSpaces(Protocol):
    """The professional spaces; of one maker no two have the same place."""

    def add(self, space: Space, *events: Event) -> bool:
        """Keep a new one and tell the events; False where its id or its place is taken."""
        ...

    def get(self, space_id: str) -> Space | None: ...

    def change(self, before: Space, after: Space, *events: Event) -> bool:
        """Store the one over the other and tell the events; False where another change came between."""
        ...

    def of_member(self, person_id: str) -> Sequence[Space]: ...

    def made_by(self, person_id: str) -> Sequence[Space]:
        """Those that take a place of this person's."""
        ...

    def inviting(self, number: str) -> Sequence[Space]:
        """Those with an invitation for this certificate that is not answered."""
        ...

    def bound_to(self, credential_id: str) -> Sequence[Space]:
        """Those with a member who comes in with this certificate."""
        ...

    def due(self, now: datetime) -> Sequence[Space]:
        """Some that time has changed."""
        ...

    def drop_gone(self) -> None:
        """Remove those that are gone once that is told."""
        ...


class Limits(Protocol):
    """How many spaces each person may make."""

    def get(self, person_id: str) -> Limit:
        """What is stored, else what everybody may."""
        ...

    def change(self, before: Limit, after: Limit, *events: Event) -> bool:
        """As `ProfessionalSpaces.change`."""
        ...

    def wished(self) -> Sequence[Limit]:
        """Those with a wish that waits, the longest waiting first; at most 100."""
        ...
