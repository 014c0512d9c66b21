"""Documents: leave to write or read one object.  The bytes go another way and never come here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.chassis.turns import Turns
from services.contracts import space_documents as contract
from services.contracts.document_errors import DocumentTypeRefused
from services.contracts.document_rules import MEDIA_TYPES, MOST_PAGES, file_name, object_folder
from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.contracts.rights import GrantHeldDocument
from services.spaces.documents import figures, views
from services.spaces.documents.ports import Shelves, SpaceKey, SpaceKeys
from services.spaces.documents.reaper import Reaper
from services.spaces.domain.document import Document, Name, Rules, Version
from services.spaces.domain.rules import one_of, present
from services.spaces.domain.shelf import Shelf, Upload
from services.spaces.doors import Admitted, Doors, InSpace
from services.spaces.keys import id_of

_ATTEMPTS = 30
"""Several replicas may change the same shelf at the same time."""

Decide = Callable[[Shelf, datetime], Shelf]


@dataclass(frozen=True, slots=True)
class Documents:
    """The use cases with what they need."""

    clock: Clock
    doors: Doors
    shelves: Shelves
    keys: SpaceKeys
    reaper: Reaper
    rules: Rules
    turns: Turns = field(default_factory=Turns)

    def list(self, request: contract.ListSpaceDocuments) -> contract.Shelf:
        """Errors: NotFound(space), NotAllowed."""
        admitted = self.doors.admit(request, self._now())
        return self._shown(self.shelves.get(admitted.space_id), admitted)

    # --- bringing ---

    def grant_upload(self, request: contract.GrantSpaceUpload) -> contract.SpaceUploadGrant:
        """Leave to write one object, once; its row is there before any byte is, so none is lost sight of.

        Errors: see the contract.
        """
        folder = one_of("folder", request.folder, contract.FOLDERS)
        name = file_name(request.name, contract.MOST_NAME)
        present("request_key", request.request_key)
        admitted = self.doors.admit(request, self._now())
        key = self.keys.ensure(admitted.space_id)
        upload = _upload(request, admitted, folder, name, key)
        document, version = self._expecting(request, upload)
        return contract.SpaceUploadGrant(
            document_id=document.document_id,
            version=version.number,
            object_name=version.object_name,
            data_key=key.data_key(version.object_name),
            max_bytes=version.size,
            media_types=MEDIA_TYPES,
            until=version.granted_at + self.rules.grant_for,
        )

    def finish_upload(self, request: contract.FinishSpaceUpload) -> contract.SpaceDocument:
        """Errors: see the contract."""
        if request.media_type not in MEDIA_TYPES:
            raise DocumentTypeRefused(request.media_type)
        if not 0 <= request.pages <= MOST_PAGES:
            raise InvalidField("pages", "range")

        def decide(shelf: Shelf, now: datetime) -> Shelf:
            said = request.size, request.media_type, request.pages
            return shelf.received(request.document_id, request.version, *said, now)

        shelf, admitted = self._change(request, decide)
        figures.UPLOADS.labels("finished").inc()
        return views.document(shelf.shown(request.document_id), self._key(admitted.space_id), self.rules)

    def abandon_upload(self, request: contract.AbandonSpaceUpload) -> contract.SpaceUploadAbandoned:
        """Errors: NotFound(space), NotAllowed, StaleVersion(documents)."""
        shelf, _ = self._change(
            request, lambda shelf, now: shelf.abandoned(request.document_id, request.version, now)
        )
        figures.UPLOADS.labels("abandoned").inc()
        self.reaper.destroy_now_or_later(shelf)
        return contract.SpaceUploadAbandoned(document_id=request.document_id, version=request.version)

    # --- what is there ---

    def rename(self, request: contract.RenameSpaceDocument) -> contract.SpaceDocument:
        """Errors: see the contract."""
        folder = one_of("folder", request.folder, contract.FOLDERS)
        name = file_name(request.name, contract.MOST_NAME)
        key = self._key(self.doors.admit(request, self._now()).space_id)
        former = key.mark(views.NAMES, _folded(request.former_name))
        new = _sealed(name, request.document_id, key)

        def decide(shelf: Shelf, _now: datetime) -> Shelf:
            document = shelf.shown(request.document_id)
            if (document.folder, views.name(document, key)) == (folder, name):
                return shelf
            return shelf.renamed(request.document_id, former, folder, new, name)

        shelf, _ = self._change(request, decide)
        return views.document(shelf.shown(request.document_id), key, self.rules)

    def delete(self, request: contract.DeleteSpaceDocument) -> contract.Shelf:
        """Errors: NotFound(space), NotAllowed, StaleVersion(documents)."""
        return self._shown(*self._change(request, lambda shelf, now: shelf.binned(request.document_id, now)))

    def restore(self, request: contract.RestoreSpaceDocument) -> contract.Shelf:
        """Errors: NotFound(space | document), NotAllowed, AlreadyThere, StaleVersion(documents)."""
        key = self._key(self.doors.admit(request, self._now()).space_id)

        def decide(shelf: Shelf, _now: datetime) -> Shelf:
            said = views.name(shelf.shown(request.document_id), key)
            return shelf.restored(request.document_id, said)

        return self._shown(*self._change(request, decide))

    def erase(self, request: contract.EraseSpaceDocument) -> contract.Shelf:
        """Errors: NotFound(space), NotAllowed, NotInBin, StaleVersion(documents)."""
        shelf, admitted = self._change(request, lambda shelf, now: shelf.erased(request.document_id, now))
        self.reaper.destroy_now_or_later(shelf)
        return self._shown(shelf, admitted)

    def grant_download(
        self, request: contract.GrantSpaceDownload | GrantHeldDocument
    ) -> contract.SpaceDownloadGrant:
        """Leave to read one object for a minute.  Errors: NotFound(space | document), NotAllowed."""
        now = self._now()
        space_id = self.doors.admit(request, now).space_id
        document = self.shelves.get(space_id).shown(request.document_id)
        version, key = document.readable(request.version), self._key(space_id)
        return contract.SpaceDownloadGrant(
            document_id=document.document_id,
            version=version.number,
            object_name=version.object_name,
            data_key=key.data_key(version.object_name),
            name=views.name(document, key),
            media_type=version.media_type,
            size=version.size,
            until=now + self.rules.grant_for,
            pages=version.pages,
        )

    # --- parts ---

    def _now(self) -> datetime:
        """The present instant as the store can keep it, in whole milliseconds."""
        instant = self.clock.now()
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def _expecting(self, request: contract.GrantSpaceUpload, upload: Upload) -> tuple[Document, Version]:
        """Errors: those of Shelf.expecting."""

        def decide(shelf: Shelf, now: datetime) -> Shelf:
            return shelf.expecting(upload, now, self.rules)

        shelf, _ = self._change(request, decide)
        return shelf.bringing(upload.object_name)

    def _change(self, request: InSpace, decide: Decide) -> tuple[Shelf, Admitted]:
        """The shelf afterwards; decided anew, and with the rights of then, when another change comes between.

        Errors: NotFound(space), NotAllowed, StaleVersion(documents), and whatever `decide` refuses.
        """
        with self.turns.of(request.space_id):
            for _attempt in range(_ATTEMPTS):
                now = self._now()
                admitted = self.doors.admit(request, now)
                before = self.shelves.get(admitted.space_id)
                after = decide(before, now)
                if after == before or self.shelves.change(before, after):
                    return after, admitted
        raise StaleVersion("documents")

    def _shown(self, shelf: Shelf, admitted: Admitted) -> contract.Shelf:
        if not shelf.documents:
            return views.empty(self.rules.quota, admitted.may)
        return views.shelf(shelf, self._key(admitted.space_id), self.rules, admitted.may)

    def _key(self, space_id: str) -> SpaceKey:
        """Errors: NotFound(document): where there is no key nothing was ever put, or all is gone."""
        key = self.keys.get(space_id)
        if key is None:
            raise NotFound("document")
        return key


def _upload(
    request: contract.GrantSpaceUpload, admitted: Admitted, folder: str, text: str, key: SpaceKey
) -> Upload:
    document_id, object_name = new_id(), object_folder("spaces", admitted.space_id) + new_id()
    name = _sealed(text, document_id, key)
    return Upload(
        document_id=document_id,
        upload=id_of(admitted.person_id, request.request_key, folder, name.mark, str(request.size)),
        object_name=object_name,
        folder=folder,
        name=name,
        size=request.size,
        sealed_by=key.seal(views.PERSONS, admitted.note.actor_name, object_name),
        version_of=request.version_of,
    )


def _sealed(text: str, document_id: str, key: SpaceKey) -> Name:
    return Name(key.seal(views.NAMES, text, document_id), key.mark(views.NAMES, _folded(text)))


def _folded(name: str) -> str:
    """What two names have in common that nobody tells apart."""
    return unicodedata.normalize("NFC", name).casefold()
