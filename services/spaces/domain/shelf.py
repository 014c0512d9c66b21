"""The documents of one space: one value, changed as a whole, so that the quota is decided by one write.

What goes - given up, replaced long ago, erased - leaves the shelf in one change: its row, its name and its
bytes in the quota.  Its object's name stays among the `doomed` until the object is destroyed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.contracts.document_errors import (
    AlreadyThere,
    DocumentEmpty,
    DocumentTooLarge,
    NotInBin,
    QuotaExceeded,
    TooManyDocuments,
    TooManyVersions,
)
from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.spaces.domain.document import Document, Name, Rules, Version


@dataclass(frozen=True, slots=True)
class Doomed:
    """An object that is to be destroyed."""

    object_name: str
    since: datetime
    """When that fell due."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Somebody wants to bring a document; ids are made by who asks."""

    document_id: str
    """Of a new one."""
    upload: str
    object_name: str
    folder: str
    name: Name
    size: int
    sealed_by: str
    version_of: str = ""
    """The document that is to get a further version; empty where the name alone says so."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """`version` is 0 of a space in which nothing was ever put."""

    space_id: str
    documents: tuple[Document, ...] = ()
    doomed: tuple[Doomed, ...] = ()
    version: int = 0

    # --- what is there ---

    @property
    def used(self) -> int:
        """Bytes, uploads under way counted."""
        return sum(one.used for one in self.documents)

    def document(self, document_id: str) -> Document | None:
        return next((one for one in self.documents if one.document_id == document_id), None)

    def shown(self, document_id: str) -> Document:
        """One that is there or in the bin.  Errors: NotFound(document)."""
        found = self.document(document_id)
        if found is None or found.current is None:
            raise NotFound("document")
        return found

    def object_names(self) -> set[str]:
        """All that may lie in the store."""
        doomed = {one.object_name for one in self.doomed}
        return doomed | {one.object_name for one in self._versions()}

    def ready_objects(self) -> set[str]:
        """All that must lie in the store."""
        return {one.object_name for one in self._versions() if one.is_ready}

    # --- bringing ---

    def expecting(self, upload: Upload, now: datetime, rules: Rules) -> Shelf:
        """With an upload under way: of a document of that name, where there is one.

        Errors: DocumentEmpty, InvalidField(size, range), DocumentTooLarge, QuotaExceeded, TooManyDocuments,
        TooManyVersions, StaleVersion(document).
        """
        _check_size(upload.size, rules)
        there = next((one for one in self.documents if one.is_called(upload.folder, upload.name)), None)
        _check_whose(there, upload)
        self._check_quota(there, upload, rules)
        document = there or Document(upload.document_id, upload.folder, upload.name, ())
        self._check_numbers(there, rules)
        version = Version(
            document.next_number(), upload.upload, upload.object_name, upload.size, upload.sealed_by, now
        )
        return self._with(document.expecting(version))

    def bringing(self, object_name: str) -> tuple[Document, Version]:
        """What lies, or will lie, under that name.  Errors: NotFound(document)."""
        for document in self.documents:
            for version in document.versions:
                if version.object_name == object_name:
                    return document, version
        raise NotFound("document")

    def received(
        self, document_id: str, number: int, size: int, media_type: str, pages: int, now: datetime
    ) -> Shelf:
        """With the version there; where another attempt of the same upload was faster, with that one.

        Errors: NotFound(document), DocumentEmpty, DocumentTooLarge.
        """
        document, version = self._expected(document_id, number)
        if version.is_ready:
            return self
        if size <= 0:
            raise DocumentEmpty
        if size > version.size:
            raise DocumentTooLarge(str(version.size))
        if document.twin_of(version):
            return self._with(document.without(number))._dooming([version], now)
        arrived = replace(version, size=size, media_type=media_type, pages=pages, added_at=now)
        return self._with(document.received(arrived))

    def abandoned(self, document_id: str, number: int, now: datetime) -> Shelf:
        """Without an upload that failed."""
        document = self.document(document_id)
        version = document.version(number) if document else None
        if document is None or version is None or version.is_ready:
            return self
        return self._with(document.without(number))._dooming([version], now)

    # --- changing ---

    def renamed(self, document_id: str, former: str, folder: str, name: Name, said: str) -> Shelf:
        """`former` is the mark of the name that was read; `said` the new one in clear, for who is refused.

        Errors: NotFound(document), StaleVersion(document), AlreadyThere.
        """
        document = self.shown(document_id)
        if document.binned_at is not None:
            raise NotFound("document")
        if document.name.mark != former:
            raise StaleVersion("document")
        self._check_free(document, folder, name, said)
        return self._with(replace(document, folder=folder, name=name))

    def binned(self, document_id: str, now: datetime) -> Shelf:
        """In the bin; what is on its way to it is given up."""
        document = self.document(document_id)
        if document is None or not document.is_shown:
            return self
        under_way = [one for one in document.versions if not one.is_ready]
        there = tuple(one for one in document.versions if one.is_ready)
        after = replace(document, versions=there, binned_at=now)
        return self._with(after)._dooming(under_way, now)

    def restored(self, document_id: str, said: str) -> Shelf:
        """Errors: NotFound(document), AlreadyThere."""
        document = self.shown(document_id)
        if document.binned_at is None:
            return self
        self._check_free(document, document.folder, document.name, said)
        return self._with(replace(document, binned_at=None))

    def erased(self, document_id: str, now: datetime) -> Shelf:
        """Without the document, for good.  Errors: NotInBin."""
        document = self.document(document_id)
        if document is None:
            return self
        if document.binned_at is None:
            raise NotInBin
        return self._with(replace(document, versions=()))._dooming(document.versions, now)

    # --- time ---

    def due_at(self, rules: Rules) -> datetime | None:
        """When something is to be done next; None while there is nothing to come."""
        due = [one.due_at(rules) for one in self.documents]
        return min([*(at for at in due if at), *(one.since for one in self.doomed)], default=None)

    def tended(self, now: datetime, rules: Rules) -> Shelf:
        """Without what is kept no longer."""
        after = self
        for document in self.documents:
            left = document.tended(now, rules)
            if left != document:
                gone = [one for one in document.versions if one not in left.versions]
                after = after._with(left)._dooming(gone, document.due_at(rules) or now)
        return after

    def destroyed(self, object_names: Collection[str]) -> Shelf:
        """The objects are gone."""
        return replace(self, doomed=tuple(one for one in self.doomed if one.object_name not in object_names))

    # --- rules ---

    def _check_quota(self, there: Document | None, upload: Upload, rules: Rules) -> None:
        """Another attempt of an upload that counts already needs nothing more."""
        if there is not None and there.expects(upload.upload):
            return
        free = max(0, rules.quota - self.used)
        if upload.size > free:
            raise QuotaExceeded(str(free))

    def _check_numbers(self, there: Document | None, rules: Rules) -> None:
        if there is None and len(self.documents) >= rules.most_documents:
            raise TooManyDocuments(str(rules.most_documents))
        if there is not None and len(there.versions) > rules.most_earlier:
            raise TooManyVersions(str(rules.most_earlier))

    def _check_free(self, document: Document, folder: str, name: Name, said: str) -> None:
        """Uploads under way take their name, too."""
        others = (one for one in self.documents if one.document_id != document.document_id)
        if any(one.is_called(folder, name) for one in others):
            raise AlreadyThere(said)

    # --- parts ---

    def _versions(self) -> list[Version]:
        return [version for document in self.documents for version in document.versions]

    def _expected(self, document_id: str, number: int) -> tuple[Document, Version]:
        """Errors: NotFound(document)."""
        document = self.document(document_id)
        version = document.version(number) if document else None
        if document is None or version is None or document.binned_at is not None:
            raise NotFound("document")
        return document, version

    def _with(self, document: Document) -> Shelf:
        """In its place, or added; one without versions is gone."""
        kept = [document] if document.versions else []
        others = [one for one in self.documents if one.document_id != document.document_id]
        return replace(self, documents=(*others, *kept))

    def _dooming(self, versions: Iterable[Version], since: datetime) -> Shelf:
        doomed = (Doomed(one.object_name, since) for one in versions)
        return replace(self, doomed=(*self.doomed, *doomed))


def _check_whose(there: Document | None, upload: Upload) -> None:
    """Errors: StaleVersion(document) where what is to get a version is gone, or has another name by now."""
    if upload.version_of and (there is None or there.document_id != upload.version_of):
        raise StaleVersion("document")


def _check_size(size: int, rules: Rules) -> None:
    if size == 0:
        raise DocumentEmpty
    if size < 0:
        raise InvalidField("size", "range")
    if size > rules.most_bytes:
        raise DocumentTooLarge(str(rules.most_bytes))
