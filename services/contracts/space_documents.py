"""What `spaces` answers about the documents of a space: folders by subject, versions, a quota.

Bytes never cross the bus: a grant lets the *files* process write or read one sealed object. What lies in a
space stays as long as the space; what was replaced or put into the bin goes after a while.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import document_errors as d
from services.contracts import errors as e
from services.contracts.space_access import Actor
from services.contracts.wire import Request, rpc, value

FOLDERS = (
    "insurance",
    "benefits",
    "maternity",
    "incapacity",
    "cash_benefits",
    "care",
    "appointments",
    "other",
)
"""By subject; the words are the pages'."""
MOST_NAME = 120
"""Characters."""
BIN_DAYS = 30
"""What is in the bin can be taken out for so long."""
VERSION_DAYS = 30
"""A version that was replaced is kept for so long."""

_SEEN = (e.NotFound, e.NotAllowed)
_CHANGED = (*_SEEN, e.StaleVersion)


@value
class Version:
    """One that was replaced, while it is kept."""

    version: int
    """From 1, rising; some numbers may be missing."""
    size: int
    """Bytes of the clear document."""
    media_type: str
    added_at: datetime
    added_by: str
    """A name."""
    kept_until: datetime


@value
class SpaceDocument:
    """Size, type, version and who added it are those of the current version."""

    document_id: str
    folder: str
    """One of FOLDERS."""
    name: str
    size: int
    media_type: str
    version: int
    added_at: datetime
    added_by: str
    """A name."""
    earlier: tuple[Version, ...]
    """The latest first."""
    gone_at: datetime | None
    """Of one in the bin: when it goes for good."""
    pages: int = 0
    """How many of the current version's can be shown as pictures; 0: none."""


@value
class Shelf:
    documents: tuple[SpaceDocument, ...]
    """In the order of FOLDERS, then by name."""
    bin: tuple[SpaceDocument, ...]
    """What was put there last first."""
    used: int
    """Bytes: all versions, the bin, and uploads under way."""
    quota: int
    """Bytes."""
    may: tuple[str, ...]
    """Of PERMISSIONS, those that the asker has now."""


@rpc("spaces", reply=Shelf, repeatable=True, errors=_SEEN)
class ListSpaceDocuments(Request[Shelf]):
    """Errors: NotFound(space), NotAllowed."""

    actor: Actor
    space_id: str


# --- bringing ---


@value
class SpaceUploadGrant:
    """One object may be written once, until `until`."""

    document_id: str
    version: int
    object_name: str
    """Also what the bytes are sealed as: the context of the vault's stream."""
    data_key: str
    """Base64, 32 bytes, for this object alone."""
    max_bytes: int
    """As announced."""
    media_types: tuple[str, ...]
    until: datetime


@rpc(
    "spaces",
    reply=SpaceUploadGrant,
    repeatable=True,
    errors=(
        *_CHANGED,
        d.DocumentEmpty,
        d.DocumentTooLarge,
        d.QuotaExceeded,
        d.TooManyDocuments,
        d.TooManyVersions,
    ),
)
class GrantSpaceUpload(Request[SpaceUploadGrant]):
    """Leave to bring one document; one of that name in that folder gets a further version.

    From now on it counts in the quota, until it is abandoned or given up after some minutes.

    Errors: NotFound(space), NotAllowed, DocumentEmpty, DocumentTooLarge(limit), QuotaExceeded(free),
    TooManyDocuments(limit), TooManyVersions(limit), StaleVersion(documents) under a storm of changes,
    StaleVersion(document) where `version_of` is not called so any more, InvalidField(folder, choice),
    InvalidField(size, range), InvalidField(request_key, missing), InvalidField(name) with `path`, `missing`
    or `too_long`.
    """

    actor: Actor
    space_id: str
    folder: str
    name: str
    size: int
    """Bytes of the clear document, known before it is stored."""
    request_key: str
    """The same key, folder, name and size are the same upload, tried again: of those that are finished one is
    kept."""
    version_of: str = ""
    """Id of the document that is to get a further version; empty where the name alone says so."""


@rpc(
    "spaces",
    reply=SpaceDocument,
    repeatable=True,
    errors=(*_CHANGED, d.DocumentEmpty, d.DocumentTooLarge, d.DocumentTypeRefused),
)
class FinishSpaceUpload(Request[SpaceDocument]):
    """The bytes are stored and checked: show the document.

    Errors: NotFound(space), NotFound(document) where it was given up, or put into the bin meanwhile;
    NotAllowed, DocumentEmpty, DocumentTooLarge(limit) for more than was announced,
    DocumentTypeRefused(found), InvalidField(pages, range), StaleVersion(documents).
    """

    actor: Actor
    space_id: str
    document_id: str
    version: int
    size: int
    """Bytes of the clear document, counted."""
    media_type: str
    pages: int = 0
    """How many of them can be shown as pictures."""


@value
class SpaceUploadAbandoned:
    document_id: str
    version: int


@rpc("spaces", reply=SpaceUploadAbandoned, repeatable=True, errors=_CHANGED)
class AbandonSpaceUpload(Request[SpaceUploadAbandoned]):
    """The upload failed or was refused: destroy what there is.  One that is finished stays.

    Errors: NotFound(space), NotAllowed, StaleVersion(documents).
    """

    actor: Actor
    space_id: str
    document_id: str
    version: int


# --- what is there ---


@rpc("spaces", reply=SpaceDocument, repeatable=True, errors=(*_CHANGED, d.AlreadyThere))
class RenameSpaceDocument(Request[SpaceDocument]):
    """Give it another name, another folder, or both; as it is named already it stays.

    Errors: NotFound(space | document), NotAllowed, AlreadyThere(name), InvalidField(name | folder),
    StaleVersion(document) where it is named otherwise by now, StaleVersion(documents).
    """

    actor: Actor
    space_id: str
    document_id: str
    former_name: str
    """As it was read."""
    name: str
    folder: str


@rpc("spaces", reply=Shelf, repeatable=True, errors=_CHANGED)
class DeleteSpaceDocument(Request[Shelf]):
    """Into the bin, for BIN_DAYS.  What is not there stays away.

    Errors: NotFound(space), NotAllowed, StaleVersion(documents).
    """

    actor: Actor
    space_id: str
    document_id: str


@rpc("spaces", reply=Shelf, repeatable=True, errors=(*_CHANGED, d.AlreadyThere))
class RestoreSpaceDocument(Request[Shelf]):
    """Out of the bin.

    Errors: NotFound(space | document), NotAllowed, AlreadyThere(name) where another has its name by now,
    StaleVersion(documents).
    """

    actor: Actor
    space_id: str
    document_id: str


@rpc("spaces", reply=Shelf, repeatable=True, errors=(*_CHANGED, d.NotInBin))
class EraseSpaceDocument(Request[Shelf]):
    """For good and at once, all its versions, out of the bin: its bytes are free again.

    Errors: NotFound(space), NotAllowed, NotInBin, StaleVersion(documents).
    """

    actor: Actor
    space_id: str
    document_id: str


@value
class SpaceDownloadGrant:
    document_id: str
    version: int
    object_name: str
    """Also what the bytes are sealed as."""
    data_key: str
    name: str
    """The document's present one, whichever the version."""
    media_type: str
    size: int
    until: datetime
    pages: int = 0
    """That can be shown as pictures."""


@rpc("spaces", reply=SpaceDownloadGrant, repeatable=True, errors=_SEEN)
class GrantSpaceDownload(Request[SpaceDownloadGrant]):
    """Leave to read one document, for a minute; out of the bin too.

    Errors: NotFound(space | document), NotAllowed.
    """

    actor: Actor
    space_id: str
    document_id: str
    version: int = 0
    """0: the current one."""
