"""The device check: a line on request, what was found kept and shown, a report for the helpdesk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.limits.table import CHECK_LINE, CONNECT
from services.contracts.errors import NotAllowed, ServiceUnavailable
from services.contracts.media_errors import NoMediaNode
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_checks import FOUND, check
from tests.unit.gateway_room.fake_room import ROOM

CHECKS = f"/rooms/{ROOM}/checks"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"


def test_a_line_comes_with_its_relays(world: World) -> None:
    answer = world.citizen().post(f"{CHECKS}?as=citizen", script=True)
    server = {"urls": ["turn:relay.example"], "username": "1:whose", "credential": "made"}
    assert answer.json == {"check": "check-1", "seconds": 30, "ice_servers": [server]}
    world.checks.relays = ()
    assert world.citizen().post(CHECKS, script=True).json["ice_servers"] == []


def test_both_offers_go_to_the_line(world: World) -> None:
    browser = world.citizen()
    for side in ("sending", "receiving"):
        answer = browser.post(f"{CHECKS}/check-1/offer", json={"side": side, "sdp": "v=0"}, script=True)
        assert answer.json == {"sdp": "v=0", "slot": 1, "slots": [{"slot": 1, "participant": side}]}
    assert [(offer.check_id, offer.side) for offer in world.checks.offers] == [
        ("check-1", "sending"),
        ("check-1", "receiving"),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"side": "sending", "sdp": ""}, "BadOffer"),
        ({"side": "sending", "sdp": "v" * 70_000}, "BadOffer"),
        ({"side": "sending", "sdp": "v" * 250_000}, "BadOffer"),
        ({"side": 1, "sdp": "v=0"}, "InvalidField"),
        ({"sdp": "v=0"}, "InvalidField"),
        ([], "InvalidField"),
    ],
)
def test_what_is_no_offer_is_refused(world: World, body: Any, code: str) -> None:
    answer = world.citizen().post(f"{CHECKS}/check-1/offer", json=body, script=True)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert world.checks.offers == []


def test_what_was_found_is_kept_with_the_device_s_name_and_nothing_else_of_it(world: World) -> None:
    found = {"camera": "works", "network": "measured", "up_kbps": 900, "browser": "forged"}
    browser = world.citizen()
    answer = browser.client.post(
        f"{CHECKS}/findings",
        json=found,
        base_url="https://localhost",
        headers={
            "Sec-Fetch-Site": "same-origin",
            "X-CSRF-Token": browser.token(),
            "User-Agent": CHROME,
            "Sec-Fetch-Dest": "empty",
        },
    )
    assert answer.json == {"rating": "good"}
    kept = world.checks.told[0].findings
    assert (kept.camera, kept.up_kbps, kept.browser, kept.system) == ("works", 900, "Chrome", "Windows")


@pytest.mark.parametrize("body", [{"up_kbps": "many"}, {"camera": 7}, "works", None])
def test_what_is_no_finding_is_refused(world: World, body: Any) -> None:
    answer = world.citizen().post(f"{CHECKS}/findings", json=body, script=True)
    assert answer.status_code == 422
    assert world.checks.told == []


def test_who_has_no_seat_has_no_check(world: World) -> None:
    for path in (CHECKS, f"{CHECKS}/findings", f"{CHECKS}/check-1/offer"):
        assert world.nobody().post(path, json={}, script=True).status_code == 404
    assert world.nobody().get(f"{CHECKS}/report").status_code == 404


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(NoMediaNode(), 503, "NoMediaNode"), (NotAllowed("check"), 403, "NotAllowed")],
)
def test_a_line_that_is_refused_says_why(world: World, fault: Any, status: int, code: str) -> None:
    world.checks.fault = fault
    answer = world.citizen().post(CHECKS, script=True)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_who_measures_again_and_again_has_to_wait_and_nobody_else(world: World) -> None:
    hasty = world.citizen()
    answers = [hasty.post(CHECKS, script=True).status_code for _ in range(CHECK_LINE.free + 1)]
    assert answers == [200] * CHECK_LINE.free + [429]
    assert world.agent().post(f"{CHECKS}?as=agent", script=True).status_code == 200


def test_one_line_is_not_good_for_any_number_of_connections(world: World) -> None:
    hasty, offer = world.citizen(), {"side": "sending", "sdp": "v=0"}
    url = f"{CHECKS}/check-1/offer"
    answers = [hasty.post(url, json=offer, script=True).status_code for _ in range(CONNECT.free + 1)]
    assert answers == [200] * CONNECT.free + [429]
    assert len(world.checks.offers) == CONNECT.free


def test_the_outcome_is_said_in_words_with_advice(world: World) -> None:
    browser = world.citizen()
    assert browser.get(CHECKS).text.strip() == ""
    world.checks.kept = (check(),)
    part = browser.get(CHECKS).text
    for words in ("open, but nothing was heard", "Choose another microphone", "1.4 Mbit/s", "(TCP)", "42 ms"):
        assert words in part
    assert f"{CHECKS}/report?as=citizen" in part


def test_the_report_is_a_text_without_anything_on_the_person(world: World) -> None:
    world.checks.kept = (check(),)
    answer = world.citizen(logged_in=True).get(f"{CHECKS}/report?as=citizen")
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=check-{ROOM[:8]}.txt"
    for words in (ROOM[:8], "Firefox, Android", "Camera: works [works]", "nothing was heard [silent]", "0.3"):
        assert words in answer.text
    for personal in ("Muster", "Léa", "lea@", "621123456", "&#"):
        assert personal not in answer.text


def test_without_a_check_there_is_no_report(world: World) -> None:
    assert world.citizen().get(f"{CHECKS}/report").status_code == 404


@pytest.mark.parametrize(
    ("phase", "path"), [("early", "/appointment"), ("open", "/appointment/waiting-room")]
)
def test_the_citizen_finds_his_last_check_again(world: World, phase: str, path: str) -> None:
    world.room.phase = phase
    assert 'data-found="silent"' not in world.citizen().get(path).text
    world.checks.kept = (check(),)
    assert 'data-found="silent"' in world.citizen().get(path).text


def test_pages_are_of_use_where_checks_cannot_be_read(world: World) -> None:
    world.room.phase = "early"
    world.checks.fault = ServiceUnavailable("media")
    assert world.citizen().get("/appointment").status_code == 200


def test_the_agent_sees_what_was_found(world: World) -> None:
    path = f"/console/rooms/{ROOM}"
    assert "Device check" not in world.agent().get(path).text
    world.checks.kept = (replace(check(), findings=replace(FOUND, camera="denied")), check("guest"))
    page = world.agent().get(path).text
    for words in ("Device check", "not allowed in the browser", "Firefox, Android", "Guest"):
        assert words in page


def test_an_untried_device_is_neither_good_nor_bad(world: World) -> None:
    world.checks.kept = (check(rating="untried", camera="works"),)
    part = world.citizen().get(CHECKS).text
    assert part.count("app-found__row--open") == 3
    assert "app-found__row--bad" not in part
