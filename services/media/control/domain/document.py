"""The row of a document: what is known of it beside its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.contracts.document_rules import MEDIA_TYPES, object_folder
from services.media.control.domain.filing import Filing

SHARED = "shared"
IDENTITY_COPY = "identity_copy"

IDENTITY_COPY_TYPES = ("application/pdf", "image/jpeg", "image/png", "image/heic", "image/webp", "image/tiff")
"""What can be drawn: agents look at a picture of it, whatever their browsers could show."""

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
    digest: str = ""
    """SHA-256 of its object, in hexadecimal; empty where whoever stored it did not say."""
    upload: str = ""
    """The attempts to bring one file have the same; empty where every attempt is one of its own."""
    filing: Filing | None = None
    """That it is being handed over to the case file, or was."""
    seen_by: str = ""
    """Of an identity copy: the agent who looked at it last."""
    seen_at: datetime | None = None
    """When that view began."""
    compared: str = ""
    """Of an identity copy: what an agent found last; empty where none has said."""

    given_up: bool = False
    """Its object is being destroyed: whoever brings it or wants it comes too late."""

    @property
    def is_ready(self) -> bool:
        return self.added_at is not None

    def is_seen_by(self, agent_id: str, since: datetime) -> bool:
        """A view of this agent's that began after `since` goes on."""
        return self.seen_by == agent_id and self.seen_at is not None and self.seen_at > since

    def is_again(self, other: Document) -> bool:
        """Whether both are attempts to bring the same file."""
        return bool(self.upload) and self.upload == other.upload and self.kind == other.kind

    def giving_up(self) -> Document:
        """Nobody gets it any more."""
        return replace(self, added_at=None, given_up=True)

    def ready(self, now: datetime, media_type: str, size: int, pages: int, digest: str = "") -> Document:
        return replace(self, added_at=now, media_type=media_type, size=size, pages=pages, digest=digest)


def attempt_of(sender: str, request_key: str) -> str:
    """What all attempts of one sender to bring one file have in common; nothing without a key."""
    return hashlib.sha256(f"{sender} {request_key}".encode()).hexdigest() if request_key else ""


def brought(attempt: Document, documents: Iterable[Document]) -> Document:
    """The attempt by which the same file has come already, where one has; else this one."""
    return next((one for one in documents if one.is_ready and one.is_again(attempt)), attempt)


def attempts(document: Document, documents: Iterable[Document]) -> list[Document]:
    """It, and what else was begun to bring the same file."""
    return [one for one in documents if one.document_id == document.document_id or one.is_again(document)]


def object_prefix(room_id: str) -> str:
    """Where the objects of a room lie."""
    return object_folder("rooms", room_id)


def open_filings(documents: Iterable[Document]) -> dict[str, Filing]:
    """By their documents' ids: those of which the case file has not said yet whether it has the document."""
    return {d.document_id: d.filing for d in documents if d.filing and not d.filing.is_filed}


def filing_since(documents: Iterable[Document]) -> datetime | None:
    """Since when some document is on its way to the case file without a certain end."""
    return min((filing.begun_at for filing in open_filings(documents).values()), default=None)
