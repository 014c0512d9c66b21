"""The row of a document: what is known of it beside its bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.contracts.document_rules import MEDIA_TYPES, object_folder

SHARED = "shared"
IDENTITY_COPY = "identity_copy"

IDENTITY_COPY_TYPES = ("application/pdf", "image/jpeg", "image/png")
"""What an agent's browser shows beside the picture without any help; phones send JPEG."""

TYPES = {SHARED: MEDIA_TYPES, IDENTITY_COPY: IDENTITY_COPY_TYPES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a room; its data key is derived from the room's, its name is sealed."""

    document_id: str
    kind: str
    object_name: str
    """Random; under the room's own prefix."""
    sealed_name: str
    sender: str
    role: str
    granted_at: datetime
    media_type: str = ""
    size: int = 0
    pages: int = 0
    """That can be shown as pictures."""
    added_at: datetime | None = None
    """None until its bytes are stored and checked."""
    seen_by: str = ""
    """Of an identity copy: the agent who looked at it last."""
    seen_at: datetime | None = None
    """When that view began."""
    compared: str = ""
    """Of an identity copy: what an agent found last; empty where none has said."""

    @property
    def is_ready(self) -> bool:
        return self.added_at is not None

    def is_seen_by(self, agent_id: str, since: datetime) -> bool:
        """A view of this agent's that began after `since` goes on."""
        return self.seen_by == agent_id and self.seen_at is not None and self.seen_at > since

    def ready(self, now: datetime, media_type: str, size: int, pages: int) -> Document:
        return replace(self, added_at=now, media_type=media_type, size=size, pages=pages)


def object_prefix(room_id: str) -> str:
    """Where the objects of a room lie."""
    return object_folder("rooms", room_id)
