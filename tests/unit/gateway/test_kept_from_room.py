"""What was received in a call is kept in the private space before the room is forgotten."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from services.chassis.vault.cipher import seal_stream
from services.contracts.media_errors import RoomForgotten
from services.contracts.room_documents import DownloadGrant, GrantDownload
from tests.unit.gateway import people
from tests.unit.gateway.conftest import NOW
from tests.unit.gateway.shelf import AT_HOME, OWN, PDF, Files, download_of, words
from tests.unit.gateway.shelf import files as files  # a fixture

spaces, lea = people.spaces, people.lea

ROOM, DOCUMENT, KEY = "room-1", "document-1", bytes(range(32))
KEEP = f"/files/spaces/private/from/{ROOM}/{DOCUMENT}"


class Room:
    """`media`, with one document in one room."""

    def __init__(self, files: Files) -> None:
        sealed = b"".join(seal_stream(KEY, [PDF], DOCUMENT))
        files.rooms.objects["rooms/1"] = sealed
        self.is_forgotten = False

    def grant_download(self, request: GrantDownload) -> DownloadGrant:
        assert (request.room_id, request.document_id) == (ROOM, DOCUMENT)
        if self.is_forgotten:
            raise RoomForgotten
        return DownloadGrant(
            object_name="rooms/1",
            data_key=base64.b64encode(KEY).decode(),
            name="decision.pdf",
            media_type="application/pdf",
            size=len(PDF),
            until=NOW,
        )


@pytest.fixture
def room(world: Any, files: Files, monkeypatch: pytest.MonkeyPatch) -> Room:
    found = Room(files)
    world.bus.services.insert(0, found)
    monkeypatch.setattr("gateway.link_generation.is_revoked", lambda *_: False)
    return found


@pytest.fixture
def guest(lea: Any, room: Room) -> Any:
    """Logged in, and let into the room."""
    with lea.client.session_transaction(base_url=AT_HOME) as session:
        session["room"] = {"room_id": ROOM, "recipient": "citizen", "person_id": "", "generation": 1}
    return lea


def test_it_lies_among_the_appointments_of_the_private_space(guest: Any, files: Files) -> None:
    guest.post("/space/open")
    for _click in range(2):
        assert files.post(guest, KEEP).location == "/appointment"
    page = words(guest.get(OWN))
    assert "“decision.pdf” is in your private space now. It stays there." in page
    assert "Appointments (1) decision.pdf 80 kB" in page
    assert "version 2" not in page
    assert files.fetch(guest, download_of(guest, "decision.pdf")).data == PDF


def test_without_a_private_space_it_says_so(guest: Any, files: Files) -> None:
    assert files.post(guest, KEEP).location == "/appointment"
    assert "You have no private space yet" in words(guest.get("/spaces"))
    assert not files.store.objects


def test_what_is_forgotten_can_no_longer_be_kept(guest: Any, files: Files, room: Room) -> None:
    guest.post("/space/open")
    room.is_forgotten = True
    files.post(guest, KEEP)
    assert not files.store.objects
    assert "no documents here yet" in words(guest.get(OWN))


def test_nobody_keeps_what_lies_in_a_room_of_others(world: Any, lea: Any, files: Files, room: Room) -> None:
    lea.post("/space/open")
    assert files.post(lea, KEEP).status_code == 404
    assert files.post(world.browser(), KEEP).location.startswith("/login?")
    assert not files.store.objects


def test_a_forged_token_keeps_nothing(guest: Any, files: Files) -> None:
    guest.post("/space/open")
    assert files.post(guest, KEEP, token="forged").status_code == 403
    assert not files.store.objects
