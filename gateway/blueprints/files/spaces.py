"""`/files/spaces/...`: documents of a space, up and down, for its members alone."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, current_app, flash, g, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from gateway.access import here, requires
from gateway.backends import ask
from gateway.blueprints.files.download import handed_out
from gateway.blueprints.files.multipart import FileUpload
from gateway.blueprints.files.places import InSpace
from gateway.blueprints.files.posting import take
from gateway.blueprints.files.transfer import Store
from gateway.blueprints.spaces.blueprint import DONE, actor, meant
from gateway.error_pages import wants_json
from gateway.errors import sentence_of
from gateway.principals import citizen
from gateway.security import csrf
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, SpaceObjectSettings
from services.contracts.errors import FreshLoginNeeded, InvalidField, NotAllowed, NotFound, PlatformError
from services.contracts.space_access import PRIVATE
from services.contracts.space_documents import GrantSpaceDownload, SpaceDocument

OBJECTS = "space_objects"
"""Of the application's extensions: what is kept lies in a bucket of its own."""

_MOST_FOLDER = 100
"""Characters that go back to the form."""

blueprint = Blueprint("files_of_spaces", __name__, url_prefix="/files/spaces")


def register(app: Flask) -> None:
    """Raises SettingsError where the object store is not configured."""
    app.extensions[OBJECTS] = Objects(load(SpaceObjectSettings))
    csrf.exempt(bring)  # `take` looks itself
    app.register_blueprint(blueprint)


def _logged_in() -> AnyResponse | None:
    """Others log in at the pages; who fetches then gets what he wants, who brings finds the form."""
    who = citizen()
    if who is not None and who.is_registered:
        return None
    if wants_json():
        raise FreshLoginNeeded
    space = (request.view_args or {}).get("space_id", PRIVATE)
    back = here() if request.method == "GET" else f"{_page(space)}/add"
    return redirect(f"/login?{urlencode({'next': back})}", 303)


member_required = requires(_logged_in)
"""A registered citizen; what he may do in the space, `spaces` decides."""


@blueprint.post("/<space_id>")
@member_required
def bring(space_id: str) -> AnyResponse:
    """One document, the fields `folder` and `request_key` before it."""
    return take(
        actor().person_id,
        lambda upload: _place(space_id, upload),
        object_store(),
        lambda document: _kept(document, space_id),
        lambda error: _told(error, space_id),
    )


@blueprint.get("/<space_id>")
@member_required
def brought(space_id: str) -> AnyResponse:
    """Whoever reloads the answer to an upload is led back to its page."""
    return redirect(_page(space_id), 303)


@blueprint.get("/<space_id>/<document_id>", defaults={"version": 0})
@blueprint.get("/<space_id>/<document_id>/<int(max=1000000):version>")
@member_required
def fetch(space_id: str, document_id: str, version: int) -> AnyResponse:
    """The current version of a document, or an earlier one."""
    wanted = GrantSpaceDownload(
        actor=actor(), space_id=meant(space_id), document_id=document_id, version=version
    )
    grant = ask(wanted)
    return handed_out(grant, grant.object_name, object_store())


def _place(space_id: str, upload: FileUpload) -> InSpace:
    """Errors: InvalidField where no file was chosen, or its name would lead elsewhere."""
    said = upload.fields
    g.folder = said.get("folder", "")
    if not upload.filename and not upload.size:
        raise InvalidField("document", "missing")
    if upload.names_a_folder:
        raise InvalidField("name", "path")
    key, name = said.get("request_key", ""), said.get("name", "")
    return InSpace(actor(), meant(space_id), g.folder, key, name, request.args.get("document", ""))


def _kept(document: SpaceDocument, space_id: str) -> AnyResponse:
    if wants_json():
        return _json(document)
    flash(_told_of(document), DONE)
    return redirect(_page(space_id), 303)


def _told(error: PlatformError, space_id: str) -> AnyResponse:
    """On the form; whom the space does not let in finds no form."""
    if isinstance(error, NotFound | NotAllowed):
        raise error
    field = error.args[0] if isinstance(error, InvalidField) else ""
    missing = {"document": _("Choose a file."), "folder": _("Choose a folder.")}
    flash(missing.get(field) or sentence_of(error), "folder" if field == "folder" else "upload")
    return redirect(f"{_page(space_id)}/add?{urlencode(_chosen())}", 303)


def _chosen() -> dict[str, str]:
    """What the form is to show again."""
    chosen = {"folder": g.get("folder", "")[:_MOST_FOLDER], "document": request.args.get("document", "")}
    return {name: value for name, value in chosen.items() if value}


def _told_of(document: SpaceDocument) -> str:
    if document.version == 1:
        return str(_("“%(name)s” is uploaded.", name=document.name))
    number = document.version
    return str(_("“%(name)s” is uploaded as version %(number)s.", name=document.name, number=number))


def _json(document: SpaceDocument) -> AnyResponse:
    shown = {
        "document_id": document.document_id,
        "folder": document.folder,
        "name": document.name,
        "media_type": document.media_type,
        "size": document.size,
        "version": document.version,
        "added_at": document.added_at.isoformat(),
        "told": _("uploaded")
        if document.version == 1
        else _("uploaded as version %(number)s", number=document.version),
    }
    return Response(json.dumps(shown), 201, mimetype="application/json")


def _page(space_id: str) -> str:
    """Its documents; another process answers there, so its routes are not known here."""
    return f"/spaces/{quote(space_id, safe='')}/documents"


def object_store() -> Store:
    store: Store = current_app.extensions[OBJECTS]
    return store
