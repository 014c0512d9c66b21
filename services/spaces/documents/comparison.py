"""The stores compared: what lies in one alone.

A process that dies, or an upload that ends after it was given up, may leave something in one store that none
of the others knows.  What nobody can reach is removed where it is certain why: its shelf does not know it, or
its space is over.  What nobody knows anything of is left and told of: a service that was given another
database must not take all the spaces for gone.  So is a document without its object.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields

from services.contracts.document_rules import object_folder
from services.spaces.documents import figures
from services.spaces.documents.ports import Endings, SealedObjects, Shelves, SpaceKeys
from services.spaces.domain.shelf import Shelf

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """How many of each."""

    objects: int = 0
    """Of which their shelf does not know, or whose space is over; they are destroyed."""
    documents: int = 0
    """Versions whose object is not there."""
    shelves: int = 0
    """Of spaces that are over; they are erased."""
    keys: int = 0
    """The same."""
    unknown: int = 0
    """Shelves, keys and folders of spaces of which nothing is known; they are left alone."""

    def __add__(self, other: Found) -> Found:
        return Found(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Comparison:
    keys: SpaceKeys
    objects: SealedObjects
    shelves: Shelves
    endings: Endings
    exists: Callable[[str], bool]
    """Whether there is such a space."""
    erase: Callable[[str], None]
    """All that lies in one."""

    def run(self) -> Found:
        """What was found, and set right where that is certain.  Errors: ServiceUnavailable(documents)."""
        found = sum((self._shelf(one) for one in self.shelves.all()), Found())
        found += sum((self._folder(one) for one in self.objects.folders()), Found())
        found += sum((self._key(one) for one in self.keys.owners()), Found())
        _report(found)
        return found

    def _shelf(self, shelf: Shelf) -> Found:
        if self.exists(shelf.space_id):
            return self._compared(object_folder("spaces", shelf.space_id), shelf)
        return self._ended(shelf.space_id, Found(shelves=1))

    def _folder(self, folder: str) -> Found:
        """One that no shelf has: those that have one have been looked at."""
        if self.shelves.in_folder(folder):
            return Found()
        return self._compared(folder, None) if self.endings.knows(folder) else Found(unknown=1)

    def _key(self, space_id: str) -> Found:
        return Found() if self.exists(space_id) else self._ended(space_id, Found(keys=1))

    def _ended(self, space_id: str, found: Found) -> Found:
        """What lies in a space that does not exist."""
        if not self.endings.knows(object_folder("spaces", space_id)):
            return Found(unknown=1)
        self.erase(space_id)
        return found

    def _compared(self, folder: str, shelf: Shelf | None) -> Found:
        """A row is written before its object and goes after it: what the store had then has its row now."""
        there = self.objects.names(folder)
        now = self.shelves.in_folder(folder)
        strays = there - (now.object_names() if now else set())
        self.objects.remove(strays)
        lost = (shelf.ready_objects() & now.ready_objects()) - there if shelf and now else set[str]()
        return Found(objects=len(strays), documents=len(lost))


def _report(found: Found) -> None:
    for one in fields(found):
        figures.ORPHANS.labels(one.name).set(getattr(found, one.name))
    if found != Found():
        _log.warning("the stores of documents did not agree", extra={"found": str(found)})
