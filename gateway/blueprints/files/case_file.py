"""`/files/rooms/<room>/<document>/case-file`: an agent hands a document over to the case file."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Flask, current_app, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.files.routes import object_store
from gateway.blueprints.files.transfer import deliver
from gateway.blueprints.room.exchange import page_of
from gateway.blueprints.room.seat import seat, seat_required
from gateway.case_file.connection import connected
from gateway.case_file.handing_over import go_on, hand_over
from gateway.case_file.port import CaseFile
from gateway.case_file.settings import CaseFileSettings
from gateway.case_file.settling import Settling
from gateway.errors import sentence_of
from services.chassis import context
from services.chassis.settings import load
from services.chassis.vault.cipher import Tampered
from services.chassis.vault.objects import ObjectStoreDown
from services.contracts.case_file import FilingGrant, GrantFiling
from services.contracts.errors import InternalError, InvalidField, PlatformError, ServiceUnavailable

FLASHED = "case-file"
"""Category of what the agent's page is to say."""

blueprint = Blueprint("case_file", __name__)


def register(app: Flask) -> None:
    """Raises SettingsError, and OSError for files that do not fit."""
    app.extensions["case_file"] = connected(load(CaseFileSettings))
    app.register_blueprint(blueprint)


@blueprint.post("/files/rooms/<room_id>/<document_id>/case-file")
@seat_required
def send(room_id: str, document_id: str) -> Response:
    """Whatever becomes of it stands on the agent's page, to which this leads back."""
    access = seat(room_id)
    reason = request.form.get("reason", "")
    wanted = GrantFiling(
        room_id=room_id, participant=access.participant, document_id=document_id, reason=reason
    )
    try:
        receipt = hand_over(wanted, _case_file(), ask, _clear)
    except PlatformError as fault:
        flash(_told(fault), f"{FLASHED}-fault")
    else:
        flash(_("The document is in the case file. Receipt number: %(receipt)s", receipt=receipt), FLASHED)
    return redirect(page_of(access), 303)


@blueprint.get("/files/rooms/<room_id>/<document_id>/case-file")
@seat_required
def sent(room_id: str, document_id: str) -> Response:
    """Whoever reloads the answer is led back to his page."""
    return redirect(page_of(seat(room_id)), 303)


def settling(app: Flask) -> Settling:
    """What finds out by itself, over this application; to be started once in a process."""

    def attempt() -> bool:
        with app.app_context(), context.use(context.begin()):
            return go_on(_case_file(), ask, _clear)

    return Settling(attempt)


def _told(fault: PlatformError) -> str:
    if isinstance(fault, InvalidField) and fault.args == ("reason", "missing"):
        return str(_("Say why the document is handed over."))
    return sentence_of(fault)


def _clear(grant: FilingGrant) -> Iterator[bytes]:
    """The document, a chunk at a time; what is wrong with its store is not the case file's."""
    try:
        yield from deliver(grant, grant.document_id, object_store())
    except ObjectStoreDown:
        raise ServiceUnavailable("documents") from None
    except Tampered:
        raise InternalError("documents") from None


def _case_file() -> CaseFile:
    found: CaseFile = current_app.extensions["case_file"]
    return found
