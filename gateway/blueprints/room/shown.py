"""What the templates of rooms say and link to, for citizen and agent alike."""

from __future__ import annotations

from typing import Any

from gateway import check_words, words
from gateway.room_access import RoomAccess


def url_for_file(access: RoomAccess, document_id: str) -> str:
    """Where the files entry hands out a document; another process, so its routes are not known here."""
    return f"/files/rooms/{access.room_id}/{document_id}?as={access.participant.role}"


def context() -> dict[str, Any]:
    """A context processor for the blueprints that show rooms."""
    return {"words": words, "url_for_file": url_for_file} | check_words.context()
