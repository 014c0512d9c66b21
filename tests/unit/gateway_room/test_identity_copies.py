"""Beside the picture: whose identity document each copy shows, and how each person is identified."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from services.contracts.booking import Assurance, InsuredPerson
from services.contracts.identity_copy import RecordComparison
from services.contracts.room_documents import Document
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_room import AGENT_ID

COPIES = "/console/rooms/room-1/copies"
TOM = InsuredPerson(first_name="Tom", last_name="Muster", national_number="1985041220134", speaks=True)


def _copy(document_id: str, compared: str = "") -> Document:
    return Document(
        document_id=document_id,
        kind="identity_copy",
        name=f"{document_id}.png",
        media_type="image/png",
        size=1_000,
        sender="citizen",
        role="citizen",
        added_at=datetime(2026, 12, 1, tzinfo=UTC),
        pages=2,
        compared=compared,
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
        r'<h3[^>]*>([^<]+)</h3>\s*<p[^>]*><a [^>]*href="/console/rooms/room-1/copies/(\w+)"', page
    )
    assert shown == [("Léa Muster", "copy"), ("Tom Muster", "toms")]


def test_a_copy_that_was_replaced_is_not_shown(world: World, page: str) -> None:
    assert "copies/replaced" not in page
    assert world.agent().get(f"{COPIES}/replaced").status_code == 404


def test_no_copy_is_shown_before_it_is_asked_for_and_none_is_offered_as_a_file(page: str) -> None:
    assert "<img" not in page.split('id="copy"')[1].split("</section>")[0]
    assert "/files/" not in page.split('id="copy"')[1].split("</section>")[0]


class TestLooking:
    """One page of a copy, drawn by the files entry with a mark on it."""

    def test_each_page_leads_to_the_others(self, world: World, page: str) -> None:
        agent = world.agent()
        first, last = (agent.get(f"{COPIES}/copy{query}").text for query in ("", "?page=2"))
        picture = 'src="/files/rooms/room-1/copies/copy/pages/{}?as=agent"'
        assert picture.format(1) in first
        assert picture.format(2) in last
        assert (f"{COPIES}/copy?page=2" in first, "Previous page" in first) == (True, False)
        assert (f"{COPIES}/copy?page=1" in last, "Next page" in last) == (True, False)

    @pytest.mark.parametrize("number", ["0", "3", "-1", "x", "²", "1" * 5_000])
    def test_a_page_that_is_none_is_not_there(self, world: World, page: str, number: str) -> None:
        assert world.agent().get(f"{COPIES}/copy?page={number}").status_code == 404

    def test_only_agents_come_there(self, world: World, page: str) -> None:
        assert world.citizen().get(f"{COPIES}/copy").status_code == 303
        assert world.staff("supervisor").get(f"{COPIES}/copy").status_code == 403


class TestComparing:
    def test_the_result_is_recorded_and_leads_back_to_the_room(self, world: World, page: str) -> None:
        answer = world.agent().post(f"{COPIES}/copy", {"result": "differs"})
        assert answer.location == "/console/rooms/room-1"
        [asked] = [request for request in world.bus.asked if isinstance(request, RecordComparison)]
        assert (asked.document_id, asked.result) == ("copy", "differs")
        assert asked.participant.participant_id == AGENT_ID

    def test_it_can_be_recorded_once_there_is_a_picture(self, world: World, page: str) -> None:
        assert "The result can be recorded once the call has begun." in page
        assert 'value="differs"' not in page
        world.room.phase = "admitted"
        assert 'value="differs"' in world.agent().get("/console/rooms/room-1").text

    def test_what_was_recorded_is_shown_and_chosen(self, world: World) -> None:
        world.room.documents = (_copy("copy", compared="unreadable"),)
        world.room.phase, world.room.present = "documents", (AGENT_ID,)
        page = world.agent().get("/console/rooms/room-1").text
        assert "Recorded: It cannot be read" in page
        assert re.search(r'value="unreadable" required checked', page)


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
