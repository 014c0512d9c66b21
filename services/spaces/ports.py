"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.contracts.wire import Event
from services.spaces.domain.consent import Consent
from services.spaces.domain.limit import Limit
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.domain.procedure import Procedure
from services.spaces.domain.sources import Record
from services.spaces.domain.space import Space


class Spaces(Protocol):
    """The private spaces, at most one per person."""

    def add(self, space: PrivateSpace, *events: Event) -> bool:
        """Keep a new one and tell the events; False where the person has one, deleted ones too."""
        ...

    def get(self, person_id: str) -> PrivateSpace | None: ...

    def change(self, before: PrivateSpace, after: PrivateSpace, *events: Event) -> bool:
        """Store the one over the other and tell the events; False where another change came between."""
        ...

    def due(self, now: datetime) -> Sequence[PrivateSpace]:
        """Some that time has changed."""
        ...

    def drop_gone(self) -> None:
        """Remove those that are gone once that is told."""
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

    def signed_by(self, person_id: str) -> Sequence[Space]:
        """Those whose trail names this person as who did something."""
        ...

    def due(self, now: datetime) -> Sequence[Space]:
        """Some that time has changed."""
        ...

    def drop_gone(self) -> None:
        """Remove those that are gone once that is told."""
        ...


class ConsentStore(Protocol):
    """Consents that came with appointments; of each appointment one."""

    def note(self, consent: Consent) -> None:
        """Keep it; one that was withdrawn before it was told stays withdrawn."""
        ...

    def withdraw(self, appointment_id: str, at: datetime) -> None:
        """The first withdrawal counts; it may come before the consent does."""
        ...

    def of_person(self, person_id: str) -> Sequence[Consent]:
        """The latest 500."""
        ...

    def move(self, former_id: str, person_id: str) -> None: ...

    def erase(self, person_id: str) -> None: ...

    def forget(self, before: datetime) -> None:
        """Those that were noted until then."""
        ...


class Limits(Protocol):
    """How many spaces each person may make."""

    def get(self, person_id: str) -> Limit:
        """What is stored, else what everybody may."""
        ...

    def change(self, before: Limit, after: Limit, *events: Event) -> bool:
        """As `ProfessionalSpaces.change`."""
        ...

    def remove(self, person_id: str) -> None:
        """Forget all that is stored of one; repeatable."""
        ...

    def drop(self, before: Limit) -> None:
        """Remove it as it was read."""
        ...

    def due(self, now: datetime) -> Sequence[Limit]:
        """Those that time alone changes by now; some of many."""
        ...

    def wished(self) -> Sequence[Limit]:
        """Those with a wish that waits, the longest waiting first; at most 100."""
        ...


class ProcedureStore(Protocol):
    """What is done in spaces; of one person's drafts in a space no two have the same place."""

    def add(self, procedure: Procedure) -> bool:
        """Keep a new one; False where its id or its place is taken."""
        ...

    def get(self, procedure_id: str) -> Procedure | None: ...

    def change(self, before: Procedure, after: Procedure) -> Procedure | None:
        """Store the one over the other, with the next version; None where another change came between."""
        ...

    def remove(self, before: Procedure) -> None:
        """Unless it has changed since it was read."""
        ...

    def of_space(self, space_id: str, most: int) -> Sequence[Procedure]:
        """Drafts, the latest touched first, then appointments, the latest first; `most` of each."""
        ...

    def places(self, space_id: str, person_id: str) -> set[int]:
        """Those of the drafts that this person has begun there."""
        ...

    def of_person(self, person_id: str) -> Sequence[Procedure]:
        """Those that he has begun, or changed last, in whichever space."""
        ...

    def due(self, now: datetime) -> Sequence[Procedure]:
        """Some that time has changed."""
        ...

    def erase(self, space_id: str) -> None:
        """All of one space."""
        ...


class AuthenticSource(Protocol):
    """A register that an authority keeps."""

    @property
    def code(self) -> str:
        """One of `contracts.sources.SOURCES`."""
        ...

    def look_up(self, number: str) -> Record | None:
        """What is held under the number; it changes nothing there.  Errors: SourceAway, SourcePaused."""
        ...
