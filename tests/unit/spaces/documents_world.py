"""What people do with the documents of a space, and what the files process does for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from services.contracts import space_documents as d
from services.contracts.space_access import Actor
from services.spaces.documents import views
from services.spaces.domain.document import Document, Name, Rules, Version
from tests.unit.spaces.fake_documents import (
    FakeSealedObjects,
    FakeShelves,
    FakeSpaceKeys,
    fake_vault,
    folder_of,
)
from tests.unit.spaces.world import LEA, World

PDF = "application/pdf"


class DocumentsWorld:
    """The documents of one space, as one person finds them."""

    def __init__(self, world: World, space_id: str, who: Actor = LEA) -> None:
        self.world, self.space_id, self.who = world, space_id, who
        self.use = world.documents
        self.shelves = cast(FakeShelves, world.vault.shelves)
        self.objects = cast(FakeSealedObjects, world.vault.objects)
        self.keys = cast(FakeSpaceKeys, world.vault.keys)

    def granting(self, name: str = "Receipt.pdf", size: int = 1000, **changed: Any) -> d.GrantSpaceUpload:
        values: dict[str, Any] = {"folder": "benefits", "request_key": next(self.world.keys)}
        return d.GrantSpaceUpload(name=name, size=size, **self._own(**{**values, **changed}))

    def grant(self, name: str = "Receipt.pdf", size: int = 1000, **changed: Any) -> d.SpaceUploadGrant:
        return self.use.grant_upload(self.granting(name, size, **changed))

    def store(self, grant: d.SpaceUploadGrant) -> d.SpaceUploadGrant:
        """The bytes are there."""
        self.objects.stored.add(grant.object_name)
        return grant

    def finish(self, grant: d.SpaceUploadGrant, **changed: Any) -> d.SpaceDocument:
        values: dict[str, Any] = {
            "document_id": grant.document_id,
            "version": grant.version,
            "size": grant.max_bytes,
            "media_type": PDF,
        }
        return self.use.finish_upload(d.FinishSpaceUpload(**self._own(**{**values, **changed})))

    def abandon(self, grant: d.SpaceUploadGrant) -> None:
        self.use.abandon_upload(
            d.AbandonSpaceUpload(**self._own(document_id=grant.document_id, version=grant.version))
        )

    def bring(self, name: str = "Receipt.pdf", size: int = 1000, **changed: Any) -> d.SpaceDocument:
        """All of an upload."""
        return self.finish(self.store(self.grant(name, size, **changed)))

    def shelf(self) -> d.Shelf:
        return self.use.list(d.ListSpaceDocuments(**self._own()))

    def names(self) -> list[str]:
        return [one.name for one in self.shelf().documents]

    def binned(self) -> list[str]:
        return [one.name for one in self.shelf().bin]

    def rename(self, document: d.SpaceDocument, name: str, **changed: Any) -> d.SpaceDocument:
        values: dict[str, Any] = {"former_name": document.name, "folder": document.folder}
        of = {"document_id": document.document_id, "name": name}
        return self.use.rename(d.RenameSpaceDocument(**self._own(**{**values, **of, **changed})))

    def delete(self, document: d.SpaceDocument) -> d.Shelf:
        return self.use.delete(d.DeleteSpaceDocument(**self._own(document_id=document.document_id)))

    def restore(self, document: d.SpaceDocument) -> d.Shelf:
        return self.use.restore(d.RestoreSpaceDocument(**self._own(document_id=document.document_id)))

    def erase(self, document: d.SpaceDocument) -> d.Shelf:
        return self.use.erase(d.EraseSpaceDocument(**self._own(document_id=document.document_id)))

    def download(self, document_id: str, version: int = 0) -> d.SpaceDownloadGrant:
        return self.use.grant_download(
            d.GrantSpaceDownload(**self._own(document_id=document_id, version=version))
        )

    def reaper_done(self) -> None:
        """What is due now is done."""
        self.world.reaper.sweep()

    def _own(self, **values: Any) -> Any:
        return {"actor": self.who, "space_id": self.space_id, **values}


def put_document(world: World, space_id: str, document_id: str, *, binned: bool = False) -> None:
    """One document of one version, whoever may put it there."""
    key, now = world.vault.keys.ensure(space_id), world.clock.now()
    object_name = f"{folder_of(space_id)}{document_id}"
    by = key.seal(views.PERSONS, LEA.name, object_name)
    version = Version(1, document_id, object_name, 1000, by, now, PDF, added_at=now)
    name = Name(
        key.seal(views.NAMES, f"{document_id}.pdf", document_id), key.mark(views.NAMES, f"{document_id}.pdf")
    )
    document = Document(document_id, "other", name, (version,), now if binned else None)
    shelf = world.vault.shelves.get(space_id)
    assert world.vault.shelves.change(shelf, replace(shelf, documents=(*shelf.documents, document)))


def space_of(rules: Rules) -> DocumentsWorld:
    """A professional space in a world of its own."""
    made = World(vault=fake_vault(rules))
    return DocumentsWorld(made, made.opened().space_id)
