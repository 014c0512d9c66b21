"""Step 7, only without authentication: a copy of the identity document of everybody who will speak.

The files go through the files entry, each into the draft room of the hold.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import redirect, request, url_for

from gateway.access import anyone
from gateway.backends import ask
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft, load
from gateway.blueprints.booking.steps import guarded, may_open, page
from gateway.errors import problem_of, sentence_of
from gateway.principals import citizen
from gateway.room_access import RECIPIENT, RoomAccess
from services.contracts.document_errors import DocumentEmpty
from services.contracts.errors import IdentityCopyMissing, PlatformError
from services.contracts.media import CITIZEN, Participant
from services.contracts.room_documents import Document, RemoveDocument

_log = logging.getLogger(__name__)
_PARTICIPANT = Participant(participant_id=RECIPIENT, role=CITIZEN)


@blueprint.get("/identity")
@anyone
@guarded("identity")
def identity(draft: Draft) -> Any:
    return page("identity", draft, refusal="", refused="")


@blueprint.post("/identity")
@anyone
@guarded("identity")
def go_on_with_copies(draft: Draft) -> Any:
    """Without a copy of everybody's document there is no way on."""
    missing = draft.copies_missing
    if missing:
        return _refused(draft, IdentityCopyMissing(), missing[0])
    return redirect(url_for("booking.review"), 303)


@blueprint.post("/identity/remove")
@anyone
@guarded("identity")
def remove_copy(draft: Draft) -> Any:
    """Take a copy back at once; a second click finds nothing to do."""
    copy_id = draft.copy_id(request.form.get("whose", ""))
    if draft.held is not None and copy_id:
        ask(_removal(draft.held.appointment_id, copy_id))
        draft.copies = {whose: kept for whose, kept in draft.copies.items() if kept["document_id"] != copy_id}
        draft.save()
    return redirect(url_for("booking.identity"), 303)


def keep_only_speakers(draft: Draft) -> None:
    """Remove what is not needed: copies that were replaced, and of people who do not speak after all.

    One that cannot be removed now stays in the draft, for the next time.
    """
    needed = () if citizen() else draft.speakers
    for whose in [whose for whose in draft.copies if whose not in needed]:
        draft.set_aside(whose)
    draft.replaced = [copy_id for copy_id in draft.replaced if not _is_removed(draft, copy_id)]


# --- for the files entry ---------------------------------------------------------


def draft_room(whose: str) -> RoomAccess | None:
    """Where this copy belongs; None before its turn, when nobody needs it, or after the hold."""
    draft = load()
    if draft.held is None or not may_open(draft, "identity") or whose not in draft.speakers:
        return None
    return RoomAccess(draft.held.appointment_id, _PARTICIPANT)


def keep_copy(document: Document, whose: str) -> None:
    """The copy is stored and checked.  It takes the place of the one before."""
    draft = load()
    draft.set_aside(whose)
    draft.copies[whose] = {
        "document_id": document.document_id,
        "name": document.name,
        "size": document.size,
    }
    keep_only_speakers(draft)
    draft.save()


def refusal_page(error: PlatformError, whose: str) -> Any:
    """The step's page again, with the reason at the field and the status that fits."""
    nothing_chosen = isinstance(error, DocumentEmpty)
    return _refused(load(), IdentityCopyMissing() if nothing_chosen else error, whose)


def _removal(room_id: str, document_id: str) -> RemoveDocument:
    return RemoveDocument(room_id=room_id, participant=_PARTICIPANT, document_id=document_id)


def _is_removed(draft: Draft, document_id: str) -> bool:
    if draft.held is None:
        return True  # its room went with the hold
    try:
        ask(_removal(draft.held.appointment_id, document_id))
    except PlatformError as error:
        _log.warning("an earlier copy is still there", extra={"error": type(error).__name__})
        return not error.retryable
    return True


def _refused(draft: Draft, error: PlatformError, whose: str) -> Any:
    return page("identity", draft, problem_of(error).status, refusal=sentence_of(error), refused=whose)
