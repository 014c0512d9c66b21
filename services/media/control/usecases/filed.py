"""What is told of a document's way to the case file."""

from __future__ import annotations

from datetime import datetime

from services.chassis.ids import new_id
from services.contracts.case_file import FILED, UNSETTLED, Filing, FilingProgressed
from services.contracts.wire import Event
from services.media.control.domain.admission import GUEST
from services.media.control.domain.document import Document
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.ports import RoomKey


def filing_of(document: Document, key: RoomKey, who: Who) -> Filing | None:
    """For citizen and agents; who helps in the call as a guest learns nothing of it."""
    filing = document.filing
    if filing is None or who.role == GUEST:
        return None
    return Filing(
        begun_at=filing.begun_at,
        agent_id=filing.agent_id,
        reason=key.open_reason(document.document_id, filing.sealed_reason),
        filed_at=filing.filed_at,
        receipt=filing.receipt,
    )


def progressed(
    room: Room, document_id: str, agent_id: str, outcome: str, now: datetime, receipt: str = ""
) -> FilingProgressed:
    """That it was filed is one and the same event, however often it is told."""
    return FilingProgressed(
        event_id=f"{document_id}.filed" if outcome == FILED else new_id(),
        occurred_at=now,
        room_id=room.room_id,
        appointment_version=room.version,
        document_id=document_id,
        agent_id=agent_id,
        outcome=outcome,
        receipt=receipt,
    )


def unsettled(room: Room, now: datetime) -> tuple[Event, ...]:
    """Of each document of a room that is forgotten before the case file has answered."""
    open_ = (
        (one.document_id, one.filing) for one in room.documents if one.filing and not one.filing.is_filed
    )
    return tuple(progressed(room, name, filing.agent_id, UNSETTLED, now) for name, filing in open_)
