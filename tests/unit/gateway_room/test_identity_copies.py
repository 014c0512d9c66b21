"""Beside the picture: whose identity document each copy shows, and how each person is identified."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from services.contracts.booking import Assurance, InsuredPerson
from services.contracts.room_documents import Document
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_room import AGENT_ID

TOM = InsuredPerson(first_name="Tom", last_name="Muster", national_number="1985041220134", speaks=True)


def _copy(document_id: str) -> Document:
    return Document(
        document_id=document_id,
        kind="identity_copy",
        name=f"{document_id}.png",
        media_type="image/png",
        size=1_000,
        sender="citizen",
        role="citizen",
        added_at=datetime(2026, 12, 1, tzinfo=UTC),
    )


@pytest.fixture
def page(world: World) -> str:
    """Two people will speak; a third copy was replaced, and could not be removed at once."""
    world.room.booked = {"insured": TOM, "insured_copy_id": "toms"}
    world.room.documents = (_copy("replaced"), _copy("toms"), _copy("copy"))
    world.room.phase, world.room.present = "waiting", (AGENT_ID,)
    return str(world.agent().get("/console/rooms/room-1").text)


def test_each_copy_stands_under_the_name_that_it_belongs_to(page: str) -> None:
    shown = re.findall(
        r"<figcaption[^>]*><strong>([^<]+)</strong></figcaption>\s*<img src=\"[^\"]*/(\w+)\?", page
    )
    assert shown == [("Léa Muster", "copy"), ("Tom Muster", "toms")]
    assert 'alt="Copy of the identity document of Tom Muster"' in page


def test_a_copy_that_was_replaced_is_not_shown(page: str) -> None:
    assert "replaced.png" not in page


def test_assurance_is_said_of_each_person(page: str) -> None:
    assert page.count("not identified") == 2
    assert page.count("Compare the identity copy with the person in the picture.") == 2


def test_who_booked_with_a_log_in_is_identified_and_the_other_is_not(world: World) -> None:
    world.room.booked = {
        "insured": TOM,
        "identity_copy_id": "",
        "assurance": Assurance(method="luxtrust", level="high"),
    }
    page = world.agent().get("/console/rooms/room-1").text
    facts = re.findall(r"<dt>Identified</dt><dd>(.*?)</dd>", page, re.DOTALL)
    assert [" ".join(fact.split()) for fact in facts] == ["LuxTrust (high)", "not identified"]
    assert "Compare the identity copy" not in page


def test_the_citizens_page_shows_no_copy(world: World) -> None:
    world.room.documents = (_copy("copy"),)
    world.room.phase = "waiting"
    assert "copy.png" not in world.citizen().get("/appointment/call").text
