"""Step 7, only without authentication: a copy of the identity document, through the files entry."""

from __future__ import annotations

import logging
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

_log = logging.getLogger(__name__)


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


def keep_copy(document: Document) -> None:
    """The copy is stored and checked: the step is done.  It takes the place of the one before."""
    draft = load()
    if draft.copy:
        draft.replaced.append(draft.copy["document_id"])
    draft.copy = {"document_id": document.document_id, "name": document.name, "size": document.size}
    remove_replaced(draft)
    draft.save()


def remove_replaced(draft: Draft) -> None:
    """Take earlier copies back; one that cannot be removed now stays in the draft, for the next time."""
    draft.replaced = [document_id for document_id in draft.replaced if not _is_removed(draft, document_id)]


def _is_removed(draft: Draft, document_id: str) -> bool:
    assert draft.held is not None
    citizen = Participant(participant_id=RECIPIENT, role=CITIZEN)
    request = RemoveDocument(room_id=draft.held.appointment_id, participant=citizen, document_id=document_id)
    try:
        ask(request)
    except PlatformError as error:
        _log.warning("an earlier copy is still there", extra={"error": type(error).__name__})
        return not error.retryable
    return True


def refusal_page(error: PlatformError) -> Any:
    """The step's page again, with the reason at the field and the status that fits."""
    nothing_chosen = isinstance(error, DocumentEmpty)
    return _refused(load(), IdentityCopyMissing() if nothing_chosen else error)


def _refused(draft: Draft, error: PlatformError) -> Any:
    return page("identity", draft, problem_of(error).status, refusal=sentence_of(error))
