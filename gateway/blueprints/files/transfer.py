"""One document on its way from the browser into the store, and back: by chunks, never at rest in clear."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TypeVar

from gateway.blueprints.files.media_type import HEAD_BYTES, detect, named_for
from gateway.blueprints.files.multipart import FileUpload
from services.chassis.vault.cipher import Tampered, clipped, open_stream, seal_stream, sealed_size
from services.chassis.vault.objects import ObjectMissing, ObjectStoreDown
from services.contracts.errors import (
    DocumentEmpty,
    DocumentTypeRefused,
    InternalError,
    NotFound,
    PlatformError,
    ServiceUnavailable,
)
from services.contracts.media import (
    AbandonUpload,
    Document,
    DownloadGrant,
    FinishUpload,
    GrantUpload,
    Participant,
    UploadGrant,
)
from services.contracts.wire import Request

_log = logging.getLogger(__name__)

ReplyT = TypeVar("ReplyT")


class Store(Protocol):
    """The object store, as `vault.objects.Objects`."""

    def put(self, name: str, body: Iterator[bytes], size: int) -> None: ...

    def get(self, name: str) -> Iterator[bytes]: ...


class Ask(Protocol):
    """The bus, as `gateway.backends.ask`."""

    def __call__(self, request: Request[ReplyT]) -> ReplyT: ...


@dataclass(frozen=True)
class Place:
    """Where a document goes, and who brings it."""

    room_id: str
    participant: Participant
    kind: str
    """`shared` or `identity_copy`."""


def receive(upload: FileUpload, place: Place, ask: Ask, store: Store) -> Document:
    """Check a document, store it sealed, and show it; whatever fails leaves nothing behind.

    Raises DocumentEmpty, DocumentTypeRefused, what GrantUpload refuses,
    MultipartError, ServiceUnavailable for a store that does not answer.
    """
    if upload.size == 0:
        raise DocumentEmpty
    head, body = _peek(upload.chunks())
    media_type = detect(head)
    grant = ask(
        GrantUpload(
            room_id=place.room_id,
            participant=place.participant,
            kind=place.kind,
            name=named_for(upload.filename, media_type),
            size=upload.size,
        )
    )
    with _nothing_left_behind(place.room_id, grant, ask):
        if media_type not in grant.media_types:
            raise DocumentTypeRefused(media_type)
        _store(body, upload.size, grant, store)
        return ask(
            FinishUpload(
                room_id=place.room_id, document_id=grant.document_id, size=upload.size, media_type=media_type
            )
        )


def deliver(grant: DownloadGrant, document_id: str, store: Store) -> Iterator[bytes]:
    """The document in clear, a chunk at a time; the first chunk is verified before anything is answered.

    Raises NotFound(document), ServiceUnavailable, InternalError for what was tampered with.
    """
    try:
        sealed = store.get(grant.object_name)
        clear = clipped(open_stream(base64.b64decode(grant.data_key), sealed, document_id), grant.size)
        return chain([next(clear, b"")], clear)
    except ObjectMissing:
        raise NotFound("document") from None
    except ObjectStoreDown:
        raise ServiceUnavailable("documents") from None
    except Tampered:
        raise InternalError("documents") from None


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all of them once more."""
    taken, length = [], 0
    for chunk in chunks:
        taken.append(chunk)
        length += len(chunk)
        if length >= HEAD_BYTES:
            break
    return b"".join(taken)[:HEAD_BYTES], chain(taken, chunks)


def _store(clear: Iterator[bytes], size: int, grant: UploadGrant, store: Store) -> None:
    sealed = seal_stream(base64.b64decode(grant.data_key), clear, grant.document_id)
    try:
        store.put(grant.object_name, sealed, sealed_size(size))
    except ObjectStoreDown:
        raise ServiceUnavailable("documents") from None


@contextmanager
def _nothing_left_behind(room_id: str, grant: UploadGrant, ask: Ask) -> Iterator[None]:
    """Abandon the upload if anything at all goes wrong; if even that fails, `media` reaps it later."""
    try:
        yield
    except BaseException:
        try:
            ask(AbandonUpload(room_id=room_id, document_id=grant.document_id))
        except PlatformError as error:
            _log.warning("an upload could not be abandoned", extra={"code": type(error).__name__})
        raise
