"""All that booking holds on a person."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from services.booking.adapters import marks
from services.booking.adapters.holdings import HOLDINGS
from services.chassis.holdings import Subject, page_of
from services.chassis.mongo import Document
from services.contracts.rights import ExportBookings, HeldPage


@dataclass(frozen=True, slots=True)
class BookingExport:
    """Over the stored documents themselves."""

    database: Database[Document]

    def page(self, request: ExportBookings) -> HeldPage:
        """Errors: InvalidField(after)."""
        mark = {"marks": marks.person(request.person_id)}
        found = self.database["claims"].find(mark, {"appointment_id": 1})
        ids = sorted({document["appointment_id"] for document in found})
        subject = Subject(person_id=request.person_id, appointment_ids=tuple(ids))
        return page_of(self.database, HOLDINGS, subject, request.after)
