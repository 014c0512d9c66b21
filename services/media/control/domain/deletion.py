"""What is said of a room when it is forgotten: figures and a hash, no content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from services.contracts.deletion import VERSION, Deletion, Destroyed
from services.media.control.domain.admission import State
from services.media.control.domain.document import Document
from services.media.control.domain.outcome import Outcome
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.schedule import forget_at

_REASONS = {State.CANCELLED: "cancelled", State.LAPSED: "lapsed"}


def deletion_of(room: Room, now: datetime, rules: Rules) -> Deletion | None:
    """What the record of a room says that is forgotten now; None for a draft in which nothing ever lay."""
    if room.state is State.LAPSED and not room.documents:
        return None
    ready = [document for document in room.documents if document.is_ready]
    kinds = sorted({document.kind for document in ready})
    return Deletion(
        version=VERSION,
        room_id=room.room_id,
        reason=_reason(room),
        due_at=_due_at(room, rules),
        forgotten_at=now,
        documents=tuple(_destroyed(kind, ready) for kind in kinds),
        messages=len(room.message_ids),
        objects_sha256=objects_hash((one.object_name, one.digest) for one in ready),
    )


def objects_hash(objects: Iterable[tuple[str, str]]) -> str:
    """Over (name, hexadecimal SHA-256 of the sealed bytes), in the order of names."""
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(objects))
    return hashlib.sha256(lines.encode()).hexdigest()


def _reason(room: Room) -> str:
    if room.state in _REASONS:
        return _REASONS[room.state]
    return "no_show" if room.outcome is Outcome.NO_SHOW else "expired"


def _due_at(room: Room, rules: Rules) -> datetime | None:
    if room.state in _REASONS or room.ended_at is None:
        return None
    return forget_at(room, room.ended_at, rules)


def _destroyed(kind: str, documents: list[Document]) -> Destroyed:
    these = [document for document in documents if document.kind == kind]
    handed_over = [document.added_at or document.granted_at for document in these]
    return Destroyed(
        kind=kind,
        count=len(these),
        size=sum(document.size for document in these),
        first_at=min(handed_over),
        last_at=max(handed_over),
    )
