"""The end of all documents of a space: the key first, so nothing can be read, then objects, then rows."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts.document_rules import object_folder
from services.spaces.documents.ports import SealedObjects, Shelves, SpaceKeys


@dataclass(frozen=True, slots=True)
class Ending:
    keys: SpaceKeys
    objects: SealedObjects
    shelves: Shelves

    def erase(self, space_id: str) -> None:
        """Each step may be repeated, and all of them again.  Errors: ServiceUnavailable(documents)."""
        self.keys.destroy(space_id)
        self.objects.remove_all(object_folder("spaces", space_id))
        self.shelves.remove(space_id)
