"""All that spaces holds on a person."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from services.chassis.holdings import Subject, check_ids, page_of
from services.chassis.mongo import Document
from services.contracts.rights import ExportSpaces, HeldPage
from services.spaces.adapters.holdings import holdings
from services.spaces.documents.ports import SpaceKeys


@dataclass(frozen=True, slots=True)
class SpacesExport:
    """Over the stored documents themselves."""

    database: Database[Document]
    keys: SpaceKeys

    def page(self, request: ExportSpaces) -> HeldPage:
        """Errors: InvalidField(after | numbers)."""
        check_ids(numbers=request.numbers)
        numbers = tuple(number for number in request.numbers if number)
        subject = Subject(person_id=request.person_id, numbers=numbers)
        return page_of(self.database, holdings(self.keys), subject, request.after)
