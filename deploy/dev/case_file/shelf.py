"""What has arrived, as two files each: the bytes, and what is known of them, which is written last."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import IO, Any

_READ = 64 * 1024


class Mismatch(Exception):
    """These bytes are not the ones that were meant, or others than were kept under this id."""


@dataclass(frozen=True)
class Arrived:
    """One document in the case file."""

    document_id: str
    receipt: str
    sha256: str
    arrived_at: str
    handover: dict[str, Any]
    """What was said of it."""


class Shelf:
    """A folder; one id is one document."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def all(self) -> list[Arrived]:
        """The oldest first."""
        found = (self._read(file) for file in self._folder.glob("*.json"))
        return sorted(found, key=lambda arrived: arrived.receipt)

    def find(self, document_id: str) -> Arrived | None:
        file = self._known(document_id)
        return self._read(file) if file.exists() else None

    def content(self, document_id: str) -> Path:
        return self._folder / f"{_name(document_id)}.bytes"

    def keep(self, document_id: str, content: IO[bytes], sha256: str, handover: dict[str, Any]) -> Arrived:
        """Keep it once; the same again is what was kept.  Raises Mismatch, and keeps nothing then."""
        with self._lock:
            found = self.find(document_id)
            kept = self._copy(document_id, content) if found is None else _digest(content)
            if kept != sha256 or (found is not None and found.sha256 != kept):
                raise Mismatch
            return found or self._add(document_id, sha256, handover)

    def _copy(self, document_id: str, content: IO[bytes]) -> str:
        """Overwrites what an interrupted attempt has left."""
        digest = hashlib.sha256()
        with self.content(document_id).open("wb") as file:
            for piece in _pieces(content):
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest()

    def _add(self, document_id: str, sha256: str, handover: dict[str, Any]) -> Arrived:
        now = datetime.now(UTC)
        receipt = f"{now:%Y}-{len(self.all()) + 1:06d}"
        arrived = Arrived(document_id, receipt, sha256, now.isoformat(timespec="seconds"), handover)
        unfinished = self._known(document_id).with_suffix(".unfinished")
        unfinished.write_text(json.dumps(asdict(arrived)))
        unfinished.rename(self._known(document_id))
        return arrived

    def _known(self, document_id: str) -> Path:
        return self._folder / f"{_name(document_id)}.json"

    @staticmethod
    def _read(file: Path) -> Arrived:
        return Arrived(**json.loads(file.read_text()))


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(content):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(_READ):
        yield piece


def _name(document_id: str) -> str:
    """No id leads out of the folder."""
    return hashlib.sha256(document_id.encode()).hexdigest()
