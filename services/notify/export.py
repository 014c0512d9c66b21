"""All that notify holds about some appointments and means of logging in."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from services.chassis.holdings import Subject, check_ids, page_of
from services.chassis.mongo import Document
from services.contracts.rights import ExportMails, HeldPage
from services.notify.adapters.holdings import HOLDINGS


@dataclass(frozen=True, slots=True)
class MailsExport:
    """Over the stored documents themselves."""

    database: Database[Document]

    def page(self, request: ExportMails) -> HeldPage:
        """Errors: InvalidField(after | appointment_ids | credential_ids)."""
        check_ids(appointment_ids=request.appointment_ids, credential_ids=request.credential_ids)
        subject = Subject(appointment_ids=request.appointment_ids, credential_ids=request.credential_ids)
        return page_of(self.database, HOLDINGS, subject, request.after)
