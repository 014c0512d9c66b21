"""All that identity holds on a person."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from services.chassis.holdings import Subject, page_of
from services.chassis.mongo import Document
from services.contracts.rights import ExportAccount, HeldPage
from services.identity.adapters.holdings import HOLDINGS


@dataclass(frozen=True, slots=True)
class AccountExport:
    """Over the stored documents themselves."""

    database: Database[Document]

    def page(self, request: ExportAccount) -> HeldPage:
        """Errors: InvalidField(after)."""
        person = self.database["persons"].find_one({"_id": request.person_id}, {"held": 1}) or {}
        held = tuple(one["credential_id"] for one in person.get("held", ()))
        subject = Subject(person_id=request.person_id, credential_ids=held)
        return page_of(self.database, HOLDINGS, subject, request.after)
