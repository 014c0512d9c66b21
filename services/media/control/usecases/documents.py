"""Documents: leave to write or read one object.  The bytes go another way and never come here."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from services.chassis.ids import new_id
from services.contracts import room_documents as contract
from services.contracts.document_errors import (
    AlreadyFiled,
    DocumentEmpty,
    DocumentTooLarge,
    DocumentTypeRefused,
    TooManyDocuments,
)
from services.contracts.document_rules import MOST_PAGES, clean_name
from services.contracts.errors import InvalidField, NotAllowed, NotFound
from services.contracts.media import Done
from services.contracts.media_errors import RoomForgotten
from services.media.control import figures, ports
from services.media.control.domain.admission import AGENT, Action
from services.media.control.domain.document import (
    IDENTITY_COPY,
    SHARED,
    TYPES,
    Document,
    attempt_of,
    attempts,
    brought,
    object_prefix,
)
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.usecases.filed import filing_of
from services.media.control.usecases.media import Change, Entry, Media, change_room, found, require, who_is

_MOST_ATTEMPTS = 5
"""To bring one file, of which nothing is known any more: a page asks again where an answer was lost."""
_DIGEST = re.compile("[0-9a-f]{64}")
_ADD = {SHARED: Action.SHARE, IDENTITY_COPY: Action.PROVE}


def grant_upload(media: Media, request: contract.GrantUpload) -> contract.UploadGrant:
    """Leave to write one object, once; its row is there before any byte is, so none is lost sight of."""
    _check_announced(request, media.rules)
    who, key = who_is(request.participant), key_of(media, request.room_id)
    document = _new_document(request, who, key, media.now(), _name(request.name, media.rules))

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, _ADD[request.kind], now, media.rules)
        _check_number(room, document, media.rules)
        return Change(room=room.with_document(document))

    change_room(media, request.room_id, decide)
    return contract.UploadGrant(
        document_id=document.document_id,
        object_name=document.object_name,
        data_key=key.data_key(document.document_id),
        max_bytes=media.rules.max_document_bytes,
        media_types=TYPES[request.kind],
        until=document.granted_at + media.rules.grant_for,
    )


def finish_upload(media: Media, request: contract.FinishUpload) -> contract.Document:
    """The bytes are stored and checked: show the document to those who may see it.

    What another attempt has brought already is not shown twice: this one is reaped like any that never ended.
    """
    key = key_of(media, request.room_id)

    def decide(room: Room, now: datetime) -> Change:
        document = brought(_of(room, request.document_id), room.documents)
        if document.is_ready:
            return Change(room=room)
        _check_stored(request, document, media.rules)
        require(room, _sender(document), _ADD[document.kind], now, media.rules)
        ready = document.ready(now, request.media_type, request.size, request.pages, request.digest)
        return Change(room=room.with_document(ready), log=_added(ready, key))

    room = change_room(media, request.room_id, decide)
    document = brought(_of(room, request.document_id), room.documents)
    figures.DOCUMENTS.labels(document.kind).inc()
    return _shown(document, key)


def abandon_upload(media: Media, request: contract.AbandonUpload) -> Done:
    """Destroy what an upload that failed or was refused has left; what is shown meanwhile stays."""
    room = change_room(media, request.room_id, lambda room, _: _abandoned(room, request.document_id))
    _destroy_given_up(media, room)
    return Done()


def remove_document(media: Media, request: contract.RemoveDocument) -> Done:
    """The sender takes a document back, unless the case file may have it."""
    who = who_is(request.participant)

    def decide(room: Room, now: datetime) -> Change:
        document = room.document(request.document_id)
        if document is None or document.given_up:
            return Change(room=room)
        if _sender(document) != who or not _may_see(room, document, who, now, media.rules):
            raise NotFound("document")
        if document.filing is not None:
            raise AlreadyFiled
        return _taken_back(room, document)

    _destroy_given_up(media, change_room(media, request.room_id, decide))
    return Done()


def list_documents(media: Media, request: contract.ListDocuments) -> contract.Documents:
    """Documents that passed their checks and that this participant may see, the oldest first."""
    room, who, now = found(media, request.room_id), who_is(request.participant), media.now()
    verdict = require(room, who, _look(room), now, media.rules)
    key = key_of(media, request.room_id)
    seen = [d for d in room.documents if d.is_ready and _may_see(room, d, who, now, media.rules)]
    seen.sort(key=lambda document: document.added_at or now)
    shown = tuple(replace(_shown(document, key), filing=filing_of(document, key, who)) for document in seen)
    may_file = media.rules.filing_for is not None and verdict.allows(Action.FILE)
    return contract.Documents(documents=shown, case_file=may_file)


def grant_download(media: Media, request: contract.GrantDownload) -> contract.DownloadGrant:
    """Leave to read one object for a minute; an agent looks at an identity copy, and does not get it."""
    room, who, now = found(media, request.room_id), who_is(request.participant), media.now()
    require(room, who, _look(room), now, media.rules)
    document = _of(room, request.document_id)
    if not document.is_ready or not _may_see(room, document, who, now, media.rules):
        raise NotFound("document")
    if document.kind == IDENTITY_COPY and who.role == AGENT:
        raise NotAllowed("download")
    key = key_of(media, request.room_id)
    return contract.DownloadGrant(
        object_name=document.object_name,
        data_key=key.data_key(document.document_id),
        name=key.open_name(document.document_id, document.sealed_name),
        media_type=document.media_type,
        size=document.size,
        until=readable_until(room, now, media.rules),
        pages=document.pages,
    )


# --- rules -------------------------------------------------------------------------


def _look(room: Room) -> Action:
    return Action.PROVE if room.starts_at is None else Action.READ


def _may_see(room: Room, document: Document, who: Who, now: datetime, rules: Rules) -> bool:
    """A shared document: everybody in the room.  The identity copy: agents, and the citizen of a draft."""
    verdict = room.admission(who, now, rules)
    if document.kind == IDENTITY_COPY:
        return verdict.allows(Action.PROVE) or (who.role == AGENT and verdict.allows(Action.READ))
    return verdict.allows(Action.READ)


def _check_number(room: Room, new: Document, rules: Rules) -> None:
    """Uploads that are not finished count, too; other attempts to bring the same file do not."""
    most = rules.max_identity_copies if new.kind == IDENTITY_COPY else rules.max_documents
    others = [one for one in room.documents if one.kind == new.kind and not one.is_again(new)]
    again = [one for one in room.documents if one.is_again(new)]
    if len(others) >= most or len(again) >= _MOST_ATTEMPTS:
        raise TooManyDocuments(str(most))


def _check_announced(request: contract.GrantUpload, rules: Rules) -> None:
    if request.kind not in TYPES:
        raise InvalidField("kind", "choice")
    if request.size > rules.max_document_bytes:
        raise DocumentTooLarge(str(rules.max_document_bytes))


def _check_stored(request: contract.FinishUpload, document: Document, rules: Rules) -> None:
    if request.size <= 0:
        raise DocumentEmpty
    if request.size > rules.max_document_bytes:
        raise DocumentTooLarge(str(rules.max_document_bytes))
    if request.media_type not in TYPES[document.kind]:
        raise DocumentTypeRefused(request.media_type)
    if not 0 <= request.pages <= MOST_PAGES:
        raise InvalidField("pages", "range")
    if request.digest and not _DIGEST.fullmatch(request.digest):
        raise InvalidField("digest", "format")


def _name(name: str, rules: Rules) -> str:
    clean = clean_name(name)
    if not clean:
        raise InvalidField("name", "missing")
    if len(clean) > rules.max_name_chars:
        raise InvalidField("name", "too_long")
    return clean


def readable_until(room: Room, now: datetime, rules: Rules) -> datetime:
    """When a grant to read that is made now ends: with the room's content at the latest."""
    ended, until = room.end_seen_at(now, rules), now + rules.grant_for
    return min(until, ended + rules.kept_for) if ended else until


# --- rows ------------------------------------------------------------------------------


def _new_document(
    request: contract.GrantUpload, who: Who, key: ports.RoomKey, now: datetime, name: str
) -> Document:
    document_id = new_id()
    return Document(
        document_id=document_id,
        kind=request.kind,
        object_name=object_prefix(request.room_id) + new_id(),
        sealed_name=key.seal_name(document_id, name),
        sender=who.participant_id,
        role=who.role,
        granted_at=now,
        upload=attempt_of(who.participant_id, request.request_key),
    )


def key_of(media: Media, room_id: str) -> ports.RoomKey:
    """The room's key; NotFound(room) for a room that never was, RoomForgotten for one that is gone."""
    key = media.keys.get(room_id)
    if key is None:
        found(media, room_id)
        raise RoomForgotten
    return key


def _of(room: Room, document_id: str) -> Document:
    document = room.document(document_id)
    if document is None or document.given_up:
        raise NotFound("document")
    return document


def _sender(document: Document) -> Who:
    return Who(participant_id=document.sender, role=document.role)


def _destroy_given_up(media: Media, room: Room) -> None:
    """The objects go before their rows, so that none is lost sight of; the timer goes on where this ends."""
    given_up = [document for document in room.documents if document.given_up]
    if given_up:
        gone = [document.document_id for document in given_up]
        media.objects.remove([document.object_name for document in given_up])
        change_room(media, room.room_id, lambda room, _: Change(room=room.without_documents(*gone)))


def _abandoned(room: Room, document_id: str) -> Change:
    document = room.document(document_id)
    if document is None or document.is_ready:
        return Change(room=room)
    return Change(room=room.with_document(document.giving_up()))


def _taken_back(room: Room, document: Document) -> Change:
    told = document.kind == SHARED and document.is_ready
    entry = Entry(type="document_removed", by=document.sender, data={"document_id": document.document_id})
    for one in attempts(document, room.documents):
        room = room.with_document(one.giving_up())
    return Change(room=room, log=(entry,) if told else ())


def _added(document: Document, key: ports.RoomKey) -> tuple[Entry, ...]:
    """An identity copy is nobody's news."""
    if document.kind != SHARED:
        return ()
    data = {
        "document_id": document.document_id,
        "name": key.open_name(document.document_id, document.sealed_name),
        "media_type": document.media_type,
        "size": document.size,
        "role": document.role,
        "pages": document.pages,
    }
    return (Entry(type="document_added", by=document.sender, data=data),)


def _shown(document: Document, key: ports.RoomKey) -> contract.Document:
    return contract.Document(
        document_id=document.document_id,
        kind=document.kind,
        name=key.open_name(document.document_id, document.sealed_name),
        media_type=document.media_type,
        size=document.size,
        sender=document.sender,
        role=document.role,
        added_at=document.added_at or document.granted_at,
        pages=document.pages,
        compared=document.compared,
    )
