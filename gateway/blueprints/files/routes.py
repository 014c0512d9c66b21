"""`/files/...`: documents of a room and identity copies, up and down."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, current_app, flash, redirect
from werkzeug.wrappers import Response as AnyResponse

from gateway.access import anyone
from gateway.backends import ask
from gateway.blueprints.booking import identity
from gateway.blueprints.booking.draft import APPLICANT
from gateway.blueprints.files.download import handed_out
from gateway.blueprints.files.places import InRoom
from gateway.blueprints.files.posting import take
from gateway.blueprints.files.transfer import Store
from gateway.blueprints.room.exchange import page_of
from gateway.blueprints.room.seat import seat, seat_required
from gateway.error_pages import wants_json
from gateway.errors import sentence_of
from gateway.security import csrf
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, ObjectSettings
from services.contracts.errors import PlatformError
from services.contracts.room_documents import Document, GrantDownload

_IDENTITY_PAGE = "/book/identity"

blueprint = Blueprint("files", __name__)


def register(app: Flask) -> None:
    """Raises SettingsError where the object store is not configured."""
    app.extensions["objects"] = Objects(load(ObjectSettings))
    for view in (share, identity_copy):
        csrf.exempt(view)  # it would spool the body to look for the token; `take` looks itself
    app.register_blueprint(blueprint)


@blueprint.post("/files/rooms/<room_id>")
@seat_required
def share(room_id: str) -> AnyResponse:
    """Share one document with everybody in the room; the same `request_key` before it shares it once."""
    access = seat(room_id)
    back = page_of(access)
    return take(
        access.counted_as,
        lambda upload: InRoom(room_id, access.participant, "shared", upload.fields.get("request_key", "")),
        object_store(),
        lambda document: _shared(document, back),
        lambda error: _told(error, back),
    )


@blueprint.post("/files/identity-copy", defaults={"whose": APPLICANT})
@blueprint.post("/files/identity-copy/<any(insured):whose>")
@anyone
def identity_copy(whose: str) -> AnyResponse:
    """The copy of an identity document, into the draft room of the booking that goes on in this session."""
    draft = identity.draft_room(whose)
    if draft is None:
        return redirect("/book", 303)
    place = InRoom(draft.room_id, draft.participant, "identity_copy")
    return take(
        draft.room_id,
        lambda _: place,
        object_store(),
        lambda document: _kept(document, whose),
        lambda error: identity.refusal_page(error, whose),
    )


@blueprint.get("/files/identity-copy", defaults={"whose": APPLICANT})
@blueprint.get("/files/identity-copy/<any(insured):whose>")
@anyone
def identity_copy_again(whose: str) -> AnyResponse:
    """Whoever reloads the answer to the upload is led back to its page."""
    return redirect(_IDENTITY_PAGE, 303)


@blueprint.get("/files/rooms/<room_id>/<document_id>")
@seat_required
def fetch(room_id: str, document_id: str) -> AnyResponse:
    """A document of the room, to be saved."""
    access = seat(room_id)
    grant = ask(GrantDownload(room_id=room_id, participant=access.participant, document_id=document_id))
    return handed_out(grant, document_id, object_store())


def _shared(document: Document, back: str) -> AnyResponse:
    return _json(document) if wants_json() else redirect(back, 303)


def _kept(document: Document, whose: str) -> AnyResponse:
    identity.keep_copy(document, whose)
    return _json(document) if wants_json() else redirect(_IDENTITY_PAGE, 303)


def _told(error: PlatformError, back: str) -> AnyResponse:
    flash(sentence_of(error), "upload")
    return redirect(back, 303)


def _json(document: Document) -> AnyResponse:
    shown = {
        "document_id": document.document_id,
        "name": document.name,
        "media_type": document.media_type,
        "size": document.size,
        "role": document.role,
        "added_at": document.added_at.isoformat(),
    }
    return Response(json.dumps(shown), 201, mimetype="application/json")


def object_store() -> Store:
    store: Store = current_app.extensions["objects"]
    return store
