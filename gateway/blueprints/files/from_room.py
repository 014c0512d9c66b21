"""`/files/spaces/private/from/<room>/<document>`: what was received in a call is kept for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.files import routes as rooms
from gateway.blueprints.files.checks import checks
from gateway.blueprints.files.places import InSpace
from gateway.blueprints.files.spaces import member_required, object_store
from gateway.blueprints.files.transfer import deliver, receive
from gateway.blueprints.spaces.blueprint import DONE, actor, meant
from gateway.errors import sentence_of
from gateway.room_access import room_access
from services.contracts.errors import NotFound, PlatformError
from services.contracts.room_documents import DownloadGrant, GrantDownload
from services.contracts.space_access import PRIVATE

_FOLDER = "appointments"
_ROOM_PAGE = "/appointment"

blueprint = Blueprint("files_from_rooms", __name__, url_prefix="/files/spaces")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@dataclass(frozen=True)
class Copy:
    """A document of a room on its way into a space; in clear for a chunk at a time."""

    grant: DownloadGrant
    document_id: str

    @property
    def size(self) -> int:
        return self.grant.size

    @property
    def filename(self) -> str:
        return self.grant.name

    def chunks(self) -> Iterator[bytes]:
        return deliver(self.grant, self.document_id, rooms.object_store())


@blueprint.post(f"/{PRIVATE}/from/<room_id>/<document_id>")
@member_required
def keep(room_id: str, document_id: str) -> Response:
    """By the citizen whom both the room and the space let in; the second click keeps nothing twice."""
    access = room_access()
    if access is None or access.room_id != room_id:
        raise NotFound("room")
    wanted = GrantDownload(room_id=room_id, participant=access.participant, document_id=document_id)
    place = InSpace(actor(), meant(PRIVATE), _FOLDER, f"{room_id} {document_id}")
    try:
        kept = receive(Copy(ask(wanted), document_id), place, ask, object_store(), checks())
    except PlatformError as refusal:
        flash(_refused(refusal), "message")
    else:
        flash(_("“%(name)s” is in your private space now. It stays there.", name=kept.name), DONE)
    return redirect(_ROOM_PAGE, 303)


def _refused(refusal: PlatformError) -> str:
    if isinstance(refusal, NotFound) and refusal.args[0] == "space":
        return str(_("You have no private space yet. Create it first, under “My spaces”."))
    return sentence_of(refusal)
