"""A document is checked, sealed and shown; whatever goes wrong leaves nothing behind."""

from __future__ import annotations

import base64
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.blueprints.files.checks import Checks
from gateway.blueprints.files.headers import content_disposition, download_headers
from gateway.blueprints.files.multipart import CHUNK_BYTES, FileUpload, MultipartError
from gateway.blueprints.files.places import InRoom
from gateway.blueprints.files.transfer import LONGEST_SECONDS, deliver, receive
from services.chassis.vault.cipher import open_stream, sealed_size
from services.chassis.vault.objects import ObjectMissing, ObjectStoreDown
from services.contracts.document_errors import (
    DocumentEmpty,
    DocumentRefused,
    DocumentTooLarge,
    DocumentTypeRefused,
)
from services.contracts.errors import InternalError, InvalidField, NotFound, ServiceUnavailable
from services.contracts.media import Participant
from services.contracts.media_errors import RoomClosed
from services.contracts.room_documents import (
    AbandonUpload,
    Document,
    DownloadGrant,
    FinishUpload,
    GrantUpload,
    UploadGrant,
)
from tests.documents.checks import FakeInspector, FakeScanner, passing

from .bodies import CONTENT_TYPE, TAIL, Trickle, body, large

NOW = datetime(2026, 12, 3, 14, 20, tzinfo=UTC)
KEY = bytes(range(32))
PLACE = InRoom("room-1", Participant(participant_id="citizen", role="citizen"), "shared")
PDF = b"%PDF-1.7\n" + b"content " * 30_000


class FakeMedia:
    """Grants like `media`, and remembers what it was asked."""

    def __init__(self, refuse_finish: Exception | None = None, limit: int = 20 * 1024 * 1024) -> None:
        self.asked: list[Any] = []
        self._refuse_finish, self._limit = refuse_finish, limit

    def __call__(self, request: Any) -> Any:
        self.asked.append(request)
        if isinstance(request, GrantUpload):
            return self._grant(request)
        if isinstance(request, FinishUpload):
            return self._finish(request)
        return None

    def of(self, kind: type) -> list[Any]:
        return [request for request in self.asked if isinstance(request, kind)]

    def _grant(self, request: GrantUpload) -> UploadGrant:
        if request.size > self._limit:
            raise DocumentTooLarge(str(self._limit))
        return UploadGrant(
            document_id="doc-1",
            object_name="rooms/room-1/object",
            data_key=base64.b64encode(KEY).decode(),
            max_bytes=self._limit,
            media_types=("application/pdf", "image/png"),
            until=NOW,
        )

    def _finish(self, request: FinishUpload) -> Document:
        if self._refuse_finish:
            raise self._refuse_finish
        return Document(
            document_id=request.document_id,
            kind="shared",
            name=self.of(GrantUpload)[0].name,
            media_type=request.media_type,
            size=request.size,
            pages=request.pages,
            sender="citizen",
            role="citizen",
            added_at=NOW,
        )


class FakeStore:
    """Objects in a dictionary; like S3, a body that breaks off stores nothing."""

    def __init__(self, down: bool = False) -> None:
        self.objects: dict[str, bytes] = {}
        self._down = down

    def put(self, name: str, body: Iterator[bytes], size: int) -> None:
        if self._down:
            raise ObjectStoreDown
        stored = b"".join(body)
        assert len(stored) == size
        self.objects[name] = stored

    def get(self, name: str) -> Iterator[bytes]:
        if name not in self.objects:
            raise ObjectMissing
        return iter([self.objects[name]])

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        if name not in self.objects:
            raise ObjectMissing
        return self.objects[name][offset : offset + length]


class NullStore(FakeStore):
    """Counts what it is given and keeps nothing, so that memory can be measured."""

    def put(self, name: str, body: Iterator[bytes], size: int) -> None:
        assert sum(len(piece) for piece in body) == size


def upload(content: bytes, filename: str = "letter.pdf") -> FileUpload:
    data = body(content, filename)
    return FileUpload(Trickle(data, CHUNK_BYTES), CONTENT_TYPE, len(data))  # type: ignore[arg-type]


def test_a_document_arrives_sealed_and_comes_back_as_it_was() -> None:
    media, store = FakeMedia(), FakeStore()
    document = receive(upload(PDF), PLACE, media, store, passing())
    sealed = store.objects["rooms/room-1/object"]
    assert (document.size, document.media_type) == (len(PDF), "application/pdf")
    assert PDF[:100] not in sealed
    assert b"".join(open_stream(KEY, [sealed], "doc-1")) == PDF


def test_its_size_is_announced_before_anything_is_stored() -> None:
    media = FakeMedia()
    receive(upload(PDF), PLACE, media, FakeStore(), passing())
    assert media.of(GrantUpload)[0].size == len(PDF)


def test_a_document_that_is_too_large_is_refused_before_it_is_read() -> None:
    stream, length = large(21 * 1024 * 1024)
    received = FileUpload(stream, CONTENT_TYPE, length)
    store = FakeStore()
    with pytest.raises(DocumentTooLarge):
        receive(received, PLACE, FakeMedia(), store, passing())
    assert not store.objects


def test_a_program_renamed_to_pdf_is_refused_and_abandoned() -> None:
    media, store = FakeMedia(), FakeStore()
    with pytest.raises(DocumentTypeRefused):
        receive(upload(b"MZ\x90\x00" + bytes(2_000), "invoice.pdf"), PLACE, media, store, passing())
    assert media.of(AbandonUpload) == [AbandonUpload(room_id="room-1", document_id="doc-1")]
    assert not store.objects


def test_an_empty_document_is_refused_without_asking_anybody() -> None:
    media = FakeMedia()
    with pytest.raises(DocumentEmpty):
        receive(upload(b""), PLACE, media, FakeStore(), passing())
    assert not media.asked


def test_an_upload_that_breaks_off_stores_nothing_and_is_abandoned() -> None:
    media, store = FakeMedia(), FakeStore()
    data = body(PDF)
    cut = Trickle(data[: -len(TAIL) - 50_000], CHUNK_BYTES)
    with pytest.raises(MultipartError):
        receive(FileUpload(cut, CONTENT_TYPE, len(data)), PLACE, media, store, passing())  # type: ignore[arg-type]
    assert not store.objects
    assert len(media.of(AbandonUpload)) == 1


def test_a_store_that_is_down_is_said_to_be_so() -> None:
    media = FakeMedia()
    with pytest.raises(ServiceUnavailable):
        receive(upload(PDF), PLACE, media, FakeStore(down=True), passing())
    assert len(media.of(AbandonUpload)) == 1


def test_a_room_that_closes_during_the_upload_keeps_nothing() -> None:
    media = FakeMedia(refuse_finish=RoomClosed())
    with pytest.raises(RoomClosed):
        receive(upload(PDF), PLACE, media, FakeStore(), passing())
    assert len(media.of(AbandonUpload)) == 1


def test_what_the_inspector_counts_goes_with_the_document() -> None:
    media, inspector = FakeMedia(), FakeInspector(pages=12)
    document = receive(upload(PDF), PLACE, media, FakeStore(), Checks(FakeScanner(), inspector))
    assert (document.pages, inspector.asked) == (12, ["application/pdf"])


def test_the_scanner_sees_every_byte() -> None:
    scanner = FakeScanner()
    receive(upload(PDF), PLACE, FakeMedia(), FakeStore(), Checks(scanner, FakeInspector()))
    assert [scan.seen for scan in scanner.scans] == [len(PDF)]


REFUSALS = {
    "malware": Checks(FakeScanner(refusal=DocumentRefused("malware")), FakeInspector()),
    "active": Checks(FakeScanner(), FakeInspector(refusal=DocumentRefused("active"))),
    "malware before all else": Checks(
        FakeScanner(refusal=DocumentRefused("malware")), FakeInspector(refusal=DocumentRefused("active"))
    ),
}


@pytest.mark.parametrize("found", REFUSALS)
def test_what_a_check_refuses_is_never_shown(found: str) -> None:
    media = FakeMedia()
    with pytest.raises(DocumentRefused, match=found.partition(" ")[0]):
        receive(upload(PDF), PLACE, media, FakeStore(), REFUSALS[found])
    assert not media.of(FinishUpload)
    assert len(media.of(AbandonUpload)) == 1


@pytest.mark.parametrize("part", ["scanner", "inspector"])
def test_nothing_is_let_through_unchecked(part: str) -> None:
    media, away = FakeMedia(), ServiceUnavailable(part)
    checks = {
        "scanner": Checks(FakeScanner(refusal=away), FakeInspector()),
        "inspector": Checks(FakeScanner(), FakeInspector(refusal=away)),
    }[part]
    with pytest.raises(ServiceUnavailable, match=part):
        receive(upload(PDF), PLACE, media, FakeStore(), checks)
    assert not media.of(FinishUpload)
    assert len(media.of(AbandonUpload)) == 1


def test_a_scanner_that_is_away_is_noticed_before_anything_is_stored() -> None:
    media, store = FakeMedia(), FakeStore()
    checks = Checks(FakeScanner(away=ServiceUnavailable("scanner")), FakeInspector())
    with pytest.raises(ServiceUnavailable, match="scanner"):
        receive(upload(PDF), PLACE, media, store, checks)
    assert (len(media.of(AbandonUpload)), store.objects) == (1, {})


@pytest.mark.parametrize("name", ["letter\u202efdp.exe", "let\x01ter.pdf", "a\x7f.pdf", "\u2066b.pdf"])
def test_a_name_that_hides_what_it_says_is_refused_before_anybody_is_asked(name: str) -> None:
    media = FakeMedia()
    with pytest.raises(InvalidField, match="hidden"):
        receive(upload(PDF, name), PLACE, media, FakeStore(), passing())
    assert not media.asked


def test_a_document_named_like_a_program_is_named_for_what_it_is() -> None:
    media = FakeMedia()
    receive(upload(PDF, "setup.exe"), PLACE, media, FakeStore(), passing())
    assert media.of(GrantUpload)[0].name == "setup.exe.pdf"


def test_memory_stays_flat_however_large_the_document_is() -> None:
    stream, length = large(20_000_000)
    tracemalloc.start()
    receive(FileUpload(stream, CONTENT_TYPE, length), PLACE, FakeMedia(), NullStore(), passing())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def grant(size: int) -> DownloadGrant:
    return DownloadGrant(
        object_name="rooms/room-1/object",
        data_key=base64.b64encode(KEY).decode(),
        name="letter.pdf",
        media_type="application/pdf",
        size=size,
        until=NOW,
    )


def stored() -> FakeStore:
    store = FakeStore()
    receive(upload(PDF), PLACE, FakeMedia(), store, passing())
    return store


def test_what_is_fetched_is_byte_for_byte_what_was_sent() -> None:
    assert b"".join(deliver(grant(len(PDF)), "doc-1", stored())) == PDF


def test_another_documents_bytes_are_not_passed_off_as_this_one() -> None:
    with pytest.raises(InternalError):
        deliver(grant(len(PDF)), "doc-2", stored())


class InPieces(FakeStore):
    """Gives its objects as a connection does."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        super().__init__()
        self.objects = objects

    def get(self, name: str) -> Iterator[bytes]:
        whole = self.objects[name]
        return (whole[at : at + 16_384] for at in range(0, len(whole), 16_384))


def test_who_reads_slowly_does_not_read_when_all_is_long_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.0]
    monkeypatch.setattr("gateway.blueprints.files.transfer.monotonic", lambda: seconds[0])
    clear = deliver(grant(len(PDF)), "doc-1", InPieces(stored().objects))
    assert PDF.startswith(next(clear))
    seconds[0] = LONGEST_SECONDS + 1
    with pytest.raises(ServiceUnavailable):
        list(clear)


def test_an_object_that_is_gone_is_not_found() -> None:
    with pytest.raises(NotFound):
        deliver(grant(1), "doc-1", FakeStore())


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("letter.pdf", "attachment; filename=\"letter.pdf\"; filename*=UTF-8''letter.pdf"),
        (
            "Zürich €.pdf",
            "attachment; filename=\"Z_rich _.pdf\"; filename*=UTF-8''Z%C3%BCrich%20%E2%82%AC.pdf",
        ),
        (
            "../..\\a;b=c.pdf",
            "attachment; filename=\".._.._a_b_c.pdf\"; filename*=UTF-8''..%2F..%5Ca%3Bb%3Dc.pdf",
        ),
        ("\ud800.pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%3F.pdf"),
        ("", "attachment; filename=\"document\"; filename*=UTF-8''"),
        ('a"\r\nX: y.pdf', "attachment; filename=\"a___X_ y.pdf\"; filename*=UTF-8''a%22%0D%0AX%3A%20y.pdf"),
    ],
)
def test_a_name_cannot_break_out_of_its_header(name: str, header: str) -> None:
    assert content_disposition(name) == header


def test_a_download_is_never_run_sniffed_or_kept() -> None:
    headers = download_headers("a.pdf", 5)
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]


def test_the_stores_length_follows_from_the_documents() -> None:
    assert sealed_size(len(PDF)) == len(stored().objects["rooms/room-1/object"])
