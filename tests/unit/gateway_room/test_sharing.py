"""Documents of a room on its pages: who sees which ways, taking one's own back, and when all of it goes."""

from __future__ import annotations

import pytest

from gateway.room_access import RoomAccess
from services.contracts.errors import NotFound
from services.contracts.media import Participant
from services.contracts.room_documents import RemoveDocument
from tests.unit.gateway_room.conftest import Browser, World
from tests.unit.gateway_room.fake_room import AGENT_ID, ROOM, STARTS_AT
from tests.unit.gateway_room.test_pages import letter

OWN, THEIRS = letter("mine.pdf", "citizen", "citizen"), letter("decision.pdf", AGENT_ID, "agent")
AGAIN = f"/rooms/{ROOM}/documents/mine.pdf/remove"


@pytest.fixture
def citizen(world: World) -> Browser:
    world.room.documents = (OWN, THEIRS)
    world.room.phase = "admitted"
    return world.citizen()


def removals(world: World) -> list[RemoveDocument]:
    return [request for request in world.bus.asked if isinstance(request, RemoveDocument)]


class TestTakingBack:
    @pytest.mark.parametrize(
        ("phase", "page"), [("admitted", "/appointment/call"), ("documents", "/appointment")]
    )
    def test_is_offered_for_ones_own_alone(
        self, world: World, citizen: Browser, phase: str, page: str
    ) -> None:
        world.room.phase = phase
        text = citizen.get(page).text
        assert f'action="{AGAIN}?as=citizen"' in text
        assert f"/rooms/{ROOM}/documents/decision.pdf/remove" not in text

    def test_is_asked_for_as_who_has_sent_it(self, world: World, citizen: Browser) -> None:
        answer = citizen.post(f"{AGAIN}?as=citizen")
        assert (answer.status_code, answer.location) == (303, "/appointment/call")
        [asked] = removals(world)
        assert (asked.document_id, asked.participant) == (
            "mine.pdf",
            Participant(participant_id="citizen", role="citizen"),
        )
        assert "The document is taken back." in citizen.get("/appointment/call").text

    def test_by_script_leaves_the_call_where_it_is(self, world: World, citizen: Browser) -> None:
        assert citizen.post(f"{AGAIN}?as=citizen", script=True, json={}).status_code == 204

    def test_leads_an_agent_back_to_his_page(self, world: World) -> None:
        answer = world.agent().post(f"/rooms/{ROOM}/documents/decision.pdf/remove?as=agent")
        assert answer.location == f"/console/rooms/{ROOM}"

    def test_of_what_is_somebody_elses_is_refused_on_a_page(self, world: World, citizen: Browser) -> None:
        world.room.fault = NotFound("document")
        answer = citizen.post(f"/rooms/{ROOM}/documents/decision.pdf/remove")
        assert answer.status_code == 404

    def test_needs_the_forms_token_and_a_seat(self, world: World, citizen: Browser) -> None:
        forged = citizen.client.post(AGAIN, base_url="https://localhost")
        assert forged.status_code == 403
        assert world.nobody().post(AGAIN).status_code == 404
        assert not removals(world)


class TestBringing:
    def test_has_a_key_of_its_own_for_each_page(self, citizen: Browser) -> None:
        keys = {key_in(citizen.get("/appointment/call").text) for _ in range(2)}
        assert len(keys) == 2
        assert all(keys)

    def test_without_scripts_is_not_interrupted_by_the_page_that_refreshes_itself(
        self, world: World, citizen: Browser
    ) -> None:
        world.room.phase = "waiting"
        assert 'href="?still"' in citizen.get("/appointment/call").text
        assert 'http-equiv="refresh"' not in citizen.get("/appointment/call?still").text

    def test_without_scripts_a_phone_opens_its_camera(self, citizen: Browser) -> None:
        page = citizen.get("/appointment/call").text
        form = page.partition('capture="environment"')[0].rpartition("<form")[2]
        assert f'action="/files/rooms/{ROOM}?as=citizen"' in form
        assert "app-no-script" in form


def test_citizens_of_two_rooms_are_counted_as_two() -> None:
    """Each of them is the citizen of his own; together they would be one person who sends too much."""
    citizen = Participant(participant_id="citizen", role="citizen")
    assert len({RoomAccess(room_id, citizen).counted_as for room_id in (ROOM, "another")}) == 2


class TestTheTimeLeft:
    def test_is_counted_down_once_the_call_is_over(self, world: World, citizen: Browser) -> None:
        assert "data-countdown-reload" not in citizen.get("/appointment/call").text
        world.room.phase = "documents"
        page = citizen.get("/appointment").text
        until = world.room.view.forget_at
        assert until is not None
        assert f'data-countdown-until="{until.isoformat()}"' in page
        assert f'data-countdown-now="{STARTS_AT.isoformat()}"' in page


def key_in(page: str) -> str:
    return page.partition('name="request_key" value="')[2].partition('"')[0]
