"""A sealed object, read where it is wanted: whole chunks are fetched and decrypted, a few are kept."""

from __future__ import annotations

import base64
from collections import OrderedDict
from collections.abc import Iterator
from typing import Protocol

from services.chassis.vault.cipher import CHUNK, HEADER, Tampered, open_chunks, sealed_range
from services.chassis.vault.objects import ObjectMissing, ObjectStoreDown
from services.contracts.errors import InternalError, NotFound, ServiceUnavailable

_CHUNKS = 8
BLOCK = _CHUNKS * CHUNK
"""Bytes of clear text that are fetched at once."""
_AT_ONCE = 2
"""Chunks, where one follows the other and nobody goes back."""
_KEPT = 3
"""Blocks: readers go back and forth between a table and what it points to."""


class Ranges(Protocol):
    """The object store, as `vault.objects.Objects`."""

    def get_range(self, name: str, offset: int, length: int) -> bytes: ...


class Readable(Protocol):
    """What a grant to read, or to write, says of an object."""

    @property
    def object_name(self) -> str: ...

    @property
    def data_key(self) -> str: ...


class SealedSource:
    """The clear bytes of an object, for the inspector."""

    def __init__(self, store: Ranges, grant: Readable, label: str, size: int) -> None:
        """`label`: what the bytes are sealed as; `size` of the clear document."""
        self._store, self._name, self._label = store, grant.object_name, label
        self._key = base64.b64decode(grant.data_key)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._header = b""
        self.size = size

    def read(self, offset: int, length: int) -> bytes:
        """Exactly these bytes, fewer only at the end.

        Raises NotFound(document), ServiceUnavailable(documents), InternalError(documents) for what was
        tampered with.
        """
        end = min(offset + length, self.size)
        pieces = []
        while offset < end:
            block, within = divmod(offset, BLOCK)
            piece = self._block(block)[within : within + end - offset]
            pieces.append(piece)
            offset += len(piece)
        return b"".join(pieces)

    def pieces(self) -> Iterator[bytes]:
        """All of it, from the beginning on; nothing of it is kept.  Raises what `read` does."""
        for first in range(0, -(-self.size // CHUNK), _AT_ONCE):
            yield self._fetched(first, _AT_ONCE)

    def _block(self, number: int) -> bytes:
        """Never empty within the document: each chunk but the last is of full length, or it does not open."""
        if number not in self._kept:
            self._kept[number] = self._fetched(number * _CHUNKS, _CHUNKS)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        return self._kept[number]

    def _fetched(self, first: int, count: int) -> bytes:
        """So many chunks, fewer only at the end."""
        offset, length = sealed_range(first, count, self.size)
        try:
            if not self._header:
                self._header = self._store.get_range(self._name, 0, HEADER)
            sealed = self._store.get_range(self._name, offset, length)
            clear = open_chunks(self._key, self._header, sealed, first, self.size, self._label)
        except ObjectMissing:
            raise NotFound("document") from None
        except ObjectStoreDown:
            raise ServiceUnavailable("documents") from None
        except Tampered:
            raise InternalError("documents") from None
        if len(clear) != min(count * CHUNK, self.size - first * CHUNK):
            raise InternalError("documents")
        return clear
