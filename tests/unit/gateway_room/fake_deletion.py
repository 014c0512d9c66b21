"""Records of a room's deletion, signed as `media` signs them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from services.chassis.settings import SecretKey
from services.contracts import deletion as d
from services.contracts.errors import NotFound
from services.media.control.adapters.records import SignedRecords

AT = datetime(2026, 12, 4, 14, 40, tzinfo=UTC)
DELETION = d.Deletion(
    version=1,
    room_id="room-1",
    reason="expired",
    due_at=AT,
    forgotten_at=AT,
    documents=(d.Destroyed(kind="shared", count=3, size=2_400_000, first_at=AT, last_at=AT),),
    messages=7,
    objects_sha256="5e" * 32,
)


class FakeDeletion:
    """Answers for `media`; nothing is deleted until the test says so."""

    def __init__(self) -> None:
        self.signing = SignedRecords(SecretKey("2a" * 32), ())
        self.records: tuple[str, ...] = ()
        self.state = d.Forgetting(due=0, due_since=None, compared=None)

    def forget(self) -> None:
        self.records = (self.signing.sign(DELETION),)

    def speak_of(self, room_id: str) -> None:
        """Somebody has put another room's record here."""
        self.records = (self.signing.sign(replace(DELETION, room_id=room_id)),)

    def show_deletion_records(self, request: d.ShowDeletionRecords) -> d.DeletionRecords:
        if request.room_id != DELETION.room_id:
            raise NotFound("room")
        return d.DeletionRecords(records=self.records)

    def show_forgetting(self, request: d.ShowForgetting) -> d.Forgetting:
        return self.state

    def list_record_keys(self, request: d.ListRecordKeys) -> d.RecordKeys:
        return self.signing.keys()
