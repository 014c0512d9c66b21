"""A sealed object, read where it is wanted: whole chunks are fetched and decrypted, a few are kept."""

from __future__ import annotations

import base64
from collections import OrderedDict
from typing import Protocol

from services.chassis.vault.cipher import CHUNK, HEADER, Tampered, open_chunks, sealed_range
from services.chassis.vault.objects import ObjectMissing, ObjectStoreDown
from services.contracts.errors import InternalError, NotFound, ServiceUnavailable

BLOCK = 8 * CHUNK
"""Bytes of clear text that are fetched at once."""
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

    def _block(self, number: int) -> bytes:
        """Never empty within the document: each chunk but the last is of full length, or it does not open."""
        if number not in self._kept:
            self._kept[number] = self._fetched(number)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        return self._kept[number]

    def _fetched(self, number: int) -> bytes:
        first = number * (BLOCK // CHUNK)
        offset, length = sealed_range(first, BLOCK // CHUNK, self.size)
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
        if len(clear) != min(BLOCK, self.size - number * BLOCK):
            raise InternalError("documents")
        return clear
