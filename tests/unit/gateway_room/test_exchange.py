"""What a call page asks: only for its own room, in JSON, refused in sentences."""

from __future__ import annotations

import json

import pytest

from gateway.blueprints.room.exchange import AGAIN_MS
from services.contracts.media_errors import LinesBusy, MessageTooLong, NoMediaNode, NotAdmitted
from tests.unit.gateway_room.conftest import Browser, World
from tests.unit.gateway_room.fake_room import AGENT_ID


def send(browser: Browser, path: str, body: object) -> tuple[int, dict[str, object]]:
    answer = browser.post(path, json.dumps(body), script=True, content_type="application/json")
    return answer.status_code, answer.get_json(force=True)


@pytest.mark.parametrize(
    "path", ["/rooms/room-1/state", "/rooms/other/state?as=citizen", "/rooms/room-1/relay"]
)
def test_a_stranger_is_told_that_there_is_no_such_room(world: World, path: str) -> None:
    for browser in (world.nobody(), world.citizen("another-room")):
        answer = browser.ask(path)
        assert (answer.status_code, answer.get_json(force=True)["code"]) == (404, "NotFound")


def test_a_citizen_does_not_become_an_agent_by_asking(world: World) -> None:
    assert world.citizen().ask("/rooms/room-1/state?as=agent").status_code == 404
    assert world.staff("helpdesk").ask("/rooms/room-1/state?as=agent").status_code == 404
    assert world.agent().ask("/rooms/room-1/state?as=agent").status_code == 200


def test_the_state_is_what_media_says(world: World) -> None:
    world.room.phase, world.room.present = "waiting", (AGENT_ID,)
    state = world.citizen().ask("/rooms/room-1/state").get_json()
    assert (state["phase"], state["agents"]) == ("waiting", 1)


def test_an_offer_is_answered(world: World) -> None:
    status, answer = send(world.citizen(), "/rooms/room-1/offer", {"sdp": "v=0 offer"})
    assert (status, answer["sdp"], answer["slot"]) == (200, "v=0", 0)
    assert answer["slots"] == [
        {"slot": 0, "participant": "citizen"},
        {"slot": 1, "participant": AGENT_ID},
    ]
    assert world.room.offers == ["v=0 offer"]


def test_no_free_line_can_be_tried_again(world: World) -> None:
    world.room.fault = NoMediaNode()
    status, problem = send(world.citizen(), "/rooms/room-1/offer", {"sdp": "v=0"})
    assert (status, problem["retryable"]) == (503, True)
    assert "free line" in str(problem["title"])


def test_who_finds_all_lines_taken_is_told_to_wait_and_not_refused(world: World) -> None:
    world.room.fault = LinesBusy("2")
    status, wait = send(world.citizen(), "/rooms/room-1/offer", {"sdp": "v=0"})
    assert (status, wait) == (202, {"ahead": 2, "again_ms": AGAIN_MS})


def test_connecting_before_admission_is_refused_for_good(world: World) -> None:
    world.room.fault = NotAdmitted()
    status, problem = send(world.citizen(), "/rooms/room-1/offer", {"sdp": "v=0"})
    assert (status, problem["retryable"], problem["code"]) == (409, False, "NotAdmitted")


def test_relays_are_told_as_browsers_take_them_and_kept_nowhere(world: World) -> None:
    answer = world.citizen().ask("/rooms/room-1/relay")
    (server,) = answer.get_json()["ice_servers"]
    assert server == {"urls": ["turn:relay.example"], "username": "1:whose", "credential": "made"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_relay_there_is_nothing_to_tell(world: World) -> None:
    world.room.relays = ()
    assert world.agent().ask("/rooms/room-1/relay?as=agent").get_json() == {"ice_servers": []}


def test_who_is_not_admitted_is_told_of_no_relay(world: World) -> None:
    world.room.fault = NotAdmitted()
    answer = world.citizen().ask("/rooms/room-1/relay")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "NotAdmitted")
    assert "made" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"sdp": "x" * 70_000}, "BadOffer"),
        ({"sdp": ""}, "BadOffer"),
        ({}, "InvalidField"),
        ({"sdp": 7}, "InvalidField"),
        ([], "InvalidField"),
    ],
)
def test_an_offer_that_is_none_does_not_reach_media(world: World, body: object, code: str) -> None:
    status, problem = send(world.citizen(), "/rooms/room-1/offer", body)
    assert (status, problem["code"]) == (422, code)
    assert world.room.offers == []


def test_a_message_is_said_with_the_pages_key(world: World) -> None:
    status, _ = send(world.citizen(), "/rooms/room-1/messages", {"text": "Moien", "key": "k1"})
    assert status == 200
    assert [(said.text, said.message_key) for said in world.room.said] == [("Moien", "k1")]


def test_a_message_can_be_sent_without_scripts(world: World) -> None:
    answer = world.citizen().post("/rooms/room-1/messages", {"text": "Moien"})
    assert (answer.status_code, answer.location) == (303, "/appointment/call")
    assert world.room.said[0].message_key


def test_the_others_are_told_of_a_paper_before_the_camera(world: World) -> None:
    for on in (True, False):
        assert send(world.citizen(), "/rooms/room-1/detail", {"on": on}) == (200, {"on": on})
    assert [(told.participant.participant_id, told.on) for told in world.room.papers] == [
        ("citizen", True),
        ("citizen", False),
    ]


@pytest.mark.parametrize("body", [{}, {"on": 1}, {"on": "true"}, {"on": None}, [True]])
def test_what_is_neither_on_nor_off_is_refused_before_anybody_is_asked(world: World, body: object) -> None:
    status, problem = send(world.citizen(), "/rooms/room-1/detail", body)
    assert (status, problem["code"]) == (422, "InvalidField")
    assert not world.room.papers


def test_a_message_that_is_too_long_is_refused_in_words(world: World) -> None:
    world.room.fault = MessageTooLong("2000")
    status, problem = send(world.citizen(), "/rooms/room-1/messages", {"text": "x", "key": "k"})
    assert status == 422
    assert "2000" in str(problem["title"])


def test_nothing_is_said_without_the_pages_token(world: World) -> None:
    answer = world.citizen().client.post(
        "/rooms/room-1/messages", base_url="https://localhost", json={"text": "x", "key": "k"}
    )
    assert answer.status_code == 403
    assert world.room.said == []
