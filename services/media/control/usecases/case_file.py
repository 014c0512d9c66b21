"""Handing a document over to the case file: who may, what becomes of it, and that it is told.

The bytes go from the gateway to the case file.  That they do is kept with the document before they go, so
that whatever dies in between leaves something to be found out, and nothing unsaid.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from services.contracts import case_file as contract
from services.contracts.document_errors import AlreadyFiled, FilingUnderWay
from services.contracts.errors import InvalidField, NotAllowed, NotFound, StaleVersion
from services.contracts.media import Done
from services.media.control import ports
from services.media.control.domain.admission import Action
from services.media.control.domain.document import SHARED, Document, open_filings
from services.media.control.domain.filing import Filing
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.usecases.documents import key_of
from services.media.control.usecases.filed import progressed
from services.media.control.usecases.media import (
    Change,
    Decide,
    Entry,
    Media,
    change_room,
    found,
    require,
    who_is,
)

_LOOKED_AT = 50
"""Rooms, for one that nobody is at."""
_MARGIN_SECONDS = 15
"""For the answer of whoever sends the bytes, after his time is over: no second attempt begins before."""


def grant_filing(media: Media, request: contract.GrantFiling) -> contract.FilingGrant:
    """Leave to send one document; nobody else gets it until this attempt is over."""
    if media.rules.filing_for is None:
        raise NotFound("case_file")
    who, key, reason = who_is(request.participant), key_of(media, request.room_id), _reason(request.reason)
    _to_be_filed(media, found(media, request.room_id), who, request.document_id, reason, media.now())
    _take(media, request.document_id)

    def decide(room: Room, now: datetime) -> Change:
        document = _to_be_filed(media, room, who, request.document_id, reason, now)
        if document.filing is not None:
            return _with(room, document, document.filing.again())
        sealed = key.seal_reason(document.document_id, reason)
        begun = Filing(agent_id=who.participant_id, sealed_reason=sealed, begun_at=now)
        told = progressed(room, document.document_id, who.participant_id, contract.BEGUN, now)
        return replace(_with(room, document, begun), events=(told,))

    return _attempt(media, request.room_id, request.document_id, key, decide)


def resume_filing(media: Media, request: contract.ResumeFiling) -> contract.OpenFiling:
    """The next attempt of some filing that nobody is at; nothing where all are at rest, or forgotten."""
    if media.rules.filing_for is not None:
        for room_id in media.rooms.with_open_filing(media.now(), _LOOKED_AT):
            if grant := _resumed(media, room_id):
                return contract.OpenFiling(room_id=room_id, grant=grant)
    return contract.OpenFiling()


def finish_filing(media: Media, request: contract.FinishFiling) -> Done:
    """The receipt is kept with the document, where it still is; that it was filed is told in any case."""
    _check_receipt(request.receipt)

    def decide(room: Room, now: datetime) -> Change:
        told = progressed(room, request.document_id, request.agent_id, contract.FILED, now, request.receipt)
        document = room.document(request.document_id)
        if document is None or document.filing is None:
            return Change(room=room, events=(told,))  # taken back or forgotten meanwhile
        if document.filing.is_filed:
            return Change(room=room)
        filed = _with(room, document, document.filing.filed(now, request.receipt))
        entry = Entry(
            type="document_filed", by=document.filing.agent_id, data={"document_id": document.document_id}
        )
        return replace(filed, log=(entry,), events=(told,))

    change_room(media, request.room_id, decide)
    media.leases.release_all([_lease(request.document_id)])
    return Done()


def abandon_filing(media: Media, request: contract.AbandonFiling) -> Done:
    """Forget what cannot be there; what may be is open for the next attempt at once."""
    if request.fault not in contract.FAULTS:
        raise InvalidField("fault", "choice")
    refused, certain = request.fault == contract.REFUSED, request.fault != contract.UNKNOWN

    def decide(room: Room, now: datetime) -> Change:
        document = room.document(request.document_id)
        filing = document.filing if document is not None else None
        if document is None or filing is None or not certain:
            return Change(room=room)
        if not filing.is_over(request.attempt, refused=refused):
            return Change(room=room)
        told = progressed(room, document.document_id, filing.agent_id, contract.DROPPED, now)
        return replace(_with(room, document, None), events=(told,))

    room = change_room(media, request.room_id, decide)
    if _is_latest(room, request):
        media.leases.release_all([_lease(request.document_id)])
    return Done()


# --- attempts ----------------------------------------------------------------------


def _resumed(media: Media, room_id: str) -> contract.FilingGrant | None:
    """An attempt more for the first document of the room whose filing is open and that nobody has."""
    room, key = media.rooms.get(room_id), media.keys.get(room_id)
    if room is None or key is None:
        return None
    for document_id in open_filings(room.documents):
        with suppress(FilingUnderWay, NotFound):
            _take(media, document_id)
            return _attempt(media, room_id, document_id, key, partial(_again, document_id))
    return None


def _again(document_id: str, room: Room, _: datetime) -> Change:
    """Errors: NotFound(document) where it has come to an end meanwhile."""
    document = room.document(document_id)
    if document is None or document.filing is None or document.filing.is_filed:
        raise NotFound("document")
    return _with(room, document, document.filing.again())


def _take(media: Media, document_id: str) -> None:
    """One attempt at a time, for as long as it may take.  Errors: FilingUnderWay."""
    assert media.rules.filing_for is not None
    seconds = int(media.rules.filing_for.total_seconds()) + _MARGIN_SECONDS
    if not media.leases.take_all([_lease(document_id)], seconds):
        raise FilingUnderWay


def _attempt(
    media: Media, room_id: str, document_id: str, key: ports.RoomKey, decide: Decide
) -> contract.FilingGrant:
    """Stored before it is granted; whoever does not get it leaves the way open."""
    assert media.rules.filing_for is not None
    try:
        room = change_room(media, room_id, decide)
        return _grant(room.document(document_id), key, media.rules.filing_for.total_seconds())
    except Exception:
        media.leases.release_all([_lease(document_id)])
        raise


# --- rules -------------------------------------------------------------------------


def _to_be_filed(
    media: Media, room: Room, who: Who, document_id: str, reason: str, now: datetime
) -> Document:
    """The document, if `who` may hand it over now."""
    require(room, who, Action.FILE, now, media.rules)
    document = room.document(document_id)
    if document is None or not document.is_ready:
        raise NotFound("document")
    if document.kind != SHARED:
        raise NotAllowed(Action.FILE)
    if document.filing is not None and document.filing.is_filed:
        raise AlreadyFiled
    if document.filing is None and not reason:
        raise InvalidField("reason", "missing")
    return document


def _reason(text: str) -> str:
    """In one line, without what cannot be seen."""
    clean = "".join(char for char in " ".join(text.split()) if char.isprintable())
    if len(clean) > contract.REASON_CHARS:
        raise InvalidField("reason", "too_long")
    return clean


def _check_receipt(receipt: str) -> None:
    if not receipt or len(receipt) > contract.RECEIPT_CHARS or not receipt.isprintable():
        raise InvalidField("receipt", "format")


def _is_latest(room: Room, request: contract.AbandonFiling) -> bool:
    """An attempt that comes late does not open what the next one holds."""
    document = room.document(request.document_id)
    return document is None or document.filing is None or document.filing.attempts == request.attempt


def _lease(document_id: str) -> str:
    return f"filing {document_id}"


# --- changes -----------------------------------------------------------------------


def _with(room: Room, document: Document, filing: Filing | None) -> Change:
    return Change(room=room.with_document(replace(document, filing=filing)))


def _grant(document: Document | None, key: ports.RoomKey, seconds: float) -> contract.FilingGrant:
    filing = document.filing if document is not None else None
    if document is None or filing is None:
        raise StaleVersion("room")  # gone since it was stored, a moment ago
    return contract.FilingGrant(
        document_id=document.document_id,
        attempt=filing.attempts,
        object_name=document.object_name,
        data_key=key.data_key(document.document_id),
        name=key.open_name(document.document_id, document.sealed_name),
        media_type=document.media_type,
        size=document.size,
        sent_by=document.role,
        agent_id=filing.agent_id,
        reason=key.open_reason(document.document_id, filing.sealed_reason),
        begun_at=filing.begun_at,
        seconds=seconds,
    )
