"""`/spaces/<id>/documents/<id>`: one document with its versions; rename, move, delete, restore, erase it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gateway.access import registered_required
from gateway.backends import ask
from gateway.blueprints.room.sheet import Sheet, page_asked
from gateway.blueprints.spaces import shelf_words
from gateway.blueprints.spaces.blueprint import DONE, actor, blueprint, handle, space_to
from gateway.blueprints.spaces.shelf import shelf_of
from gateway.errors import problem_of, sentence_of
from gateway.forms.documents import DocumentForm
from services.contracts.document_errors import AlreadyThere, NotInBin
from services.contracts.errors import InvalidField, NotFound, PlatformError, StaleVersion
from services.contracts.space_access import SpaceCard
from services.contracts.space_documents import (
    VERSION_DAYS,
    DeleteSpaceDocument,
    EraseSpaceDocument,
    RenameSpaceDocument,
    RestoreSpaceDocument,
    SpaceDocument,
)
from services.contracts.wire import Request

_MOST_FORMER = 1000
_TOLD = (AlreadyThere, NotFound, NotInBin, StaleVersion)
"""Refusals that are read on the page to which one comes back."""
_AT = "/<space_id>/documents/<document_id>"


@blueprint.get(_AT)
@registered_required
def document(space_id: str, document_id: str) -> Any:
    """One that was thrown away is found in the bin."""
    space = space_to(space_id, "documents:read")
    shelf = shelf_of(space)
    if _is_among(shelf.bin, document_id) and "documents:write" in space.may:
        return redirect(url_for("spaces.document_bin", space_id=space_id), 303)
    found = _one(shelf.documents, document_id)
    form = DocumentForm(formdata=None, data={"name": found.name, "folder": found.folder})
    return _show(form, space, found)


@blueprint.post(_AT)
@registered_required
def change_document(space_id: str, document_id: str) -> Any:
    """Rename or move it, over the name that was read and no other."""
    space, form = space_to(space_id, "documents:write"), DocumentForm()
    if not form.validate():
        return _show(form, space, _one(shelf_of(space).documents, document_id), 422)
    try:
        changed = ask(_wanted(form, space, document_id))
    except NotFound as gone:  # somebody has put it into the bin: its page leads there
        flash(sentence_of(gone), "message")
        return redirect(url_for("spaces.document", space_id=space_id, document_id=document_id), 303)
    except (InvalidField, AlreadyThere, StaleVersion) as fault:
        blamed = _at_its_field(form, fault)
        found = _one(shelf_of(space).documents, document_id)
        return _show(form, space, found, problem_of(fault).status, "" if blamed else sentence_of(fault))
    place = shelf_words.folder(changed.folder)
    flash(_("“%(name)s” lies in the folder “%(folder)s”.", name=changed.name, folder=place), DONE)
    return redirect(url_for("spaces.documents", space_id=space_id), 303)


@blueprint.post(f"{_AT}/delete")
@registered_required
def delete_document(space_id: str, document_id: str) -> Any:
    space = space_to(space_id, "documents:write")
    wanted = DeleteSpaceDocument(actor=actor(), space_id=space.space_id, document_id=document_id)
    _changed(wanted, _("The document is in the bin. You can still restore it."))
    return redirect(url_for("spaces.documents", space_id=space_id), 303)


@blueprint.post(f"{_AT}/restore")
@registered_required
def restore_document(space_id: str, document_id: str) -> Any:
    space = space_to(space_id, "documents:write")
    wanted = RestoreSpaceDocument(actor=actor(), space_id=space.space_id, document_id=document_id)
    restored = _changed(wanted, _("The document is in its folder again."))
    return redirect(
        url_for("spaces.documents" if restored else "spaces.document_bin", space_id=space_id), 303
    )


@blueprint.get(f"{_AT}/erase")
@registered_required
def erase_document(space_id: str, document_id: str) -> Any:
    """What it means; asked of what lies in the bin."""
    space = space_to(space_id, "documents:write")
    found = _one(shelf_of(space).bin, document_id)
    return render_template("spaces/documents/erase.html", space=space, document=found)


@blueprint.post(f"{_AT}/erase")
@registered_required
def erase_document_now(space_id: str, document_id: str) -> Any:
    space = space_to(space_id, "documents:write")
    wanted = EraseSpaceDocument(actor=actor(), space_id=space.space_id, document_id=document_id)
    _changed(wanted, _("The document is gone for good."))
    return redirect(url_for("spaces.document_bin", space_id=space_id), 303)


def _changed(request: Request[Any], message: str) -> bool:
    """Ask for it, with a word on what came of it; what is gone already was wanted gone."""
    try:
        ask(request)
    except _TOLD as refusal:
        flash(sentence_of(refusal), "message")
        return False
    flash(message, DONE)
    return True


def _one(documents: Iterable[SpaceDocument], document_id: str) -> SpaceDocument:
    """Errors: NotFound(document)."""
    found = next((one for one in documents if one.document_id == document_id), None)
    if found is None:
        raise NotFound("document")
    return found


def _is_among(documents: Iterable[SpaceDocument], document_id: str) -> bool:
    return any(one.document_id == document_id for one in documents)


def _wanted(form: DocumentForm, space: SpaceCard, document_id: str) -> RenameSpaceDocument:
    return RenameSpaceDocument(
        actor=actor(),
        space_id=space.space_id,
        document_id=document_id,
        former_name=request.form.get("former_name", "")[:_MOST_FORMER],
        name=form.name.data,
        folder=form.folder.data,
    )


def _at_its_field(form: DocumentForm, fault: PlatformError) -> bool:
    """Whether a field of the form says it."""
    if isinstance(fault, AlreadyThere):
        return form.blame(InvalidField("name", "taken"), sentence_of(fault))
    return isinstance(fault, InvalidField) and form.show(fault)


def _show(
    form: DocumentForm, space: SpaceCard, found: SpaceDocument, status: int = 200, refusal: str = ""
) -> Any:
    page, sheet = "spaces/documents/one.html", _sheet(space, found) if found.pages else None
    return render_template(
        page, form=form, space=space, document=found, sheet=sheet, refusal=refusal, days=VERSION_DAYS
    ), status


def _sheet(space: SpaceCard, found: SpaceDocument) -> Sheet:
    """The page of it that is shown; `?page=` counts from 1."""
    return Sheet(
        name=found.name,
        number=page_asked(found.pages),
        pages=found.pages,
        place=url_for("spaces.document", space_id=handle(space), document_id=found.document_id),
        pictures=shelf_words.url_for_pictures(space, found),
    )
