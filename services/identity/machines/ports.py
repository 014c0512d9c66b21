"""What the use cases of machine clients need from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from services.identity.domain.machine import Machine
from services.identity.domain.token import Token


class Machines(Protocol):
    """The clients that are registered."""

    def all(self) -> tuple[Machine, ...]: ...

    def get(self, client_id: str) -> Machine | None: ...

    def add(self, machine: Machine) -> Machine:
        """Who stands under the id then: this one, or who was there before."""
        ...

    def change(self, machine: Machine) -> bool:
        """Store the next version of a client; False where another one was made from the same before."""
        ...

    def note_use(self, client_id: str, key_id: str, hour: datetime) -> None:
        """That a key was used; no version is made of it."""
        ...

    def forget_steps(self, until: datetime) -> None:
        """Drop what the trails tell of up to then."""
        ...


class Tokens(Protocol):
    def add(self, token: Token) -> Token:
        """Keep it; the one that is there already under this digest, if any."""
        ...

    def get(self, digest: str) -> Token | None: ...

    def revoke(self, digest: str, client_id: str) -> None:
        """Nothing where the client has no such token."""
        ...
