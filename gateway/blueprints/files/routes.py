"""`/files/...`: documents of a room and identity copies, up and down."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, flash, redirect, request
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.wrappers import Response as AnyResponse
from wtforms import ValidationError

from gateway.access import anyone
from gateway.backends import ask
from gateway.blueprints.booking import identity
from gateway.blueprints.booking.draft import APPLICANT
from gateway.blueprints.files.headers import download_headers
from gateway.blueprints.files.media_type import IMAGES
from gateway.blueprints.files.multipart import FileUpload, MultipartError
from gateway.blueprints.files.transfer import Place, Store, deliver, receive
from gateway.blueprints.room.exchange import page_of
from gateway.blueprints.room.seat import seat, seat_required
from gateway.error_pages import wants_json
from gateway.errors import sentence_of
from gateway.security import csrf
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, ObjectSettings
from services.contracts.errors import InvalidField, PlatformError
from services.contracts.media import Document, GrantDownload

MOST_READ_AWAY = 64 * 1024 * 1024
"""Bytes of a refused body that are read so that the browser can hear why."""

_IDENTITY_PAGE = "/book/identity"

blueprint = Blueprint("files", __name__)


def register(app: Flask) -> None:
    """Raises SettingsError where the object store is not configured."""
    app.extensions["objects"] = Objects(load(ObjectSettings))
    for view in (share, identity_copy):
        csrf.exempt(view)  # it would spool the body to look for the token; `_check_token` looks itself
    app.register_blueprint(blueprint)


@blueprint.post("/files/rooms/<room_id>")
@seat_required
def share(room_id: str) -> AnyResponse:
    """Share one document with everybody in the room."""
    access = seat(room_id)
    place = Place(room_id, access.participant, "shared")
    back = page_of(access)
    return _upload(place, lambda document: _shared(document, back), lambda error: _told(error, back))


@blueprint.post("/files/identity-copy", defaults={"whose": APPLICANT})
@blueprint.post("/files/identity-copy/<any(insured):whose>")
@anyone
def identity_copy(whose: str) -> AnyResponse:
    """The copy of an identity document, into the draft room of the booking that goes on in this session."""
    draft = identity.draft_room(whose)
    if draft is None:
        return redirect("/book", 303)
    place = Place(draft.room_id, draft.participant, "identity_copy")
    return _upload(
        place,
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
    """A document of the room; `?inline` shows an image in the page instead of saving it."""
    access = seat(room_id)
    grant = ask(GrantDownload(room_id=room_id, participant=access.participant, document_id=document_id))
    inline = "inline" in request.args and grant.media_type in IMAGES
    response = Response(deliver(grant, document_id, _store()), mimetype=grant.media_type)
    response.headers.update(download_headers(grant.name, grant.size, inline=inline))
    return response


Answer = Callable[[Document], AnyResponse]
Refusal = Callable[[PlatformError], AnyResponse]


def _upload(place: Place, answer: Answer, refuse: Refusal) -> AnyResponse:
    """Read the form post as it comes in; scripts get problem documents, pages their own form again."""
    request.max_content_length = sys.maxsize  # the limit is on the document, and media names it
    upload = _begin()
    try:
        _check_token(upload)
        document = receive(upload, place, ask, _store())
    except PlatformError as error:
        upload.drain(MOST_READ_AWAY)
        if wants_json():
            raise
        return refuse(error)
    except MultipartError:
        raise InvalidField("document", "format") from None
    return answer(document)


def _begin() -> FileUpload:
    try:
        return FileUpload(request.stream, request.content_type or "", request.content_length)
    except MultipartError:
        raise InvalidField("document", "format") from None


def _check_token(upload: FileUpload) -> None:
    """The form's token comes before the file, so nothing is stored for a forged post."""
    try:
        validate_csrf(request.headers.get("X-CSRF-Token") or upload.fields.get("csrf_token", ""))
    except ValidationError as fault:
        upload.drain(MOST_READ_AWAY)
        raise CSRFError(str(fault)) from None


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


def _store() -> Store:
    store: Store = current_app.extensions["objects"]
    return store
