"""The row of a document: what is known of it beside its bytes."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

SHARED = "shared"
IDENTITY_COPY = "identity_copy"

SHARED_TYPES = (
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "image/tiff",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
)
IDENTITY_COPY_TYPES = ("application/pdf", "image/jpeg", "image/png")
"""What an agent's browser shows beside the picture without any help; phones send JPEG."""

TYPES = {SHARED: SHARED_TYPES, IDENTITY_COPY: IDENTITY_COPY_TYPES}


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
    added_at: datetime | None = None
    """None until its bytes are stored and checked."""

    @property
    def is_ready(self) -> bool:
        return self.added_at is not None

    def ready(self, now: datetime, media_type: str, size: int) -> Document:
        return replace(self, added_at=now, media_type=media_type, size=size)


def object_prefix(room_id: str) -> str:
    """Where the objects of a room lie: computed from its id, which the store does not learn."""
    return f"rooms/{hashlib.sha256(f'objects of {room_id}'.encode()).hexdigest()[:32]}/"


def clean_name(name: str) -> str:
    """A file's name without its folders and without characters that cannot be seen; may be empty."""
    base = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in base if unicodedata.category(c)[0] != "C")
    return " ".join(visible.split()).strip(" .")
