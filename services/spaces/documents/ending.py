"""The end of all documents of a space: the key first, so nothing can be read, then objects, then rows."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.clock import Clock
from services.contracts.document_rules import object_folder
from services.spaces.documents.ports import Endings, SealedObjects, Shelves, SpaceKeys


@dataclass(frozen=True, slots=True)
class Ending:
    clock: Clock
    keys: SpaceKeys
    objects: SealedObjects
    shelves: Shelves
    endings: Endings

    def erase(self, space_id: str) -> None:
        """Each step may be repeated, and all of them again.  Errors: ServiceUnavailable(documents).

        What is noted of it is the folder, which says nothing of the space: so that whatever comes late is
        known to be late, and not taken for something that the database has lost.
        """
        folder = object_folder("spaces", space_id)
        self.keys.destroy(space_id)
        self.endings.note(folder, self.clock.now())
        self.objects.remove_all(folder)
        self.shelves.remove(space_id)
