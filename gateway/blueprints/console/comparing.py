"""`/console/rooms/<id>/copies/<id>`: an identity copy beside the picture, and what the agent says of it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.copies import NamedCopy, named_copies
from gateway.blueprints.console.room import access_of, agent_only, back_to, booked
from gateway.blueprints.room import shown
from gateway.blueprints.room.sheet import Sheet, page_asked
from services.contracts.errors import NotFound
from services.contracts.identity_copy import RecordComparison
from services.contracts.media import LookAtRoom
from services.contracts.room_documents import ListDocuments

blueprint = Blueprint("console_comparing", __name__, url_prefix="/console/rooms/<room_id>/copies")
blueprint.context_processor(shown.context)
blueprint.context_processor(desk.context)


@blueprint.get("/<document_id>")
@agent_only
def show(room_id: str, document_id: str) -> str:
    """One page of it; the picture is a view that is told, this page alone is not."""
    copy = _copy(room_id, document_id)
    sheet = Sheet(
        name=copy.name,
        number=page_asked(copy.document.pages),
        pages=copy.document.pages,
        place=f"/console/rooms/{room_id}/copies/{document_id}",
        pictures=shown.url_for_copy_picture(room_id, document_id),
    )
    view = ask(LookAtRoom(room_id=room_id, participant=access_of(room_id).participant))
    return render_template("console/copy.html", sheet=sheet, copy=copy, view=view)


@blueprint.post("/<document_id>")
@agent_only
def record(room_id: str, document_id: str) -> Response:
    """The last one counts.  Errors: InvalidField(result)."""
    result, participant = request.form.get("result", ""), access_of(room_id).participant
    ask(RecordComparison(room_id=room_id, participant=participant, document_id=document_id, result=result))
    return back_to(room_id)


def _copy(room_id: str, document_id: str) -> NamedCopy:
    """Raises NotFound(document), and what ListDocuments raises."""
    documents = ask(ListDocuments(room_id=room_id, participant=access_of(room_id).participant)).documents
    copies = (document for document in documents if document.kind == "identity_copy")
    for copy in named_copies(booked(room_id), copies):
        if copy.document.document_id == document_id:
            return copy
    raise NotFound("document")
