"""`/rooms/<room>/documents/<document>`: a shared document to look at, for whoever may read it.

A page of its own that works without scripts; in a call, `previews.js` shows its middle above the call.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.backends import ask
from gateway.blueprints.room import shown
from gateway.blueprints.room.exchange import page_of
from gateway.blueprints.room.seat import seat, seat_required
from gateway.blueprints.room.sheet import Sheet, page_asked
from gateway.room_access import RoomAccess
from services.contracts.errors import NotFound
from services.contracts.room_documents import Document, ListDocuments

blueprint = Blueprint("previews", __name__)
blueprint.context_processor(shown.context)


@blueprint.get("/rooms/<room_id>/documents/<document_id>")
@seat_required
def show(room_id: str, document_id: str) -> str:
    """One page of it, and the way to the others; `?page=` counts from 1."""
    access = seat(room_id)
    document = _shared(access, document_id)
    sheet = Sheet(
        name=document.name,
        number=page_asked(document.pages),
        pages=document.pages,
        place=shown.url_for_preview(access, document_id),
        pictures=shown.url_for_picture(access, document_id),
    )
    saved = shown.url_for_file(access, document_id)
    return render_template("room/preview.html", sheet=sheet, back=page_of(access), saved=saved)


def _shared(access: RoomAccess, document_id: str) -> Document:
    """Raises NotFound(document), and what ListDocuments raises."""
    documents = ask(ListDocuments(room_id=access.room_id, participant=access.participant)).documents
    for document in documents:
        if document.document_id == document_id and document.kind == "shared":
            return document
    raise NotFound("document")
