"""A ZIP archive that is written as it is read: nothing of it lies on a disk, and little in memory."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_LONGEST = 150
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')


@dataclass(frozen=True)
class Entry:
    """One file of the archive: its path there, and its bytes, once."""

    path: str
    chunks: Iterable[bytes]


class Paths:
    """Paths in one archive: nobody's file name leads anywhere else, and no two are the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, *parts: str) -> str:
        """The last part is a name that somebody typed."""
        path = "/".join(filter(None, map(_clean, parts)))
        found, number = path, 1
        while found.casefold() in self._taken:
            number += 1
            found = str(PurePosixPath(path).with_stem(f"{PurePosixPath(path).stem} ({number})"))
        self._taken.add(found.casefold())
        return found


class _Sink:
    """Where the archive is written to; it cannot be rewound, so sizes follow on each file's bytes."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing between this and its reader."""

    def close(self) -> None:
        """Nor anything to be let go."""

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        written, self._written = self._written, []
        return b"".join(written)


def stream(entries: Iterable[Entry], at: datetime) -> Iterator[bytes]:
    """The archive, piece by piece.

    Whatever fails on the way ends it without its directory: no reader takes half an archive for a whole one.
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for entry in entries:
            with archive.open(_info(entry.path, at), "w") as file:
                for chunk in entry.chunks:
                    file.write(chunk)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


def _info(path: str, at: datetime) -> ZipInfo:
    info = ZipInfo(path, at.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _clean(part: str) -> str:
    """One part of a path without anything that a system would take for more than a name."""
    kept = (sign for sign in unicodedata.normalize("NFC", part) if unicodedata.category(sign)[0] != "C")
    plain = "".join("_" if sign in _NOT_IN_NAMES else sign for sign in kept).strip(" .")
    if len(plain) <= _LONGEST:
        return plain
    end = PurePosixPath(plain).suffix[:10]
    return plain[: _LONGEST - len(end)] + end
