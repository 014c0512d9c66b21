"""The stores compared: what lies in one alone.

A process that dies, or an upload that ends after it was given up, may leave something in one store that none
of the others knows.  What nobody can reach is removed; a document without its object is told of, that is all
that can be done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from services.contracts.document_rules import object_folder
from services.spaces.documents import figures
from services.spaces.documents.ports import SealedObjects, Shelves, SpaceKeys
from services.spaces.domain.shelf import Shelf

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """How many of each."""

    objects: int = 0
    """Of which no shelf knows; they are destroyed."""
    documents: int = 0
    """Versions whose object is not there."""
    shelves: int = 0
    """Of spaces that do not exist; they are erased."""
    keys: int = 0
    """The same."""

    def __add__(self, other: Found) -> Found:
        return Found(
            self.objects + other.objects,
            self.documents + other.documents,
            self.shelves + other.shelves,
            self.keys + other.keys,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    keys: SpaceKeys
    objects: SealedObjects
    shelves: Shelves
    exists: Callable[[str], bool]
    """Whether there is such a space."""
    erase: Callable[[str], None]
    """All that lies in one."""

    def run(self) -> Found:
        """What was found, and set right where that is possible.  Errors: ServiceUnavailable(documents)."""
        found = sum((self._shelf(one) for one in self.shelves.all()), Found())
        found += sum((self._folder(one) for one in self.objects.folders()), Found())
        found += sum((self._key(one) for one in self.keys.owners()), Found())
        _report(found)
        return found

    def _shelf(self, shelf: Shelf) -> Found:
        if not self.exists(shelf.space_id):
            self.erase(shelf.space_id)
            return Found(shelves=1)
        return self._compared(object_folder("spaces", shelf.space_id), shelf)

    def _folder(self, folder: str) -> Found:
        """One that no shelf has: those that have one have been looked at."""
        return Found() if self.shelves.in_folder(folder) else self._compared(folder, None)

    def _compared(self, folder: str, shelf: Shelf | None) -> Found:
        """A row is written before its object and goes after it: what the store had then has its row now."""
        there = self.objects.names(folder)
        now = self.shelves.in_folder(folder)
        strays = there - (now.object_names() if now else set())
        self.objects.remove(strays)
        lost = (shelf.ready_objects() & now.ready_objects()) - there if shelf and now else set[str]()
        return Found(objects=len(strays), documents=len(lost))

    def _key(self, space_id: str) -> Found:
        if self.exists(space_id):
            return Found()
        self.erase(space_id)
        return Found(keys=1)


def _report(found: Found) -> None:
    for what in ("objects", "documents", "shelves", "keys"):
        figures.ORPHANS.labels(what).set(getattr(found, what))
    if found != Found():
        _log.warning("the stores of documents did not agree", extra={"found": str(found)})
