"""What is told of a document's way to the case file."""

from __future__ import annotations

from services.contracts.case_file import Filing
from services.media.control.domain.admission import GUEST
from services.media.control.domain.document import Document
from services.media.control.domain.people import Who
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
