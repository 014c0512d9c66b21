"""All that media holds about some appointments."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from services.chassis.holdings import Subject, check_ids, page_of
from services.chassis.mongo import Document
from services.contracts.rights import ExportRooms, HeldPage
from services.media.control.adapters.holdings import holdings
from services.media.control.ports import Keys


@dataclass(frozen=True, slots=True)
class RoomsExport:
    """Over the stored documents themselves."""

    database: Database[Document]
    keys: Keys

    def page(self, request: ExportRooms) -> HeldPage:
        """Errors: InvalidField(after | appointment_ids)."""
        check_ids(appointment_ids=request.appointment_ids)
        subject = Subject(appointment_ids=request.appointment_ids)
        return page_of(self.database, holdings(self.keys), subject, request.after)
