"""Documents through the real object store: sealed there, the same when back, memory flat, no halves."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import chain

import pytest

from deploy.dev.platform import Platform
from gateway.blueprints.files.multipart import CHUNK_BYTES, FileUpload, MultipartError
from gateway.blueprints.files.transfer import deliver, receive
from services.chassis.settings import load
from services.chassis.vault.cipher import sealed_size
from services.chassis.vault.objects import ObjectMissing, Objects, ObjectSettings
from services.contracts.document_errors import DocumentTypeRefused
from tests.documents.checks import passing
from tests.unit.gateway_room.bodies import CONTENT_TYPE, TAIL, Trickle, body, large
from tests.unit.gateway_room.test_transfer import PDF, PLACE, FakeMedia, grant, upload

pytestmark = pytest.mark.integration

NAME = "rooms/room-1/object"
MEGABYTES_20 = 20_000_000


@pytest.fixture
def store(stores: Platform) -> Iterator[Objects]:
    """The bucket, with the rights of the files entry."""
    objects = Objects(load(ObjectSettings, stores.env("gateway-files")))
    yield objects
    objects.close()


@pytest.fixture(autouse=True)
def empty(stores: Platform) -> Iterator[None]:
    """Nothing of another test is there."""
    owner = Objects(load(ObjectSettings, stores.env("media-control")))
    owner.delete(NAME)
    yield
    owner.close()


def raw(store: Objects) -> bytes:
    return b"".join(store.get(NAME))


def test_a_document_rests_sealed_and_comes_back_as_it_was(store: Objects) -> None:
    receive(upload(PDF), PLACE, FakeMedia(), store, passing())
    assert PDF[:64] not in raw(store)
    assert len(raw(store)) == sealed_size(len(PDF))
    assert b"".join(deliver(grant(len(PDF)), "doc-1", store)) == PDF


def test_twenty_megabytes_go_there_and_back_in_flat_memory(store: Objects) -> None:
    stream, length = large(MEGABYTES_20)
    tracemalloc.start()
    receive(FileUpload(stream, CONTENT_TYPE, length), PLACE, FakeMedia(), store, passing())
    fetched = sum(len(piece) for piece in deliver(grant(MEGABYTES_20), "doc-1", store))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert fetched == MEGABYTES_20
    assert peak < 4_000_000


def test_an_upload_that_breaks_off_leaves_no_object(store: Objects) -> None:
    data = body(PDF)
    cut = Trickle(data[: -len(TAIL) - 50_000], CHUNK_BYTES)
    with pytest.raises(MultipartError):
        receive(FileUpload(cut, CONTENT_TYPE, len(data)), PLACE, FakeMedia(), store, passing())  # type: ignore[arg-type]
    with pytest.raises(ObjectMissing):
        raw(store)


def test_a_refused_document_leaves_no_object(store: Objects) -> None:
    with pytest.raises(DocumentTypeRefused):
        receive(upload(b"MZ" + bytes(3_000)), PLACE, FakeMedia(), store, passing())
    with pytest.raises(ObjectMissing):
        raw(store)


def test_a_download_that_nobody_finishes_lets_its_connection_go(store: Objects) -> None:
    receive(upload(PDF), PLACE, FakeMedia(), store, passing())
    for _ in range(40):
        pieces = deliver(grant(len(PDF)), "doc-1", store)
        assert isinstance(pieces, chain)
        next(pieces)
        del pieces
    assert b"".join(deliver(grant(len(PDF)), "doc-1", store)) == PDF
