"""All that is held on a person, as one archive: whole or not at all, and with no surprise in it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zipfile import BadZipFile, ZipFile

import pytest

from gateway.export.archive import Entry, Paths, stream
from services.chassis.vault.cipher import new_key, seal_stream
from services.contracts.errors import ServiceUnavailable
from services.contracts.room_documents import Document, Documents, DownloadGrant
from services.contracts.space_documents import SpaceDownloadGrant
from tests.unit.applications import application
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import NOW, Browser
from tests.unit.gateway.fake_rights import FakeRights

EXPORT = "/files/export"


@pytest.fixture
def rights(world: Any) -> FakeRights:
    fake = FakeRights(world.credentials)
    world.bus.services.insert(0, fake)
    fake.held = {
        "identity": [
            ("person", {"address": "lea@example.org", "name": "<script>Léa</script>"}),
            ("credentials", {"credential_id": "card", "number": "1" * 20, "method": "luxtrust"}),
        ],
        "booking": [("appointments", {"appointment_id": f"appointment-{number}"}) for number in range(120)],
        "notify": [("mails", {"kind": "confirmation"})],
    }
    return fake


class FilesBrowser(Browser):
    """The same browser at the files entry, with a token from the pages."""

    def __init__(self, world: Any, pages: Any) -> None:
        app = application("files", world.app.extensions["runtime"])
        super().__init__(app.test_client())
        self.pages = pages
        for cookie in pages.client._cookies.values():
            self.client.set_cookie(cookie.key, cookie.value, domain="localhost", secure=True)

    def _token(self) -> str:
        return str(self.pages._token())


@pytest.fixture
def files(world: Any, rights: FakeRights, browser: Any) -> FilesBrowser:
    journey.log_in(browser)
    browser.get("/account/export")
    return FilesBrowser(world, browser)


def archive_of(answer: Any) -> ZipFile:
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.text
    return ZipFile(io.BytesIO(answer.data))


def test_everything_is_in_it_once_and_in_order(rights: FakeRights, files: FilesBrowser) -> None:
    archive = archive_of(files.post(EXPORT))
    assert archive.testzip() is None
    assert archive.namelist()[0] == "index.html"
    records = json.loads(archive.read("booking.json"))["records"]
    assert [one["appointment_id"] for one in records["appointments"]] == [
        f"appointment-{number}" for number in range(120)
    ]
    assert json.loads(archive.read("identity.json"))["records"]["person"][0]["address"] == "lea@example.org"
    assert json.loads(archive.read("sessions.json"))["records"]["sessions"][0]["provider"] == "luxtrust"


def test_the_index_is_text_whatever_was_typed(files: FilesBrowser) -> None:
    index = archive_of(files.post(EXPORT)).read("index.html").decode()
    assert "&lt;script&gt;Léa" in index
    assert "<script" not in index
    assert "lea@example.org" in index


def test_it_is_noted_before_anything_is_read(world: Any, rights: FakeRights, files: FilesBrowser) -> None:
    world.bus.fault_of["export_account"] = ServiceUnavailable("identity")
    assert files.post(EXPORT).status_code == 503
    assert rights.noted == ["person-resident"]


@pytest.mark.parametrize("method", ["export_account", "export_bookings", "export_spaces", "export_mails"])
def test_a_service_that_is_away_makes_no_half_archive(world: Any, files: FilesBrowser, method: str) -> None:
    world.bus.fault_of[method] = ServiceUnavailable("somebody")
    answer = files.post(EXPORT)
    assert (answer.status_code, answer.mimetype) == (503, "text/html")


def test_it_is_saved_and_never_kept_on_the_way(files: FilesBrowser) -> None:
    headers = files.post(EXPORT).headers
    assert headers["Content-Disposition"].startswith(f'attachment; filename="cns-{NOW:%Y-%m-%d}.zip"')
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_gets_it_without_a_log_in_of_the_last_minutes(
    world: Any, rights: FakeRights, files: FilesBrowser
) -> None:
    world.clock.set(NOW + timedelta(minutes=6))
    assert files.post(EXPORT).location == "/account/export"
    assert rights.noted == []


def test_nobody_gets_it_with_a_proof_that_identity_does_not_take(
    world: Any, rights: FakeRights, files: FilesBrowser
) -> None:
    world.credentials.proofs_are_over()
    assert files.post(EXPORT).location == "/account/export"
    assert rights.noted == []


def test_a_stranger_is_led_to_the_page_and_so_is_who_reloads(
    world: Any, rights: FakeRights, browser: Any, files: FilesBrowser
) -> None:
    assert FilesBrowser(world, world.browser()).post(EXPORT).location == "/account/export"
    assert files.get(EXPORT).location == "/account/export"
    assert rights.noted == []


def test_a_form_from_elsewhere_gets_nothing(rights: FakeRights, files: FilesBrowser) -> None:
    assert files.post(EXPORT, {"csrf_token": "forged"}).status_code == 403
    assert rights.noted == []


def test_whoever_asks_too_often_has_to_wait(
    world: Any, rights: FakeRights, files: FilesBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = world.app.extensions["runtime"].windows
    monkeypatch.setattr(windows, "take", lambda name, *_: name != "export.known")
    assert files.post(EXPORT).status_code == 429
    assert rights.noted == []


def test_a_file_that_cannot_be_read_is_named(rights: FakeRights, files: FilesBrowser) -> None:
    version = {"number": 1, "replaced_at": None}
    lost = {"document_id": "d", "folder": "insurance", "name": "lost.pdf", "versions": [version]}
    rights.held["spaces"] = [("documents", lost)]
    archive = archive_of(files.post(EXPORT))
    assert archive.read("not-included.txt").decode() == "insurance/lost.pdf\n".join(["documents/", ""])


class Sealed:
    """A store with one sealed object."""

    def __init__(self, label: str, clear: bytes) -> None:
        self.key, self.sealed = new_key(), b""
        self.sealed = b"".join(seal_stream(self.key, iter([clear]), label))

    def get(self, name: str) -> Iterator[bytes]:
        return iter([self.sealed])

    @property
    def data_key(self) -> str:
        return base64.b64encode(self.key).decode()


def test_documents_of_the_space_and_of_open_rooms_are_in_it(rights: FakeRights, files: FilesBrowser) -> None:
    kept, shared = Sealed("object", b"%PDF-1.7 kept"), Sealed("letter", b"%PDF-1.7 shared")
    files.client.application.extensions.update(objects=shared, space_objects=kept)  # type: ignore[attr-defined]
    versions = [{"number": 2, "replaced_at": None}, {"number": 1, "replaced_at": "2026-11-01"}]
    document = {"document_id": "d", "folder": "insurance", "name": "Ärger.pdf", "versions": versions}
    room = {"appointment_id": "appointment-0", "starts_at": "2026-11-22T09:00:00Z", "gone_at": None}
    rights.held["spaces"] = [("documents", document)]
    rights.held["media"] = [("rooms", room | {"documents": [{"name": "letter.pdf"}]})]
    rights.grants = {
        "grant_held_document": SpaceDownloadGrant(
            document_id="d",
            version=1,
            object_name="object",
            data_key=kept.data_key,
            name="Ärger.pdf",
            media_type="application/pdf",
            size=13,
            until=NOW,
        ),
        "list_documents": Documents(documents=(SHARED,)),
        "grant_download": DownloadGrant(
            object_name="any",
            data_key=shared.data_key,
            name="../letter.pdf",
            media_type="application/pdf",
            size=15,
            until=NOW,
        ),
    }
    archive = archive_of(files.post(EXPORT))
    assert archive.read("documents/insurance/Ärger.pdf") == b"%PDF-1.7 kept"
    assert archive.read("documents/insurance/earlier/Ärger.pdf") == b"%PDF-1.7 kept"
    assert archive.read("rooms/2026-11-22/_letter.pdf") == b"%PDF-1.7 shared"
    assert "not-included.txt" not in archive.namelist()


SHARED = Document(
    document_id="letter",
    kind="shared",
    name="letter.pdf",
    media_type="application/pdf",
    size=15,
    sender="agent",
    role="agent",
    added_at=NOW,
)


# --- the archive itself ---


def test_no_name_leads_out_of_the_archive_and_no_two_are_the_same() -> None:
    paths = Paths()
    assert paths.of("documents", "../../etc/passwd") == "documents/_.._etc_passwd"
    assert paths.of("documents", "C:\\a\x00b\u202e.pdf") == "documents/C__ab.pdf"
    assert paths.of("a", "x.pdf") == "a/x.pdf"
    assert paths.of("a", "X.pdf") == "a/X (2).pdf"
    assert paths.of("a", "x.pdf") == "a/x (3).pdf"
    assert len(paths.of("a", f"{'y' * 500}.pdf")) < 160


def test_pieces_come_while_a_large_file_is_read() -> None:
    read: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(50):
            read.append(number)
            yield bytes([number]) * 65_536

    pieces = stream([Entry("large.bin", chunks())], datetime(2026, 11, 23, 8, 0))  # noqa: DTZ001
    next(pieces)
    assert read == [0]
    whole = ZipFile(io.BytesIO(b"".join(pieces)))
    assert len(read) == 50
    assert whole.namelist() == ["large.bin"]


def test_half_an_archive_is_none() -> None:
    def broken() -> Iterator[bytes]:
        yield b"begun"
        raise OSError("the store is away")

    got: list[bytes] = []
    with pytest.raises(OSError, match="away"):
        got.extend(stream([Entry("a.txt", [b"whole"]), Entry("b.txt", broken())], NOW))
    assert b"a.txt" in b"".join(got)
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(b"".join(got)))
