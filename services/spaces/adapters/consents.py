"""Consents to appointments: one document each, whose `_id` is the appointment.

A cancellation that is told before the booking leaves a document with nothing but its time; the booking fills
in the rest, so the order in which the two come does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.spaces.domain.consent import Consent

_MOST = 500
INDEXES = (
    IndexModel([("person_id", ASCENDING), ("noted_at", ASCENDING)]),
    IndexModel([("noted_at", ASCENDING)]),
)


class MongoConsents:
    """The collection `consents`."""

    def __init__(self, database: Database[Document]) -> None:
        self._consents = database["consents"]

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        self._consents.create_indexes(list(INDEXES))

    def note(self, consent: Consent) -> None:
        """What is noted already stays as it is."""
        given = {
            "person_id": consent.person_id,
            "text_version": consent.text_version,
            "given_at": consent.given_at,
            "noted_at": consent.given_at,
        }
        if not self._add({"_id": consent.appointment_id, **given, "withdrawn_at": consent.withdrawn_at}):
            expected = {"_id": consent.appointment_id, "given_at": None}
            self._consents.update_one(expected, {"$set": given})

    def withdraw(self, appointment_id: str, at: datetime) -> None:
        """The first one counts."""
        bare = {"_id": appointment_id, "given_at": None, "noted_at": at, "withdrawn_at": at}
        if not self._add(bare):
            expected = {"_id": appointment_id, "withdrawn_at": None}
            self._consents.update_one(expected, {"$set": {"withdrawn_at": at}})

    def of_person(self, person_id: str) -> list[Consent]:
        found = self._consents.find({"person_id": person_id}).sort("noted_at", -1).limit(_MOST)
        return [_from_document(one) for one in found]

    def move(self, former_id: str, person_id: str) -> None:
        self._consents.update_many({"person_id": former_id}, {"$set": {"person_id": person_id}})

    def erase(self, person_id: str) -> None:
        self._consents.delete_many({"person_id": person_id})

    def forget(self, before: datetime) -> None:
        self._consents.delete_many({"noted_at": {"$lte": before}})

    def _add(self, document: Document) -> bool:
        try:
            self._consents.insert_one(document)
        except DuplicateKeyError:
            return False
        return True


def _from_document(found: Mapping[str, Any]) -> Consent:
    return Consent(
        appointment_id=found["_id"],
        person_id=found["person_id"],
        text_version=found["text_version"],
        given_at=found["given_at"],
        withdrawn_at=found["withdrawn_at"],
    )
