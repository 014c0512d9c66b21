"""What was written and shared in a room so far, for pages that are drawn on the server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gateway.backends import ask
from gateway.blueprints.room.log import RoomEntry, read
from gateway.blueprints.room.standing import standing
from gateway.room_access import RoomAccess
from services.contracts.errors import NotAllowed
from services.contracts.room_documents import Document, Documents, ListDocuments

_PROOF = ("name", "method", "level")


@dataclass(frozen=True)
class Joined:
    """Somebody of the citizen's side who has logged in, as he was when he joined last."""

    participant_id: str
    name: str
    method: str
    level: str
    here: bool


@dataclass(frozen=True)
class Conversation:
    """The room up to one entry of its log; a page follows on from there without loss."""

    access: RoomAccess
    entries: tuple[RoomEntry, ...]
    documents: tuple[Document, ...]
    case_file: bool = False
    """Who reads this may hand the shared ones over to the case file."""

    @property
    def after(self) -> str:
        """The entry after which a page goes on."""
        return self.entries[-1].entry_id if self.entries else "0-0"

    @property
    def messages(self) -> tuple[RoomEntry, ...]:
        return tuple(entry for entry in self.entries if entry.type == "message")

    @property
    def shared(self) -> tuple[Document, ...]:
        return tuple(document for document in self.documents if document.kind == "shared")

    @property
    def filed(self) -> tuple[Document, ...]:
        """What is in the case file, or on its way there."""
        return tuple(document for document in self.shared if document.filing)

    @property
    def identity_copies(self) -> tuple[Document, ...]:
        """Shown to agents only."""
        return tuple(document for document in self.documents if document.kind == "identity_copy")

    def mine(self, sender: str) -> bool:
        return sender == self.access.participant.participant_id

    @property
    def identified(self) -> tuple[Joined, ...]:
        """Those who have proved who they are when they joined, in the order of their coming."""
        found: dict[str, Joined] = {}
        for entry in self.entries:
            if entry.type == "joined" and "name" in entry.data:
                proof = {name: entry.data[name] for name in _PROOF}
                found[entry.by] = Joined(entry.by, **proof, here=True)
            elif entry.type == "left" and entry.by in found:
                found[entry.by] = replace(found[entry.by], here=False)
            elif entry.type in ("ended", "moved"):
                found = {by: replace(joined, here=False) for by, joined in found.items()}
        return tuple(found.values())

    @property
    def standing(self) -> list[dict[str, Any]]:
        """What a page that opens in mid-call is told before it follows on."""
        return [{"type": entry.type} | entry.as_seen_by(self.access) for entry in standing(self.entries)]

    @property
    def present(self) -> frozenset[str]:
        """Participants whose media flowed last; everybody of an earlier connection has been told off."""
        connected: set[str] = set()
        for entry in self.entries:
            if entry.type == "connected":
                connected.add(entry.by)
            elif entry.type in ("disconnected", "left") or (entry.type == "reconnect" and entry.by):
                connected.discard(entry.by)
            elif entry.type in ("ended", "moved", "reconnect"):
                connected.clear()
        return frozenset(connected)


def conversation(access: RoomAccess) -> Conversation:
    """Read the log first, so that a document that comes meanwhile is shown twice rather than never."""
    entries = tuple(read(access))
    listed = _documents(access)
    return Conversation(access, entries, listed.documents, listed.case_file)


def _documents(access: RoomAccess) -> Documents:
    """Nothing for an agent who has not entered yet."""
    try:
        return ask(ListDocuments(room_id=access.room_id, participant=access.participant))
    except NotAllowed:
        return Documents(documents=())
