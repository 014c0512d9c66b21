"""A shared document to look at: its own page, for whoever may read it, and the way there from its row."""

from __future__ import annotations

import pytest

from services.contracts.errors import NotAllowed
from services.contracts.room_documents import Document
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_room import STARTS_AT

PREVIEW = "/rooms/room-1/documents/letter"


def document(document_id: str = "letter", pages: int = 3, kind: str = "shared") -> Document:
    return Document(
        document_id=document_id,
        kind=kind,
        name=f"{document_id} <1>.pdf",
        media_type="application/pdf",
        size=1_000,
        sender="citizen",
        role="citizen",
        added_at=STARTS_AT,
        pages=pages,
    )


@pytest.fixture
def shared(world: World) -> World:
    world.room.documents = (document(), document("table", pages=0), document("copy", kind="identity_copy"))
    world.room.phase = "admitted"
    return world


def test_a_row_leads_to_what_can_be_shown(shared: World) -> None:
    page = shared.citizen().get("/appointment/call").text
    assert f'href="{PREVIEW}?as=citizen" data-preview' in page
    assert "/documents/table?" not in page
    assert (
        "/rooms/room-1/documents/DOCUMENT?as=citizen"
        in page.split("<template data-template-document-mine>")[1]
    )


def test_each_side_looks_at_it_and_finds_back_to_its_own_page(shared: World) -> None:
    for browser, role, back in (
        (shared.citizen(), "citizen", "/appointment/call"),
        (shared.agent(), "agent", "/console/rooms/room-1"),
    ):
        page = browser.get(f"{PREVIEW}?as={role}").text
        assert f'src="/files/rooms/room-1/letter/pages/1?as={role}"' in page
        assert f'class="govuk-back-link" href="{back}"' in page
        assert "Page 1 of 3" in page
        assert "letter &lt;1&gt;.pdf" in page


def test_pages_follow_one_another(shared: World) -> None:
    page = shared.citizen().get(f"{PREVIEW}?page=2").text
    assert '/letter/pages/2?as=citizen"' in page
    for other in (1, 3):
        assert f'href="{PREVIEW}?as=citizen&amp;page={other}"' in page


@pytest.mark.parametrize(
    "address", [f"{PREVIEW}?page=4", "/rooms/room-1/documents/table", "/rooms/room-1/documents/copy"]
)
def test_what_cannot_be_shown_has_no_page(shared: World, address: str) -> None:
    assert shared.citizen().get(address).status_code == 404


def test_nobody_looks_into_another_room(shared: World) -> None:
    assert shared.nobody().get(PREVIEW).status_code == 404
    assert shared.citizen("room-2").get(PREVIEW).status_code == 404


def test_what_media_refuses_is_not_shown(shared: World) -> None:
    shared.bus.fault_of["list_documents"] = NotAllowed("read")
    assert shared.citizen().get(PREVIEW).status_code == 403
