"""What can be shown of rooms that are forgotten."""

from __future__ import annotations

from services.contracts.deletion import (
    DeletionRecords,
    ListRecordKeys,
    RecordKeys,
    ShowDeletionRecords,
)
from services.media.control.usecases.media import Media, found


def show_deletion_records(media: Media, request: ShowDeletionRecords) -> DeletionRecords:
    """The signed records of one room."""
    return DeletionRecords(records=found(media, request.room_id).records)


def list_record_keys(media: Media, request: ListRecordKeys) -> RecordKeys:
    """Their verifying keys."""
    return media.records.keys()
