"""`/files/rooms/.../pages/<n>`, `/files/spaces/...`: a page of a document as a picture that we have drawn.

Nothing of the stranger's file but what can be seen in it reaches a browser, and nothing is kept.  An identity
copy is drawn with a mark of who looks at it, and when; each view is told.
"""

from __future__ import annotations

from typing import Protocol

from flask import Blueprint, Flask, Response

from gateway.backends import ask
from gateway.blueprints.files import routes as rooms
from gateway.blueprints.files import spaces
from gateway.blueprints.files.checks import inspector
from gateway.blueprints.files.headers import download_headers
from gateway.blueprints.files.sealed import SealedSource
from gateway.blueprints.files.transfer import ReadGrant, Store
from gateway.blueprints.room.seat import seat, seat_required, take_for
from gateway.blueprints.spaces.blueprint import actor, meant
from gateway.i18n import local
from gateway.limits.beside import Beside
from gateway.limits.table import PREVIEW
from gateway.limits.taking import take
from gateway.principals import staff
from services.contracts.errors import NotFound
from services.contracts.identity_copy import CopyView, GrantCopyView
from services.contracts.room_documents import GrantDownload
from services.contracts.space_documents import GrantSpaceDownload

_WIDTH = 1600
"""Pixels: small print of a sheet of paper can be read, and a screen of today is filled."""
_DRAWN = Beside(4)
"""Of one room or space: a page that takes long to draw keeps a thread here and a reader there as long."""

blueprint = Blueprint("files_previews", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


class ShownGrant(ReadGrant, Protocol):
    @property
    def media_type(self) -> str: ...

    @property
    def pages(self) -> int: ...


@blueprint.get("/files/rooms/<room_id>/<document_id>/pages/<int(max=1000000):page>")
@seat_required
def picture(room_id: str, document_id: str, page: int) -> Response:
    """A page of what was shared, for whoever may read it."""
    access = seat(room_id)
    take_for(access, PREVIEW)
    grant = ask(GrantDownload(room_id=room_id, participant=access.participant, document_id=document_id))
    return _drawn(grant, document_id, rooms.object_store(), room_id, page)


@blueprint.get("/files/rooms/<room_id>/copies/<document_id>/pages/<int(max=1000000):page>")
@seat_required
def copy_picture(room_id: str, document_id: str, page: int) -> Response:
    """A page of an identity copy, for an agent in the room; the mark is part of the picture."""
    access = seat(room_id)
    take_for(access, PREVIEW)
    grant = ask(GrantCopyView(room_id=room_id, participant=access.participant, document_id=document_id))
    return _drawn(grant, document_id, rooms.object_store(), room_id, page, _mark(grant))


@blueprint.get("/files/spaces/<space_id>/<document_id>/pages/<int(max=1000000):page>")
@spaces.member_required
def space_picture(space_id: str, document_id: str, page: int) -> Response:
    """A page of a document of a space, of its current version, for whoever may read there."""
    who, meant_id = actor(), meant(space_id)
    take(PREVIEW, f"person {who.person_id}")
    grant = ask(GrantSpaceDownload(actor=who, space_id=meant_id, document_id=document_id))
    return _drawn(grant, grant.object_name, spaces.object_store(), meant_id, page)


def _drawn(grant: ShownGrant, label: str, store: Store, where: str, page: int, mark: str = "") -> Response:
    """`label`: what the bytes are sealed as; `where`: the room or space, which has its share of the places.

    Raises NotFound(page), TooManyRequests, ServiceUnavailable(inspector | documents) and
    DocumentRefused(damaged).
    """
    if not 1 <= page <= grant.pages:
        raise NotFound("page")
    source = SealedSource(store, grant, label, grant.size)
    with _DRAWN.of(where):
        drawn = inspector().render(grant.media_type, source, page, _WIDTH, mark)
    response = Response(drawn.content, mimetype=drawn.media_type)
    response.headers.update(download_headers(f"{page}.webp", len(drawn.content), inline=True))
    return response


def _mark(view: CopyView) -> str:
    """`Anna Demo · 03.12.2026 15:20`, by the clocks in Luxembourg: the same in every language."""
    who = staff()
    assert who is not None, "the copy was granted to an agent"
    return f"{who.name} · {local(view.seen_at):%d.%m.%Y %H:%M}"
