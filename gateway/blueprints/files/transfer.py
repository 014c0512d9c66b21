"""One document on its way from the browser into the store, and back: by chunks, never at rest in clear."""

from __future__ import annotations

import base64
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from time import monotonic
from typing import Any, Protocol, TypeVar

from gateway.blueprints.files.checks import Checks
from gateway.blueprints.files.media_type import HEAD_BYTES, detect, named_for
from gateway.blueprints.files.sealed import SealedSource
from gateway.blueprints.files.spool import Spool, SpoolFull
from gateway.inspection.scanner import Scan
from services.chassis.vault.cipher import Tampered, clipped, open_stream, seal_stream
from services.chassis.vault.objects import ObjectMissing, ObjectStoreDown
from services.contracts.document_errors import DocumentEmpty, DocumentTypeRefused
from services.contracts.document_rules import check_visible
from services.contracts.errors import InternalError, NotFound, PlatformError, ServiceUnavailable
from services.contracts.wire import Request

_log = logging.getLogger(__name__)

LONGEST_SECONDS = 600.0
"""For one document on its way out; 20 MB take so long over the slowest line that is of use."""

ReplyT = TypeVar("ReplyT")


class Store(Protocol):
    """The object store, as `vault.objects.Objects`."""

    def put(self, name: str, body: Iterator[bytes], size: int) -> None: ...

    def get(self, name: str) -> Iterator[bytes]: ...

    def get_range(self, name: str, offset: int, length: int) -> bytes: ...


class Ask(Protocol):
    """The bus, as `gateway.backends.ask`."""

    def __call__(self, request: Request[ReplyT]) -> ReplyT: ...


class Incoming(Protocol):
    """A document that comes in: a form's file, or one that lies elsewhere."""

    @property
    def filename(self) -> str: ...

    @property
    def size(self) -> int: ...

    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class Stored:
    """What is known of a document that lies in the store and has passed its checks."""

    size: int
    """Bytes of the clear document."""
    media_type: str
    pages: int
    """That can be shown as pictures."""
    digest: str
    """SHA-256 of the sealed bytes, in hexadecimal."""


class Grant(Protocol):
    """One object may be read, or written once; its owner's service has granted it."""

    @property
    def object_name(self) -> str: ...

    @property
    def data_key(self) -> str: ...


class WriteGrant(Grant, Protocol):
    @property
    def media_types(self) -> tuple[str, ...]: ...


class ReadGrant(Grant, Protocol):
    @property
    def size(self) -> int: ...


GrantT = TypeVar("GrantT", bound=WriteGrant)
ShownT = TypeVar("ShownT")


class Place(Protocol[GrantT, ShownT]):
    """Where a document goes, and who brings it: what its owner's service is asked, see `places.py`."""

    def grant(self, name: str, size: int) -> Request[GrantT]: ...

    def finish(self, grant: GrantT, stored: Stored) -> Request[ShownT]: ...

    def abandon(self, grant: GrantT) -> Request[Any]: ...

    @property
    def whom(self) -> str:
        """Who brings it, where turns are counted."""
        ...

    def label(self, grant: GrantT) -> str:
        """What the bytes are sealed as; they cannot be opened as anything else."""
        ...


def receive(upload: Incoming, place: Place[GrantT, ShownT], ask: Ask, store: Store, checks: Checks) -> ShownT:
    """Store a document sealed, check it, and only then show it; whatever fails leaves nothing behind.

    Raises DocumentEmpty, DocumentTypeRefused, DocumentRefused, InvalidField(name, hidden), what the place's
    owner refuses, MultipartError, ServiceUnavailable for a store or a check that does not answer.
    """
    if upload.size == 0:
        raise DocumentEmpty
    check_visible(upload.filename)
    head, body = _peek(upload.chunks())
    media_type = detect(head)
    grant = ask(place.grant(named_for(upload.filename, media_type), upload.size))
    with _nothing_left_behind(place.abandon(grant), ask):
        if media_type not in grant.media_types:
            raise DocumentTypeRefused(media_type)
        with _told_as_unavailable(), Spool(checks.spool_folder) as spool:
            label = place.label(grant)
            digest = spool.fill(seal_stream(_key(grant), body, label))
            source = SealedSource(spool, grant, label, upload.size)
            with (
                checks.turns.of(place.whom),
                checks.scanner.scan() as scan,
                spool.going_into(store, grant.object_name),
            ):
                pages = _pages(media_type, source, scan, checks)
        return ask(place.finish(grant, Stored(upload.size, media_type, pages, digest)))


def deliver(grant: ReadGrant, label: str, store: Store) -> Iterator[bytes]:
    """The document in clear, a chunk at a time; the first chunk is verified before anything is answered.

    Raises NotFound(document), ServiceUnavailable, InternalError for what was tampered with.
    """
    try:
        sealed = _in_time(store.get(grant.object_name))
        clear = clipped(open_stream(_key(grant), sealed, label), grant.size)
        return chain([next(clear, b"")], clear)
    except ObjectMissing:
        raise NotFound("document") from None
    except ObjectStoreDown:
        raise ServiceUnavailable("documents") from None
    except Tampered:
        raise InternalError("documents") from None


def _in_time(sealed: Iterator[bytes]) -> Iterator[bytes]:
    """Not for ever: who reads slowly would still read when all of it is to be gone."""
    ends = monotonic() + LONGEST_SECONDS
    for piece in sealed:
        if monotonic() > ends:
            raise ServiceUnavailable("documents")
        yield piece


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all of them once more."""
    taken, length = [], 0
    for chunk in chunks:
        taken.append(chunk)
        length += len(chunk)
        if length >= HEAD_BYTES:
            break
    return b"".join(taken)[:HEAD_BYTES], chain(taken, chunks)


def _key(grant: Grant) -> bytes:
    return base64.b64decode(grant.data_key)


@contextmanager
def _told_as_unavailable() -> Iterator[None]:
    """A store that does not answer, or a machine without room: it may be tried again."""
    try:
        yield
    except (ObjectStoreDown, SpoolFull):
        raise ServiceUnavailable("documents") from None


def _pages(media_type: str, source: SealedSource, scan: Scan, checks: Checks) -> int:
    """The inspector looks while the scanner still does; known malware is the reason that is told first."""
    deque(scan.through(source.pieces()), maxlen=0)
    try:
        return checks.inspector.examine(media_type, source).pages
    finally:
        scan.verdict()


@contextmanager
def _nothing_left_behind(abandonment: Request[Any], ask: Ask) -> Iterator[None]:
    """Abandon the upload if anything at all goes wrong; if even that fails, its owner reaps it later."""
    try:
        yield
    except BaseException:
        try:
            ask(abandonment)
        except PlatformError as error:
            _log.warning("an upload could not be abandoned", extra={"code": type(error).__name__})
        raise
