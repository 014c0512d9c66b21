"""What the templates of rooms say and link to, for citizen and agent alike."""

from __future__ import annotations

from typing import Any

from gateway import check_words, words
from gateway.room_access import RoomAccess


def url_for_file(access: RoomAccess, document_id: str) -> str:
    """Where the files entry hands out a document; another process, so its routes are not known here."""
    return f"/files/rooms/{access.room_id}/{document_id}?as={access.participant.role}"


def url_for_picture(access: RoomAccess, document_id: str) -> str:
    """Where the files entry shows its page `{page}`."""
    return f"/files/rooms/{access.room_id}/{document_id}/pages/{{page}}?as={access.participant.role}"


def url_for_copy_picture(room_id: str, document_id: str) -> str:
    """Where the files entry shows the page `{page}` of an identity copy, marked, to an agent."""
    return f"/files/rooms/{room_id}/copies/{document_id}/pages/{{page}}?as=agent"


def url_for_preview(access: RoomAccess, document_id: str) -> str:
    """The page that shows a document; templates for scripts are drawn outside a view of this blueprint."""
    return f"/rooms/{access.room_id}/documents/{document_id}?as={access.participant.role}"


def context() -> dict[str, Any]:
    """A context processor for the blueprints that show rooms."""
    shown = {"words": words, "url_for_file": url_for_file, "url_for_preview": url_for_preview}
    return shown | check_words.context()
