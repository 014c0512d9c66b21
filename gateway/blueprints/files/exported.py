"""The files of the archive: an index to read, what each service holds, and the person's own documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import render_template

from gateway.actors import actor_of
from gateway.backends import ask
from gateway.blueprints.files.media_type import named_for
from gateway.blueprints.files.transfer import Store, deliver
from gateway.export import wording
from gateway.export.archive import Entry, Paths
from gateway.export.gather import Part
from gateway.principals import LoggedIn
from gateway.room_access import RECIPIENT
from services.contracts.errors import PlatformError
from services.contracts.media import CITIZEN, Participant
from services.contracts.rights import GrantHeldDocument
from services.contracts.room_documents import GrantDownload, ListDocuments
from services.contracts.space_documents import SpaceDownloadGrant

MISSING = "not-included.txt"
"""Names the files that could not be read at this moment."""


@dataclass(frozen=True)
class Stores:
    """Where bytes lie: of rooms, and of spaces."""

    rooms: Store
    spaces: Store


@dataclass
class Contents:
    """Of one archive; `missing` fills while the files are read."""

    who: LoggedIn
    parts: list[Part]
    stores: Stores
    at: datetime
    grace_days: int
    """From asking to be erased until that is done."""
    paths: Paths = field(default_factory=Paths)
    missing: list[str] = field(default_factory=list)

    def entries(self) -> Iterator[Entry]:
        """The index first; the records before the files, which may be large."""
        yield self._text("index.html", self._index())
        for part in self.parts:
            yield self._text(f"{part.service}.json", _json(part))
        yield from self._documents()
        yield from self._shared()
        if self.missing:
            yield self._text(MISSING, "\n".join(self.missing) + "\n")

    def _index(self) -> str:
        return render_template(
            "export/index.html",
            parts=self.parts,
            at=self.at,
            who=self.who,
            days=self.grace_days,
            wording=wording,
            missing=MISSING,
        )

    def _text(self, path: str, text: str) -> Entry:
        return Entry(self.paths.of(path), [text.encode()])

    def _documents(self) -> Iterator[Entry]:
        """Every version of each document in the private space, a deleted one and its bin too."""
        spaces = next(part for part in self.parts if part.service == "spaces")
        for document in spaces.of("documents"):
            for version in document["versions"]:
                yield from self._document(document, version)

    def _document(self, document: dict[str, Any], version: dict[str, Any]) -> Iterator[Entry]:
        asked = GrantHeldDocument(
            actor=actor_of(self.who), document_id=document["document_id"], version=version["number"]
        )

        def read() -> tuple[str, Iterator[bytes]]:
            grant: SpaceDownloadGrant = ask(asked)
            name = named_for(grant.name, grant.media_type)
            return name, deliver(grant, grant.object_name, self.stores.spaces)

        older = "earlier" if version["replaced_at"] else ""
        yield from self._file(["documents", document["folder"], older], document["name"], read)

    def _shared(self) -> Iterator[Entry]:
        """What lies in rooms that are still open for it."""
        rooms = next(part for part in self.parts if part.service == "media")
        for room in rooms.of("rooms"):
            if room["documents"] and not room["gone_at"]:
                yield from self._of_room(room)

    def _of_room(self, room: dict[str, Any]) -> Iterator[Entry]:
        own = {
            "room_id": room["appointment_id"],
            "participant": Participant(participant_id=RECIPIENT, role=CITIZEN),
        }
        try:
            documents = ask(ListDocuments(**own)).documents
        except PlatformError:  # not open yet, or not any more: the index says so
            self.missing += [f"rooms: {one['name']}" for one in room["documents"]]
            return
        for document in documents:

            def read(document_id: str = document.document_id) -> tuple[str, Iterator[bytes]]:
                grant = ask(GrantDownload(**own, document_id=document_id))
                return named_for(grant.name, grant.media_type), deliver(grant, document_id, self.stores.rooms)

            yield from self._file(["rooms", str(room["starts_at"])[:10]], document.name, read)

    def _file(
        self, folders: Iterable[str], name: str, read: Callable[[], tuple[str, Iterator[bytes]]]
    ) -> Iterator[Entry]:
        """One file, whose first bytes are there before it is begun; one that cannot be read is named."""
        try:
            found, chunks = read()
        except PlatformError:
            self.missing.append("/".join([*filter(None, folders), name]))
            return
        yield Entry(self.paths.of(*folders, found), chunks)


def _json(part: Part) -> str:
    return json.dumps({"service": part.service, "records": part.records}, ensure_ascii=False, indent=2)
