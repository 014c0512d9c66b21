"""`/appointment/deletion-record` and `/.well-known/deletion-record-keys`."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from gateway.access import anyone
from gateway.backends import ask
from gateway.deletion import key_set
from gateway.limits import caller
from gateway.limits.table import METADATA
from gateway.limits.taking import take
from gateway.room_access import room_access, room_required
from services.contracts.deletion import ListRecordKeys, ShowDeletionRecords
from services.contracts.errors import NotFound

_KEPT_SECONDS = 300
"""Less than it takes to roll a key in."""

blueprint = Blueprint("deletion", __name__)


@blueprint.get("/appointment/deletion-record")
@room_required
def download() -> Response:
    """The citizen's own proof, signed: one record a line.  Errors: NotFound(deletion_record)."""
    access = room_access()
    assert access is not None, "room_required has looked"
    records = ask(ShowDeletionRecords(room_id=access.room_id)).records
    if not records:
        raise NotFound("deletion_record")
    headers = {"Content-Disposition": "attachment; filename=deletion-record.jws"}
    return Response(
        "".join(f"{record}\n" for record in records), mimetype="application/jose", headers=headers
    )


@blueprint.get("/.well-known/deletion-record-keys")
@anyone
def keys() -> Response:
    """The keys that verify records, as a JWK set: those of the past year and the next one, too."""
    take(METADATA, whom=caller.network())
    answer = jsonify(key_set(ask(ListRecordKeys())))
    answer.cache_control.public, answer.cache_control.max_age = True, _KEPT_SECONDS
    return answer
