"""The sealed bytes of one upload on this machine, for as long as it is looked at.

Scanner and inspector look at a document while it goes into the store, which takes longer than either of them
does, and the inspector reads here and there: from the store every leap would cost a request.  The file has no
name, so it ends with the process; what is in it cannot be read without the document's key, which is never
written down here.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from types import TracebackType
from typing import Protocol, Self

from services.chassis.vault.cipher import CHUNK

_READ = 4 * CHUNK
"""Bytes that are sent to the store at once."""


class SpoolFull(Exception):
    """There is no room on this machine."""


class Target(Protocol):
    """The object store, as `vault.objects.Objects`."""

    def put(self, name: str, body: Iterator[bytes], size: int) -> None: ...


class _Stopped(Exception):
    """What is not to be stored any more breaks off, and the store keeps nothing of it."""


class Spool:
    """Filled once, then read by whoever likes, by several at the same time."""

    def __init__(self, folder: str = "") -> None:
        """Empty: where the system keeps temporary files.  Raises SpoolFull."""
        try:
            self._file = tempfile.TemporaryFile(dir=folder or None)  # noqa: SIM115 - closed with the spool
        except OSError:
            raise SpoolFull from None
        self._stop = Event()
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def fill(self, sealed: Iterable[bytes]) -> str:
        """All of it; SHA-256 in hexadecimal.  Raises SpoolFull, and what the pieces raise."""
        digest = hashlib.sha256()
        for piece in sealed:
            digest.update(piece)
            self.size += len(piece)
            self._write(piece)
        self._flush()
        return digest.hexdigest()

    def get_range(self, _name: str, offset: int, length: int) -> bytes:
        """Bytes from the middle, as the store gives them; fewer at the end."""
        return os.pread(self._file.fileno(), length, offset)

    @contextmanager
    def going_into(self, store: Target, name: str) -> Iterator[None]:
        """Meanwhile it is being stored; at the end it is.  If the block fails, the store keeps nothing.

        A refusal may come when all is sent already: who has granted the object is told to remove it.
        Raises what `store.put` does.
        """
        with ThreadPoolExecutor(1, "store") as beside:
            storing = beside.submit(store.put, name, self._pieces(), self.size)
            try:
                yield
            except BaseException:
                self._stop.set()
                raise
            storing.result()

    def _pieces(self) -> Iterator[bytes]:
        for offset in range(0, self.size, _READ):
            if self._stop.is_set():
                raise _Stopped
            yield self.get_range("", offset, _READ)

    def _write(self, piece: bytes) -> None:
        try:
            self._file.write(piece)
        except OSError:
            raise SpoolFull from None

    def _flush(self) -> None:
        try:
            self._file.flush()
        except OSError:
            raise SpoolFull from None
