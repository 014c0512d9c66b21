"""What the documents of spaces need from outside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.spaces.domain.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Totals:
    documents: int
    used: int
    """Bytes."""


class Shelves(Protocol):
    """The documents of each space, as one value."""

    def get(self, space_id: str) -> Shelf:
        """What is stored, else an empty one of version 0."""
        ...

    def change(self, before: Shelf, after: Shelf) -> bool:
        """Store the one over the other; False where another change came between."""
        ...

    def due(self, now: datetime) -> Sequence[Shelf]:
        """Some on which something is to be done, the longest overdue first."""
        ...

    def all(self) -> Iterator[Shelf]: ...

    def in_folder(self, folder: str) -> Shelf | None:
        """The one whose objects lie there."""
        ...

    def remove(self, space_id: str) -> None:
        """All that is known of the documents of one space."""
        ...

    def totals(self) -> Totals: ...


class Endings(Protocol):
    """Folders of spaces that are over, for a while."""

    def note(self, folder: str, at: datetime) -> None: ...

    def knows(self, folder: str) -> bool: ...


class SpaceKey(Protocol):
    """Everything that is derived from one space's key."""

    def data_key(self, object_name: str) -> str:
        """Base64; for the bytes of one object."""
        ...

    def seal(self, purpose: str, text: str, context: str) -> str:
        """Sealed for that context: elsewhere it cannot be opened."""
        ...

    def unseal(self, purpose: str, sealed: str, context: str) -> str: ...

    def mark(self, purpose: str, text: str) -> str:
        """The same for the same text, and worth nothing without the key."""
        ...


class SpaceKeys(Protocol):
    """The spaces' keys, in a database of their own."""

    def ensure(self, space_id: str) -> SpaceKey:
        """The space's key, made where there is none."""
        ...

    def get(self, space_id: str) -> SpaceKey | None:
        """None where nothing was sealed yet, or once it is destroyed."""
        ...

    def destroy(self, space_id: str) -> None: ...

    def owners(self) -> Iterator[str]:
        """Ids of the spaces that have one."""
        ...

    def rewrap(self) -> int:
        """Wrap by the current master key what an older one wraps; how many there were."""
        ...


class SealedObjects(Protocol):
    """The object store: spaces never reads or writes bytes, it lists and removes.

    Raises ServiceUnavailable(documents) where it does not answer.
    """

    def remove(self, names: Collection[str]) -> None: ...

    def remove_all(self, folder: str) -> None: ...

    def names(self, folder: str) -> set[str]: ...

    def folders(self) -> Iterator[str]:
        """In which something lies."""
        ...
