"""Step 7, only without authentication: a copy of the identity document, through the files entry."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for

from gateway.access import anyone
from gateway.backends import ask
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft, load
from gateway.blueprints.booking.steps import guarded, may_open, page
from gateway.errors import problem_of, sentence_of
from gateway.room_access import RECIPIENT, RoomAccess
from services.contracts.errors import DocumentEmpty, IdentityCopyMissing, PlatformError
from services.contracts.media import CITIZEN, Document, Participant, RemoveDocument


@blueprint.get("/identity")
@anyone
@guarded("identity")
def identity(draft: Draft) -> Any:
    return page("identity", draft, refusal="")


@blueprint.post("/identity")
@anyone
@guarded("identity")
def go_on_with_copy(draft: Draft) -> Any:
    """Without a copy there is no way on."""
    return redirect(url_for("booking.review"), 303) if draft.copy else _refused(draft, IdentityCopyMissing())


@blueprint.post("/identity/remove")
@anyone
@guarded("identity")
def remove_copy(draft: Draft) -> Any:
    access = draft_room()
    if access is not None and draft.copy:
        request = RemoveDocument(
            room_id=access.room_id, participant=access.participant, document_id=draft.copy["document_id"]
        )
        ask(request)
        draft.copy = {}
        draft.save()
    return redirect(url_for("booking.identity"), 303)


# --- for the files entry ---------------------------------------------------------


def draft_room() -> RoomAccess | None:
    """Where this session's identity copy belongs; None when its turn has not come or the hold has lapsed."""
    draft = load()
    if draft.held is None or not may_open(draft, "identity"):
        return None
    return RoomAccess(draft.held.appointment_id, Participant(participant_id=RECIPIENT, role=CITIZEN))


def previous_copy() -> str:
    """Id of the copy that a new one replaces, or an empty string."""
    return str(load().copy.get("document_id", ""))


def keep_copy(document: Document) -> None:
    """The copy is stored and checked: the step is done."""
    draft = load()
    draft.copy = {"document_id": document.document_id, "name": document.name, "size": document.size}
    draft.save()


def refusal_page(error: PlatformError) -> Any:
    """The step's page again, with the reason at the field and the status that fits."""
    nothing_chosen = isinstance(error, DocumentEmpty)
    return _refused(load(), IdentityCopyMissing() if nothing_chosen else error)


def _refused(draft: Draft, error: PlatformError) -> Any:
    return page("identity", draft, problem_of(error).status, refusal=sentence_of(error))
