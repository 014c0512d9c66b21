"""A member who is removed from the space is out of its room at every entry point, in an open session too."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts.errors import NotAllowed, NotFound, ServiceTimeout
from services.contracts.professional import ActInSpace
from services.contracts.space_access import SpaceCard
from tests.unit.gateway_room.conftest import ORIGIN, Browser, World
from tests.unit.gateway_room.fake_room import ROOM
from tests.unit.gateway_room.test_revoked_link import PAGES, SCRIPTS, files_runtime

MEMBER = {
    "subject_id": "person-2",
    "name": "Marc Demo",
    "method": "luxtrust",
    "level": "high",
    "roles": (),
    "first_name": "Marc",
    "last_name": "Demo",
    "national_number": "",
    "birth_date": "",
    "credential_id": "credential-2",
    "is_registered": True,
}
SEAT = {
    "room_id": ROOM,
    "recipient": "member-1",
    "person_id": "person-2",
    "generation": 1,
    "space_id": "space-1",
}


class FakeSpaces:
    """One space; `refusal` is what its member is answered."""

    refusal: Exception | None = None

    def act_in_space(self, request: ActInSpace) -> SpaceCard:
        assert (request.space_id, request.permission) == ("space-1", "join")
        assert (request.actor.person_id, request.actor.credential_id) == ("person-2", "credential-2")
        if self.refusal:
            raise self.refusal
        values: dict[str, Any] = dict.fromkeys(SpaceCard.__dataclass_fields__, "")
        return SpaceCard(**values)


@pytest.fixture
def spaces(world: World) -> FakeSpaces:
    found = FakeSpaces()
    world.bus.services.append(found)
    return found


@pytest.fixture
def member(world: World, spaces: FakeSpaces) -> Browser:
    """Is in the room."""
    world.room.phase = "waiting"
    browser = world.nobody()
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        kept.update(citizen=MEMBER, room=SEAT)
    assert browser.get("/appointment/call").status_code == 200
    return browser


@pytest.fixture(params=[NotFound("space"), NotAllowed("join")], ids=["removed", "reader"])
def out(request: pytest.FixtureRequest, member: Browser, spaces: FakeSpaces) -> Browser:
    """Was in the room, and may not any more."""
    spaces.refusal = request.param
    return member


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_room_opens_any_more(out: Browser, path: str) -> None:
    answer = out.get(path)
    assert (answer.status_code, answer.location) == (303, "/spaces")


@pytest.mark.parametrize("path", SCRIPTS)
def test_no_script_in_an_open_page_learns_anything_more(out: Browser, path: str) -> None:
    assert out.ask(path).status_code == 404


def test_nothing_can_be_said_and_no_connection_made_any_more(world: World, out: Browser) -> None:
    said = {"text": "still here", "key": "k" * 32}
    assert out.post(f"/rooms/{ROOM}/messages", json=said, script=True).status_code == 404
    assert out.post(f"/rooms/{ROOM}/offer", json={"sdp": "v=0"}, script=True).status_code == 404
    assert (world.room.said, world.room.offers) == ([], [])


def test_the_entries_for_events_and_files_ask_themselves(world: World, out: Browser) -> None:
    world.app.extensions["runtime"] = files_runtime(world)
    assert out.ask(f"/rooms/{ROOM}/state").status_code == 404


def test_the_session_has_no_room_from_then_on(out: Browser) -> None:
    out.ask(f"/rooms/{ROOM}/state")
    with out.client.session_transaction(base_url=ORIGIN) as kept:
        assert "room" not in kept
        assert kept["citizen"]["subject_id"] == "person-2"


def test_while_spaces_do_not_answer_nobody_is_let_in_and_nobody_thrown_out(
    world: World, member: Browser, spaces: FakeSpaces
) -> None:
    spaces.refusal = ServiceTimeout("spaces")
    assert member.ask(f"/rooms/{ROOM}/state").status_code == 504
    spaces.refusal = None
    assert member.ask(f"/rooms/{ROOM}/state").status_code == 200


def test_each_request_asks_once(world: World, member: Browser) -> None:
    before = world.bus.times(ActInSpace)
    member.ask(f"/rooms/{ROOM}/state")
    assert world.bus.times(ActInSpace) == before + 1


def test_who_came_by_his_link_is_not_asked_about(world: World) -> None:
    world.citizen().ask(f"/rooms/{ROOM}/state")
    assert world.bus.times(ActInSpace) == 0
