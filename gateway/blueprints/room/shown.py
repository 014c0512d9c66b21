"""What the templates of rooms say and link to, for citizen and agent alike."""

from __future__ import annotations

from typing import Any

from flask_babel import format_decimal

from gateway import words
from gateway.room_access import RoomAccess

_KILO = 1_000


def file_size(size: int) -> str:
    """`1.4 MB`, in the reader's decimals."""
    if size < _KILO:
        return f"{size} B"
    unit, value = ("kB", size / _KILO) if size < _KILO**2 else ("MB", size / _KILO**2)
    return f"{format_decimal(round(value, 1))} {unit}"


def url_for_file(access: RoomAccess, document_id: str) -> str:
    """Where the files entry hands out a document; another process, so its routes are not known here."""
    return f"/files/rooms/{access.room_id}/{document_id}?as={access.participant.role}"


def context() -> dict[str, Any]:
    """A context processor for the blueprints that show rooms."""
    return {"words": words, "file_size": file_size, "url_for_file": url_for_file}
