"""The handshake of page and server, and what a page that sends too much, too often, or too late is told."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.blueprints.events.stream import ALIVE, RETRY_MS
from gateway.blueprints.room.log import RoomEntry
from gateway.signalling.version import CAPABILITIES
from services.contracts.errors import PlatformError
from services.contracts.media import ConnectToCall
from services.contracts.media_errors import ConnectedElsewhere, RoomClosed, TooEarly, TooLate
from services.contracts.relay import GrantRelay
from services.contracts.room_log import PostMessage, TellDetail
from tests.unit.gateway_room.conftest import Browser, World
from tests.unit.gateway_room.fake_room import STARTS_AT
from tests.unit.gateway_room.test_exchange import send
from tests.unit.gateway_room.test_stream import ACCESS

PAGE = (Path(__file__).parents[3] / "services/media/MESSAGES.md").read_text()
HELLO, OFFER = "/rooms/room-1/hello", "/rooms/room-1/offer"
GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "connect": (OFFER, {"sdp": "v=0"}),
    "message": ("/rooms/room-1/messages", {"text": "Moien", "key": "k"}),
    "detail": ("/rooms/room-1/detail", {"on": True}),
}


def hello(world: World, versions: Any, capabilities: Any = ()) -> tuple[int, dict[str, Any]]:
    return send(world.citizen(), HELLO, {"versions": versions, "capabilities": list(capabilities)})


def connected(world: World) -> list[ConnectToCall]:
    return [asked for asked in world.bus.asked if isinstance(asked, ConnectToCall)]


def test_page_and_server_agree_on_what_both_can(world: World) -> None:
    agreed = {"version": 1, "capabilities": ["relay", "detail"]}
    assert hello(world, [1, 2, 9], ["of tomorrow", "detail", "relay"]) == (200, agreed)


def test_a_page_of_today_can_all_that_the_server_can(world: World) -> None:
    assert hello(world, [1], CAPABILITIES)[1]["capabilities"] == list(CAPABILITIES)


@pytest.mark.parametrize("versions", [[], [0], [2, 3]])
def test_without_a_common_version_a_page_is_told_to_load_anew(world: World, versions: list[int]) -> None:
    status, problem = hello(world, versions)
    assert (status, problem["code"], problem["details"]) == (409, "ProtocolMismatch", {"spoken": "1"})
    assert (problem["retryable"], problem["type"]) == (False, "/problems/protocol-mismatch")
    assert "Load it again" in problem["title"]


@pytest.mark.parametrize(
    "body",
    [
        *(None, [], {}, {"versions": 1}, {"versions": ["1"]}, {"versions": [1] * 101}),
        *({"versions": [1], "capabilities": [7]}, {"versions": [1], "capabilities": ["x"] * 101}),
    ],
)
def test_a_hello_that_is_none_is_refused(world: World, body: Any) -> None:
    status, problem = send(world.citizen(), HELLO, body)
    assert (status, problem["code"]) == (422, "InvalidField")


def test_nobody_says_hello_to_a_room_that_is_not_his(world: World) -> None:
    for browser in (world.citizen("another-room"), world.nobody()):
        assert send(browser, HELLO, {"versions": [1]})[0] == 404


def test_an_offer_names_its_page(world: World) -> None:
    send(world.citizen(), OFFER, {"sdp": "v=0", "version": 1, "page": "desk", "resumes": True})
    (asked,) = connected(world)
    assert (asked.page, asked.resumes) == ("desk", True)


def test_an_offer_of_a_page_of_before_is_taken(world: World) -> None:
    assert send(world.citizen(), OFFER, {"sdp": "v=0"})[0] == 200
    assert connected(world)[0].page == ""


def test_an_offer_of_a_version_that_is_not_spoken_is_refused_before_a_node_is_asked(world: World) -> None:
    status, problem = send(world.citizen(), OFFER, {"sdp": "v=0", "version": 2})
    assert (status, problem["code"]) == (409, "ProtocolMismatch")
    assert connected(world) == []


def test_an_older_page_is_told_in_words_where_the_call_is(world: World) -> None:
    world.room.fault = ConnectedElsewhere()
    status, problem = send(world.citizen(), OFFER, {"sdp": "v=0", "resumes": True})
    assert (status, problem["code"], problem["retryable"]) == (409, "ConnectedElsewhere", False)
    assert "another window or on another device" in problem["title"]


@pytest.mark.parametrize("size", [65_537, 70_000, 250_000])
def test_a_huge_offer_is_too_large(world: World, size: int) -> None:
    status, problem = send(world.citizen(), OFFER, {"sdp": "x" * size})
    assert (status, problem["code"], problem["details"]) == (422, "BadOffer", {"reason": "too_large"})
    assert connected(world) == []


def test_an_offer_of_megabytes_is_not_even_read(world: World) -> None:
    status, problem = send(world.citizen(), OFFER, {"sdp": "x" * 2_000_000})
    assert (status, problem["type"]) == (413, "/problems/http-413")
    assert connected(world) == []


@pytest.mark.parametrize("fault", [TooEarly(STARTS_AT.isoformat()), TooLate(), RoomClosed()])
@pytest.mark.parametrize("way", [*GOOD, "relay"])
def test_outside_the_window_nobody_connects_writes_or_shows(
    world: World, way: str, fault: PlatformError
) -> None:
    """`media` alone knows the window: what it says is what a page is told, on every way."""
    world.room.fault = fault
    if way == "relay":
        problem = world.citizen().ask("/rooms/room-1/relay").get_json()
    else:
        problem = send(world.citizen(), *GOOD[way])[1]
    assert (problem["code"], problem["retryable"]) == (type(fault).__name__, False)


@pytest.mark.parametrize("way", GOOD)
def test_a_participant_of_another_room_reaches_nobody_in_this_one(world: World, way: str) -> None:
    asked = (ConnectToCall, PostMessage, TellDetail, GrantRelay)
    for browser in (world.citizen("another-room"), world.nobody(), world.staff("helpdesk")):
        status, problem = send(browser, *GOOD[way])
        assert (status, problem["code"], problem["details"]) == (404, "NotFound", {"kind": "room"})
    assert not [request for request in world.bus.asked if isinstance(request, asked)]


def set_limit(world: World, row: str) -> None:
    known = world.app.extensions["runtime"]
    world.app.extensions["runtime"] = replace(known, settings=replace(known.settings, rate_limits=(row,)))


@pytest.mark.parametrize("way", GOOD)
def test_who_sends_too_often_is_told_when_to_come_again(world: World, way: str) -> None:
    set_limit(world, f"{way}=2/0/0")
    citizen = world.citizen()
    answers = [send(citizen, *GOOD[way]) for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 429]
    problem: dict[str, Any] = answers[-1][1]
    assert (problem["code"], problem["retryable"], problem["details"]) == (
        *("TooManyRequests", True),
        {"seconds": "60"},
    )


@pytest.mark.parametrize("way", GOOD)
def test_one_who_sends_too_often_keeps_nobody_else_waiting(world: World, way: str) -> None:
    set_limit(world, f"{way}=1/0/0")
    path, body = GOOD[way]
    assert [send(world.citizen(), path, body)[0] for _ in range(2)] == [200, 429]
    assert send(world.agent(), f"{path}?as=agent", body)[0] == 200


def test_logging_in_or_out_gives_no_second_share(world: World) -> None:
    """The participant is counted, whichever browser he comes with."""
    set_limit(world, "connect=1/0/0")
    browsers: list[Browser] = [world.citizen(), world.citizen(logged_in=True)]
    assert [send(browser, OFFER, {"sdp": "v=0"})[0] for browser in browsers] == [200, 429]


def test_the_event_stream_is_written_as_the_contract_page_shows_it() -> None:
    example = re.search(r"```text stream\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    told = RoomEntry("7-0", "connected", STARTS_AT, "agent-anna", {"slot": 1, "role": "agent"})
    data = json.dumps(told.as_seen_by(ACCESS))
    entry = f"id: {told.entry_id}\nevent: {told.type}\ndata: {data}\n\n"
    assert example[1] == f"retry: {RETRY_MS}\n\n{entry}{ALIVE}"
