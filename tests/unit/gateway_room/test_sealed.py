"""A sealed object is read from the middle, and nothing that was tampered with comes out."""

from __future__ import annotations

import base64
import random
from types import SimpleNamespace

import pytest

from gateway.blueprints.files.sealed import BLOCK, SealedSource
from services.chassis.vault.cipher import CHUNK, seal_stream
from services.chassis.vault.objects import ObjectMissing, ObjectStoreDown
from services.contracts.errors import InternalError, NotFound, ServiceUnavailable

KEY, LABEL = bytes(range(32)), "doc-1"
GRANT = SimpleNamespace(object_name="rooms/room-1/object", data_key=base64.b64encode(KEY).decode())
CLEAR = random.Random(5).randbytes(3 * BLOCK + 2 * CHUNK + 17)


class Store:
    """One object; counts what is fetched of it."""

    def __init__(self, sealed: bytes, fault: Exception | None = None) -> None:
        self.sealed, self.fault = sealed, fault
        self.fetched: list[tuple[int, int]] = []

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        assert name == GRANT.object_name
        if self.fault:
            raise self.fault
        self.fetched.append((offset, length))
        return self.sealed[offset : offset + length]


def sealed(clear: bytes = CLEAR) -> bytes:
    return b"".join(seal_stream(KEY, [clear], LABEL))


def source(store: Store, clear: bytes = CLEAR) -> SealedSource:
    return SealedSource(store, GRANT, LABEL, len(clear))


@pytest.mark.parametrize(
    ("offset", "length"),
    [
        (0, 10),
        (CHUNK - 3, 6),
        (BLOCK - 1, 2),
        (BLOCK, BLOCK),
        (len(CLEAR) - 5, 5),
        (len(CLEAR) - 5, 500),
        (0, len(CLEAR)),
        (len(CLEAR), 10),
        (7, 0),
    ],
)
def test_any_part_is_what_was_sealed(offset: int, length: int) -> None:
    assert source(Store(sealed())).read(offset, length) == CLEAR[offset : offset + length]


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, BLOCK, BLOCK + 1])
def test_its_last_byte_is_found_whatever_the_length(size: int) -> None:
    clear = CLEAR[:size]
    assert source(Store(sealed(clear)), clear).read(0, size + 1) == clear


def test_what_was_fetched_is_not_fetched_again_at_once() -> None:
    store = Store(sealed())
    reader = source(store)
    for offset in range(0, BLOCK, 1024):
        reader.read(offset, 1024)
    assert len(store.fetched) == 2, "the header and one block"


def test_a_part_does_not_fetch_the_whole() -> None:
    store = Store(sealed())
    source(store).read(2 * BLOCK + 5, 10)
    assert sum(length for _, length in store.fetched) < BLOCK + CHUNK


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:],
        lambda raw: bytes([9]) + raw[1:],
        lambda raw: raw[: -CHUNK - 1],
        lambda raw: raw[:8] + raw[8 + CHUNK + 16 : 8 + 2 * (CHUNK + 16)] + raw[8 : 8 + CHUNK + 16],
        lambda raw: b"",
    ],
)
def test_what_was_tampered_with_does_not_come_out(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InternalError):
        source(Store(change(sealed()))).read(0, len(CLEAR))


def test_another_documents_bytes_do_not_come_out() -> None:
    other = b"".join(seal_stream(KEY, [CLEAR], "doc-2"))
    with pytest.raises(InternalError):
        source(Store(other)).read(0, 10)


@pytest.mark.parametrize(
    ("fault", "error"), [(ObjectMissing(), NotFound), (ObjectStoreDown(), ServiceUnavailable)]
)
def test_a_store_that_cannot_give_it_says_so(fault: Exception, error: type[Exception]) -> None:
    with pytest.raises(error):
        source(Store(b"", fault)).read(0, 10)
