"""What is shared in a room, while the call is on and afterwards: taking back what one has sent."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.room.exchange import page_of
from gateway.blueprints.room.seat import seat, seat_required
from gateway.error_pages import wants_json
from services.contracts.room_documents import RemoveDocument

TOLD = "documents"
"""Flashed words that stand over the list."""

blueprint = Blueprint("sharing", __name__)


@blueprint.post("/rooms/<room_id>/documents/<document_id>/remove")
@seat_required
def take_back(room_id: str, document_id: str) -> Response:
    """Gone at once, for everybody; the second click finds nothing to do.

    Errors: NotFound(document) for what somebody else has sent.
    """
    access = seat(room_id)
    ask(RemoveDocument(room_id=room_id, participant=access.participant, document_id=document_id))
    if wants_json():
        return Response(status=204)
    flash(_("The document is taken back."), TOLD)
    return redirect(page_of(access), 303)
