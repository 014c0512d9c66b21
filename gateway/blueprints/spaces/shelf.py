"""`/spaces/<id>/documents`: what lies in a space by folder, how full it is, uploading, the bin."""

from __future__ import annotations

from typing import Any

from flask import get_flashed_messages, render_template, request

from gateway.access import registered_required
from gateway.backends import ask
from gateway.blueprints.spaces import shelf_words
from gateway.blueprints.spaces.blueprint import actor, blueprint, space_to
from services.contracts.space_access import SpaceCard
from services.contracts.space_documents import ListSpaceDocuments, Shelf, SpaceDocument

blueprint.context_processor(lambda: {"shelf_words": shelf_words})


@blueprint.get("/<space_id>/documents")
@registered_required
def documents(space_id: str) -> Any:
    space = space_to(space_id, "documents:read")
    return render_template("spaces/documents/list.html", space=space, shelf=shelf_of(space))


@blueprint.get("/<space_id>/documents/add")
@registered_required
def add_documents(space_id: str) -> Any:
    """Choose files; the files entry takes them, and sends who has no script back here when it refuses one."""
    space = space_to(space_id, "documents:write")
    shelf, (field, refused) = shelf_of(space), _refusal()
    return render_template(
        "spaces/documents/add.html",
        space=space,
        shelf=shelf,
        folder=request.args.get("folder", ""),
        document=_asked_for(shelf),
        field=field,
        refused=refused,
    )


@blueprint.get("/<space_id>/documents/bin")
@registered_required
def document_bin(space_id: str) -> Any:
    """For those who may bring something back out of it."""
    space = space_to(space_id, "documents:write")
    return render_template("spaces/documents/bin.html", space=space, shelf=shelf_of(space))


def _asked_for(shelf: Shelf) -> SpaceDocument | None:
    """The document that gets a version."""
    document_id = request.args.get("document")
    return next((one for one in shelf.documents if one.document_id == document_id), None)


def _refusal() -> tuple[str, str]:
    """The field of the form that the files entry has refused, and why; empty where it has not."""
    told = get_flashed_messages(with_categories=True, category_filter=["upload", "folder"])
    return ("folder" if told[0][0] == "folder" else "document", told[0][1]) if told else ("", "")


def shelf_of(space: SpaceCard) -> Shelf:
    return ask(ListSpaceDocuments(actor=actor(), space_id=space.space_id))
