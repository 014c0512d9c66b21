"""What agent and citizen see of the case file."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.contracts.case_file import Filing
from services.contracts.room_documents import Document
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_room import AGENT_ID, STARTS_AT

SEND = "/files/rooms/room-1/document-1/case-file?as=agent"
REASON = "Belongs to the request."


def document(filing: Filing | None = None) -> Document:
    return Document(
        document_id="document-1",
        kind="shared",
        name="letter.pdf",
        media_type="application/pdf",
        size=1000,
        sender="citizen",
        role="citizen",
        added_at=STARTS_AT,
        filing=filing,
    )


def filing(filed_at: datetime | None = None) -> Filing:
    receipt = "2026-000123" if filed_at else ""
    return Filing(begun_at=STARTS_AT, agent_id=AGENT_ID, reason=REASON, filed_at=filed_at, receipt=receipt)


@pytest.fixture(params=["admitted", "documents"])
def in_room(world: World, request: pytest.FixtureRequest) -> World:
    """The agent is in the room, in the call or after it."""
    world.room.phase, world.room.present = request.param, (AGENT_ID,)
    world.room.documents = (document(),)
    return world


def agents_page(world: World) -> str:
    return str(world.agent().get("/console/rooms/room-1").text)


def citizens_page(world: World) -> str:
    address = "/appointment/call" if world.room.phase == "admitted" else "/appointment"
    return str(world.citizen().get(address).text)


def test_without_a_case_file_there_is_no_word_of_one(in_room: World) -> None:
    assert "ase file" not in agents_page(in_room)


def test_the_agent_hands_over_with_a_reason_that_the_citizen_reads(in_room: World) -> None:
    in_room.room.case_file = True
    page = agents_page(in_room)
    assert f'action="{SEND}"' in page
    assert "Hand over “letter.pdf”" in page
    assert "The citizen reads this reason." in page


def test_in_a_call_the_page_stays_where_it_is(in_room: World) -> None:
    in_room.room.case_file = True
    in_call = in_room.room.phase == "admitted"
    assert (f'action="{SEND}" data-in-place' in agents_page(in_room)) is in_call


def test_what_was_handed_over_shows_when_by_whom_and_why_and_no_button(in_room: World) -> None:
    in_room.room.case_file, in_room.room.documents = True, (document(filing(STARTS_AT)),)
    page = agents_page(in_room)
    for words in ("in the case file since", "2026-000123", "Anna Demo", REASON):
        assert words in page
    assert SEND not in page


def test_what_is_not_confirmed_can_be_asked_for_again_without_another_reason(in_room: World) -> None:
    in_room.room.case_file, in_room.room.documents = True, (document(filing()),)
    page = agents_page(in_room)
    assert "not confirmed yet" in page
    assert f'action="{SEND}"' in page
    assert 'name="reason"' not in page


def test_the_citizen_sees_that_and_why_it_went_there(in_room: World) -> None:
    assert "your case file" not in citizens_page(in_room)
    in_room.room.documents = (document(filing(STARTS_AT)),)
    page = citizens_page(in_room)
    for words in ("Handed over to your case file", "letter.pdf", "2026-000123", REASON):
        assert words in page


def test_what_is_in_the_case_file_cannot_be_taken_back(in_room: World) -> None:
    taking_back = "/rooms/room-1/documents/document-1/remove"
    assert taking_back in citizens_page(in_room)
    in_room.room.documents = (document(filing()),)
    assert taking_back not in citizens_page(in_room)
