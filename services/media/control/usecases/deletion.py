"""What can be shown of rooms that are forgotten, and of how the reaper fares."""

from __future__ import annotations

from services.contracts.deletion import (
    MOST_DUE,
    DeletionRecords,
    Forgetting,
    ListRecordKeys,
    RecordKeys,
    ShowDeletionRecords,
    ShowForgetting,
)
from services.media.control.domain.schedule import AT_ONCE, Lane, due_step
from services.media.control.usecases.media import Media, found


def show_deletion_records(media: Media, request: ShowDeletionRecords) -> DeletionRecords:
    """The signed records of one room."""
    return DeletionRecords(records=found(media, request.room_id).records)


def show_forgetting(media: Media, request: ShowForgetting) -> Forgetting:
    """What waits for the reaper, and whether the stores agree."""
    now = media.now()
    due = media.rooms.due(Lane.FORGETTING, now, MOST_DUE)
    first = media.rooms.get(due[0]) if due else None
    step = due_step(first, now, media.rules) if first is not None else None
    since = step[0] if step is not None and step[0] != AT_ONCE else None
    return Forgetting(due=len(due), due_since=since, compared=media.comparisons.latest())


def list_record_keys(media: Media, request: ListRecordKeys) -> RecordKeys:
    """Their verifying keys."""
    return media.records.keys()
