"""What `media` answers of a room's documents: leave to write or read one; the bytes never cross the bus."""

from __future__ import annotations

from datetime import datetime

from services.contracts import document_errors as d
from services.contracts import errors as e
from services.contracts.case_file import Filing
from services.contracts.media import AT_THIS_TIME, CHANGED, IN_TIME, Done, Participant
from services.contracts.wire import Request, rpc, value

_GRANTED = (e.NotAllowed, d.DocumentTooLarge, d.TooManyDocuments, *IN_TIME)
_FINISHED = (e.NotAllowed, d.DocumentTooLarge, d.DocumentEmpty, d.DocumentTypeRefused, *IN_TIME)


@value
class Document:
    document_id: str
    kind: str
    """`shared` or `identity_copy`."""
    name: str
    media_type: str
    size: int
    """Bytes of the clear document."""
    sender: str
    """Participant id."""
    role: str
    added_at: datetime
    pages: int = 0
    """How many of them can be shown as pictures; 0: none."""
    filing: Filing | None = None
    """That it is being handed over to the case file, or was; for citizen and agents."""
    compared: str = ""
    """Of an identity copy: what an agent found, one of `identity_copy.RESULTS`; empty where none has said."""


@value
class Documents:
    documents: tuple[Document, ...]
    case_file: bool = False
    """This participant may hand the shared ones over to the case file."""


@rpc("media", reply=Documents, repeatable=True, errors=(*AT_THIS_TIME, e.NotAllowed))
class ListDocuments(Request[Documents]):
    """Documents that passed their checks and that this participant may see, the oldest first.

    The identity copy is shown to agents who are in the room, and to the citizen while it is a draft.
    Errors: NotAllowed(read) for who is not in the room, and those of JoinRoom.
    """

    room_id: str
    participant: Participant


@value
class UploadGrant:
    """One object may be written once, until `until`."""

    document_id: str
    object_name: str
    data_key: str
    """Base64, 32 bytes, for this document alone."""
    max_bytes: int
    media_types: tuple[str, ...]
    until: datetime


@rpc("media", reply=UploadGrant, repeatable=True, errors=_GRANTED)
class GrantUpload(Request[UploadGrant]):
    """Leave to upload one document.

    Errors: DocumentTooLarge, TooManyDocuments, InvalidField, NotAllowed(upload | identity_copy), and those of
    JoinRoom.
    """

    room_id: str
    participant: Participant
    kind: str
    name: str
    size: int
    """As announced by the browser; 0 where it is not known."""
    request_key: str = ""
    """The same for every attempt to bring one file: what it has brought is shown once."""


@rpc("media", reply=Document, repeatable=True, errors=_FINISHED)
class FinishUpload(Request[Document]):
    """The bytes are stored and checked: show the document; repeatable.

    Errors: NotFound(document), DocumentTooLarge, DocumentEmpty, DocumentTypeRefused, NotAllowed as for
    GrantUpload, InvalidField(pages, range), and those of JoinRoom.
    """

    room_id: str
    document_id: str
    size: int
    """Bytes of the clear document, counted."""
    media_type: str
    pages: int = 0
    """How many of them can be shown as pictures."""
    digest: str = ""
    """SHA-256 of the sealed bytes as they were stored, in hexadecimal: for the record of their deletion."""


@rpc("media", reply=Done, repeatable=True, errors=CHANGED)
class AbandonUpload(Request[Done]):
    """The upload failed or was refused: destroy what there is.  Repeatable.

    Errors: NotFound(room), StaleVersion(room).
    """

    room_id: str
    document_id: str


@rpc("media", reply=Done, repeatable=True, errors=(d.AlreadyFiled, *CHANGED))
class RemoveDocument(Request[Done]):
    """The sender takes a document back (an identity copy: while the room is a draft).

    Errors: NotFound(room | document), AlreadyFiled, StaleVersion(room).
    """

    room_id: str
    participant: Participant
    document_id: str


@value
class DownloadGrant:
    object_name: str
    data_key: str
    name: str
    media_type: str
    size: int
    until: datetime
    pages: int = 0
    """How many can be shown as pictures."""


@rpc("media", reply=DownloadGrant, repeatable=True, errors=(*AT_THIS_TIME, e.NotAllowed))
class GrantDownload(Request[DownloadGrant]):
    """Leave to read one document, for a minute.

    Errors: NotFound(document), NotAllowed(read) for who is not in the room, NotAllowed(download) for an
    agent and an identity copy (see `identity_copy.GrantCopyView`), and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    document_id: str
