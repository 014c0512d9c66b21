"""Pages of a room's documents as pictures: who gets which, under which headers, with which mark."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Semaphore
from typing import Any

import pytest

from gateway.inspection.client import Picture, Source
from gateway.limits.table import PREVIEW
from services.chassis.vault.cipher import seal_stream
from services.contracts.document_errors import DocumentRefused
from services.contracts.errors import NotAllowed, ServiceUnavailable
from services.contracts.identity_copy import CopyView, GrantCopyView
from services.contracts.media_errors import RoomForgotten
from services.contracts.room_documents import DownloadGrant, GrantDownload
from tests.unit.gateway import desk
from tests.unit.gateway.conftest import NOW
from tests.unit.gateway.shelf import AT_HOME, PDF, FakeStore, Files

ROOM, DOCUMENT, KEY = "room-1", "document-1", bytes(range(32))
PAGE = f"/files/rooms/{ROOM}/{DOCUMENT}/pages/{{}}?as=citizen"
COPY = f"/files/rooms/{ROOM}/copies/{DOCUMENT}/pages/{{}}?as=agent"
PICTURE = b"RIFF....WEBPVP8 drawn"


class Ranges(FakeStore):
    """One sealed document, read in parts."""

    def __init__(self) -> None:
        super().__init__()
        self.objects["rooms/1"] = b"".join(seal_stream(KEY, [PDF], DOCUMENT))

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        return self.objects[name][offset : offset + length]


@dataclass
class Inspector:
    """Draws the same for every page, once it has read all of it."""

    fault: Exception | None = None
    holds: Event | None = None
    """Each takes until then."""
    begun: Semaphore = field(default_factory=lambda: Semaphore(0))
    asked: list[tuple[str, int, int, str]] = field(default_factory=list)
    read: bytes = b""

    def render(self, media_type: str, source: Source, page: int, width: int, watermark: str = "") -> Picture:
        self.asked.append((media_type, page, width, watermark))
        if self.fault:
            raise self.fault
        self.begun.release()
        if self.holds is not None:
            self.holds.wait(30)
        self.read = source.read(0, source.size)
        return Picture("image/webp", PICTURE)


class Media:
    """`media`, with one document of three pages in one room."""

    def __init__(self) -> None:
        self.fault: Exception | None = None

    def _grant(self, kind: Any, **more: Any) -> Any:
        if self.fault:
            raise self.fault
        common = {"object_name": "rooms/1", "data_key": base64.b64encode(KEY).decode(), "size": len(PDF)}
        until = NOW + timedelta(minutes=1)
        return kind(**common, media_type="application/pdf", pages=3, until=until, **more)

    def grant_download(self, request: GrantDownload) -> DownloadGrant:
        return self._grant(DownloadGrant, name="letter.pdf")  # type: ignore[no-any-return]

    def grant_copy_view(self, request: GrantCopyView) -> CopyView:
        return self._grant(CopyView, seen_at=NOW)  # type: ignore[no-any-return]


@pytest.fixture
def media(world: Any, monkeypatch: pytest.MonkeyPatch) -> Media:
    found = Media()
    world.bus.services.insert(0, found)
    monkeypatch.setattr("gateway.link_generation.is_revoked", lambda *_: False)
    return found


@pytest.fixture
def inspector(monkeypatch: pytest.MonkeyPatch) -> Inspector:
    found = Inspector()
    monkeypatch.setattr("gateway.blueprints.files.previews.inspector", lambda: found)
    return found


@pytest.fixture
def files(world: Any, media: Media, inspector: Inspector) -> Files:
    made = Files(world)
    made.app.extensions["objects"] = Ranges()
    return made


@pytest.fixture
def citizen(browser: Any) -> Any:
    """Let into the room."""
    browser.get("/")
    with browser.client.session_transaction(base_url=AT_HOME) as session:
        session["room"] = {"room_id": ROOM, "recipient": "citizen", "person_id": "", "generation": 1}
    return browser


@pytest.fixture
def agent(world: Any, media: Media) -> Any:
    return desk.member(world)


def test_a_page_is_drawn_from_what_was_opened_and_bears_no_mark(
    files: Files, citizen: Any, inspector: Inspector
) -> None:
    answer = files.fetch(citizen, PAGE.format(2))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PICTURE, "image/webp")
    assert inspector.asked == [("application/pdf", 2, 1600, "")]
    assert inspector.read == PDF


def test_it_is_shown_in_a_sandbox_and_kept_nowhere(files: Files, citizen: Any) -> None:
    headers = files.fetch(citizen, PAGE.format(1)).headers
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "letter" not in headers["Content-Disposition"]


@pytest.mark.parametrize("page", ["0", "4", "1000000", "1000001", "-1", "x", "9" * 400])
def test_a_page_that_is_none_is_not_drawn(
    files: Files, citizen: Any, inspector: Inspector, page: str
) -> None:
    assert files.fetch(citizen, PAGE.format(page)).status_code == 404
    assert inspector.asked == []


def test_nobody_from_elsewhere_gets_one(files: Files, world: Any, citizen: Any, inspector: Inspector) -> None:
    assert files.fetch(world.browser(), PAGE.format(1)).status_code == 404
    assert files.fetch(citizen, PAGE.format(1).replace(ROOM, "room-2")).status_code == 404
    assert inspector.asked == []


@pytest.mark.parametrize(("fault", "status"), [(NotAllowed("read"), 403), (RoomForgotten(), 410)])
def test_what_is_not_granted_is_not_drawn(
    files: Files, citizen: Any, media: Media, inspector: Inspector, fault: Exception, status: int
) -> None:
    media.fault = fault
    assert files.fetch(citizen, PAGE.format(1)).status_code == status
    assert inspector.asked == []


@pytest.mark.parametrize(
    ("fault", "status"), [(ServiceUnavailable("inspector"), 503), (DocumentRefused("damaged"), 422)]
)
def test_what_cannot_be_drawn_says_so(
    files: Files, citizen: Any, inspector: Inspector, fault: Exception, status: int
) -> None:
    inspector.fault = fault
    assert files.fetch(citizen, PAGE.format(1)).status_code == status


def test_who_asks_for_too_many_waits(files: Files, world: Any, citizen: Any, inspector: Inspector) -> None:
    for _ in range(PREVIEW.free):
        assert files.fetch(citizen, PAGE.format(1)).status_code == 200
    assert files.fetch(citizen, PAGE.format(1)).status_code == 429
    assert len(inspector.asked) == PREVIEW.free


def test_one_room_does_not_take_the_places_of_all_others(
    files: Files, citizen: Any, inspector: Inspector
) -> None:
    """However long its pages take to draw."""
    address, inspector.holds = PAGE.format(1), Event()
    with ThreadPoolExecutor(4) as browsers:
        waiting = [browsers.submit(files.fetch, citizen, address) for _ in range(4)]
        begun = [inspector.begun.acquire(timeout=30) for _ in waiting]
        refused = files.fetch(citizen, address).status_code if all(begun) else 0
        inspector.holds.set()
        assert refused == 429
        assert [answer.result().status_code for answer in waiting] == [200] * 4
    assert files.fetch(citizen, address).status_code == 200


class TestIdentityCopy:
    def test_the_mark_says_who_looks_and_when(self, files: Files, agent: Any, inspector: Inspector) -> None:
        answer = files.fetch(agent, COPY.format(1))
        assert answer.data == PICTURE
        assert answer.headers["Cache-Control"] == "no-store, private"
        [(_, page, _, mark)] = inspector.asked
        assert (page, mark) == (1, "Léa Muster · 23.11.2026 08:00")

    def test_it_is_looked_at_and_never_asked_for_as_a_file(
        self, files: Files, world: Any, agent: Any
    ) -> None:
        files.fetch(agent, COPY.format(1))
        assert world.bus.times(GrantCopyView) == 1
        assert world.bus.times(GrantDownload) == 0

    def test_nobody_sees_one_without_being_an_agent(
        self, files: Files, world: Any, citizen: Any, inspector: Inspector
    ) -> None:
        assert files.fetch(citizen, COPY.format(1)).status_code == 404
        assert files.fetch(desk.member(world, "supervisor"), COPY.format(1)).status_code == 404
        assert inspector.asked == []

    def test_whoever_else_is_in_the_room_is_refused_by_media(
        self, files: Files, citizen: Any, media: Media, inspector: Inspector
    ) -> None:
        media.fault = NotAllowed("view_copy")
        assert files.fetch(citizen, COPY.format(1).replace("agent", "citizen")).status_code == 403
        assert inspector.asked == []
