"""`/files/export`: all that is held on a person, as an archive that is streamed to himself."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, redirect, stream_with_context
from werkzeug.wrappers import Response as AnyResponse

from gateway.access import requires
from gateway.backends import ask, now
from gateway.blueprints.files.exported import Contents, Stores
from gateway.blueprints.files.headers import content_disposition
from gateway.blueprints.files.spaces import OBJECTS
from gateway.export.archive import stream
from gateway.export.gather import gather
from gateway.limits.table import EXPORT
from gateway.limits.taking import limited
from gateway.principals import drop_proof, fresh_proof, person
from services.contracts.errors import FreshLoginNeeded
from services.contracts.rights import NoteExport

PAGE = "/account/export"
"""Of the pages entry: whoever is not logged in, or not just now, is led on from there."""

blueprint = Blueprint("export", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


def _freshly_logged_in() -> AnyResponse | None:
    return None if person() and fresh_proof() else redirect(PAGE, 303)


just_logged_in_required = requires(_freshly_logged_in)


@blueprint.post("/files/export")
@just_logged_in_required
@limited(EXPORT)
def export() -> AnyResponse:
    """Noted first; then all is asked for, and only what is whole is begun.  Errors: those of `gather`."""
    who, at = person(), now()
    assert who is not None, "the policy has looked"
    try:
        noted = ask(NoteExport(person_id=who.subject_id, proof=fresh_proof()))
    except FreshLoginNeeded:
        drop_proof()
        return redirect(PAGE, 303)
    stores = Stores(current_app.extensions["objects"], current_app.extensions[OBJECTS])
    contents = Contents(who, gather(who), stores, at, noted.grace_days)
    response = Response(stream_with_context(stream(contents.entries(), at)), mimetype="application/zip")
    response.headers["Content-Disposition"] = content_disposition(f"cns-{at:%Y-%m-%d}.zip")
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.get("/files/export")
@just_logged_in_required
def export_again() -> AnyResponse:
    """Whoever reloads the answer is led back to its page."""
    return redirect(PAGE, 303)
