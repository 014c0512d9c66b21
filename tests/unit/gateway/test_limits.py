"""What is free, what costs a proof of work, what has to wait; with pages, without scripts, by the API."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import altcha
import pytest
from prometheus_client import REGISTRY

from gateway.limits import challenge
from gateway.limits.table import TABLE, overridden
from gateway.limits.taking import level_of
from services.chassis.links import mint
from services.chassis.settings import SettingsError
from services.contracts.booking import CancelAppointment
from services.contracts.earlier import AcceptEarlier, AskForEarlier, DeclineEarlier, StopAskingForEarlier
from services.contracts.notify import SendAddressCode
from services.contracts.slots import HoldSlot
from tests.unit.gateway import desk, journey
from tests.unit.gateway.conftest import LINK_KEY, Browser, World, make_world, settings

CHANGES = (CancelAppointment, AskForEarlier, StopAskingForEarlier, AcceptEarlier, DeclineEarlier)
OTHER_LINE = {"X-Forwarded-For": "198.51.100.7"}


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little to compute."""
    monkeypatch.setattr(challenge, "TRIES", 8)
    monkeypatch.setattr(challenge, "_ITERATIONS", 10)


def at_the_limit(*rows: str) -> tuple[World, Browser]:
    """A browser at the list of times, with other figures than the usual ones."""
    world = make_world(rate_limits=rows)
    browser = world.browser()
    journey.as_far_as_time(browser)
    return world, browser


def fields_of(page: Any, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = page.text.partition(f'action="{action}"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def solved(page: Any, action: str) -> dict[str, str]:
    """The form of the challenge page as its script sends it."""
    written = re.search(r'data-challenge="([^"]+)"', page.text)
    assert written is not None
    found = altcha.Challenge.from_dict(json.loads(html.unescape(written[1])))
    solution = altcha.solve_challenge(found)
    assert solution is not None
    return {**fields_of(page, action), "proof_of_work": altcha.Payload(found, solution).to_base64()}


def choose(browser: Browser, number: int, **options: Any) -> Any:
    """Each time another one."""
    starts_at = f"2026-11-23T10:{number * 20 % 60:02}:00+00:00"
    form = {"language": "de", "starts_at": starts_at, "page_key": f"page-{number}"}
    return browser.post("/book/time", form, **options)


def test_beyond_what_is_free_the_page_asks_for_a_proof_and_nothing_is_lost() -> None:
    world, browser = at_the_limit("hold=1/5/5")
    assert choose(browser, 1).location == "/book/person"
    page = choose(browser, 2)
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert world.bus.times(HoldSlot) == 1
    kept = fields_of(page, "/book/time")
    assert (kept["starts_at"], kept["page_key"]) == ("2026-11-23T10:40:00+00:00", "page-2")
    assert browser.post("/book/time", solved(page, "/book/time")).location == "/book/person"
    assert world.bus.times(HoldSlot) == 2


def test_one_proof_is_good_for_one_hold() -> None:
    world, browser = at_the_limit("hold=0/5/5")
    form = solved(choose(browser, 1), "/book/time")
    assert browser.post("/book/time", form).location == "/book/person"
    again = browser.post("/book/time", form)
    assert again.status_code == 429
    assert "did not succeed" in again.text
    assert "data-at-once" not in again.text, "a script that fails must not go round in circles"
    assert world.bus.times(HoldSlot) == 1


def test_a_proof_of_another_browser_is_not_taken() -> None:
    world, browser = at_the_limit("hold=0/5/5")
    other = world.browser()
    journey.as_far_as_time(other)
    solution = solved(choose(other, 1), "/book/time")["proof_of_work"]
    assert choose(browser, 1).status_code == 429
    refused = browser.post(
        "/book/time", {**fields_of(choose(browser, 1), "/book/time"), "proof_of_work": solution}
    )
    assert refused.status_code == 429
    assert world.bus.times(HoldSlot) == 0


def test_beyond_what_can_be_worked_for_one_has_to_wait() -> None:
    _world, browser = at_the_limit("hold=0/1/5")
    browser.post("/book/time", solved(choose(browser, 1), "/book/time"))
    page = choose(browser, 2)
    assert page.status_code == 429
    assert "data-challenge" not in page.text
    assert 0 < int(page.headers["Retry-After"]) <= 600
    assert "Try again in 10 minutes." in page.text


def test_another_network_is_not_concerned() -> None:
    world, browser = at_the_limit("hold=1/0/5")
    assert choose(browser, 1).status_code == 303
    assert choose(browser, 2).status_code == 429
    assert choose(browser, 2, headers=OTHER_LINE).status_code == 303
    assert world.bus.times(HoldSlot) == 2


def test_a_forged_address_does_not_help() -> None:
    _world, browser = at_the_limit("hold=1/0/5")
    for number in (1, 2):
        page = choose(browser, number, headers={"X-Forwarded-For": f"203.0.113.{number}, 192.0.2.1"})
    assert page.status_code == 429


def test_the_usual_figures_limit() -> None:
    _world, browser = at_the_limit()
    answers = [choose(browser, number).status_code for number in range(TABLE["hold"].free + 1)]
    assert 429 not in answers[:-1]
    assert answers[-1] == 429


def test_who_has_logged_in_is_not_challenged_and_has_a_share_of_his_own() -> None:
    world = make_world(rate_limits=("hold=0/0/2",))
    browser = world.browser()
    journey.log_in(browser)
    browser.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(browser)
    assert [choose(browser, number).status_code for number in range(3)] == [303, 303, 429]


def test_staff_have_many_times_the_share() -> None:
    world = make_world(rate_limits=("hold=0/0/1",))
    browser = world.browser()
    journey.log_in(browser, "agent", "staff")
    journey.as_far_as_time(browser)
    answers = [choose(browser, number).status_code for number in range(11)]
    assert 429 not in answers[:-1]
    assert answers[-1] == 429


# --- without scripts ------------------------------------------------------------


def prove_early(world: World, browser: Browser, page: Any, email: str = "lea@example.org") -> Any:
    form = {**fields_of(page, "/book/address/early"), "email": email}
    asked = browser.post("/book/address/early", form)
    assert "We have sent a code to lea@example.org" in asked.text
    form = fields_of(asked, "/book/address/early/code")
    return browser.post("/book/address/early/code", {**form, "code": world.bus.notify.codes[email][-1]})


def test_without_scripts_the_code_by_mail_serves() -> None:
    world, browser = at_the_limit("hold=0/5/5")
    page = choose(browser, 1)
    proved = prove_early(world, browser, page)
    assert (proved.status_code, proved.location) == (307, "/book/time")
    form = fields_of(page, "/book/address/early")
    assert browser.post("/book/time", form).location == "/book/person"
    assert world.bus.times(HoldSlot) == 1
    assert "lea@example.org" in browser.get("/book/person").text
    assert (
        browser.post("/book/person", {**journey.PERSON, "email": "lea@example.org"}).location
        == "/book/identity"
    )
    assert world.bus.times(SendAddressCode) == 1


def test_a_wrong_early_code_and_a_wrong_address_are_said_and_keep_the_choice() -> None:
    world, browser = at_the_limit("hold=0/5/5")
    page = choose(browser, 1)
    form = fields_of(page, "/book/address/early")
    assert form["starts_at"] == "2026-11-23T10:20:00+00:00"
    refused = browser.post("/book/address/early", {**form, "email": "nobody"})
    assert refused.status_code == 422
    assert fields_of(refused, "/book/address/early")["starts_at"] == form["starts_at"]
    browser.post("/book/address/early", {**form, "email": "lea@example.org"})
    right = world.bus.notify.codes["lea@example.org"][-1]
    wrong = browser.post("/book/address/early/code", {**form, "code": f"{(int(right) + 1) % 10**6:06}"})
    assert wrong.status_code == 422
    assert fields_of(wrong, "/book/address/early/code")["starts_at"] == form["starts_at"]


def test_a_second_click_sends_no_second_early_code() -> None:
    world, browser = at_the_limit("hold=0/5/5")
    form = {**fields_of(choose(browser, 1), "/book/address/early"), "email": "lea@example.org"}
    for _click in range(2):
        page = browser.post("/book/address/early", form)
    assert world.bus.times(SendAddressCode) == 1
    again = {**fields_of(page, "/book/address/early"), "email": "lea@example.org"}
    for _click in range(2):
        browser.post("/book/address/early", again)
    assert world.bus.times(SendAddressCode) == 2


def test_a_proved_address_has_a_share_of_its_own_too() -> None:
    world, browser = at_the_limit("hold=0/5/1")
    prove_early(world, browser, choose(browser, 1))
    assert [choose(browser, number).status_code for number in (1, 2)] == [303, 429]


def test_many_proved_addresses_do_not_raise_what_a_network_may_do() -> None:
    world = make_world(rate_limits=("hold=0/2/9",))
    answers = []
    for number in range(3):
        browser = world.browser()
        journey.as_far_as_time(browser)
        page = choose(browser, number)
        if "data-challenge" in page.text:
            prove_early(world, browser, page)
            page = choose(browser, number)
        answers.append(page.status_code)
    assert answers == [303, 303, 429]


# --- codes, mails, links, log-ins ---------------------------------------------------


def test_a_code_beyond_the_limit_waits_for_the_proof_and_the_person_is_kept() -> None:
    world = make_world(rate_limits=("address_code=0/5/5",))
    browser = world.browser()
    journey.as_far_as_person(browser)
    page = browser.post("/book/person", journey.PERSON)
    assert page.status_code == 429
    assert world.bus.times(SendAddressCode) == 0
    assert journey.PERSON["city"] in browser.get("/book/person").text
    assert browser.post("/book/person", solved(page, "/book/person")).location == "/book/address"
    assert world.bus.times(SendAddressCode) == 1


def test_a_foreign_address_cannot_be_used_up_cheaply() -> None:
    """Three codes to one address are free, from however many networks they are asked for."""
    world = make_world()
    for number in range(4):
        browser = world.browser()
        journey.as_far_as_person(browser)
        page = browser.post("/book/person", journey.PERSON, headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert page.status_code == 429
    assert world.bus.times(SendAddressCode) == 3
    assert browser.post("/book/person", solved(page, "/book/person")).location == "/book/address"


def test_one_proof_serves_for_all_that_one_request_takes() -> None:
    world = make_world(rate_limits=("address_code=0/5/5", "address_code_to=0/5/0"))
    browser = world.browser()
    journey.as_far_as_person(browser)
    page = browser.post("/book/person", journey.PERSON)
    assert browser.post("/book/person", solved(page, "/book/person")).location == "/book/address"
    assert world.bus.times(SendAddressCode) == 1


def test_guessed_links_are_counted_and_genuine_ones_are_not(world: World) -> None:
    from services.chassis.links import mint
    from tests.unit.gateway.conftest import LINK_KEY

    world = make_world(rate_limits=("link_guess=3/5/0",))
    browser = world.browser()
    genuine = "/l/" + mint(LINK_KEY, "gone", "citizen", 0)
    assert [browser.get(genuine).status_code for _ in range(5)] == [404] * 5
    assert [browser.get(f"/l/guess{number}").status_code for number in range(4)] == [404] * 3 + [429]
    page = browser.get(genuine)
    assert page.status_code == 429
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert browser.post(genuine, solved(page, genuine)).status_code == 404


def test_log_ins_beyond_the_limit_ask_for_a_proof() -> None:
    browser = make_world(rate_limits=("login=1/5/5",)).browser()
    assert browser.post("/login/luxtrust", {"next": "/space"}).status_code == 200
    page = browser.post("/login/luxtrust", {"next": "/space"})
    assert fields_of(page, "/login/luxtrust")["next"] == "/space"
    assert browser.post("/login/luxtrust", solved(page, "/login/luxtrust")).status_code == 200


def test_a_script_is_told_when_to_come_again() -> None:
    _world, browser = at_the_limit("hold=0/5/5")
    answer = choose(browser, 1, headers={"Sec-Fetch-Dest": "empty"})
    assert answer.status_code == 429
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "TooManyRequests"
    assert answer.headers["Retry-After"] == answer.json["details"]["seconds"]


# --- the table --------------------------------------------------------------------


def test_the_harder_the_more_was_worked_for() -> None:
    hold = TABLE["hold"]
    assert [level_of(used, hold) for used in (0, 19, 20, 40, 79, 80, 10_000)] == [1, 1, 2, 3, 4, 5, 5]


def test_a_row_may_be_changed_and_the_others_stay() -> None:
    table = overridden(["hold=1/2/3"])
    assert (table["hold"].free, table["hold"].worked, table["hold"].known) == (1, 2, 3)
    assert table["hold"].seconds == TABLE["hold"].seconds
    assert {name for name in TABLE if table[name] != TABLE[name]} == {"hold"}


@pytest.mark.parametrize(
    "row", ["holds=1/2/3", "hold", "hold=1/2", "hold=-1/2/3", "hold=1/2/3/4", "hold=1/2/x"]
)
def test_a_row_that_says_nothing_stops_the_boot(row: str) -> None:
    with pytest.raises(SettingsError, match="RATE_LIMITS"):
        settings(rate_limits=(row,))


def test_decisions_are_counted_by_name_and_tell_nobody() -> None:
    _world, browser = at_the_limit("hold=0/1/5")
    asked = {"limit": "hold", "decision": "asked"}
    before = REGISTRY.get_sample_value("gateway_limit_decisions_total", asked) or 0
    choose(browser, 1)
    assert REGISTRY.get_sample_value("gateway_limit_decisions_total", asked) == before + 1


@pytest.mark.parametrize("page", ["cancel", "earlier", "earlier/stop", "earlier/accept", "earlier/decline"])
def test_beyond_what_is_free_a_link_changes_nothing_without_work(page: str) -> None:
    world = make_world(rate_limits=(f"{page.partition('/')[0]}=0/1/5",))
    browser = _with_a_link(world)
    asked = browser.post(f"/appointment/{page}", {"offer_id": "offer-1"})
    assert asked.status_code == 429
    assert not any(map(world.bus.times, CHANGES))
    assert browser.get(f"/appointment/{page.partition('/')[0]}").status_code == 200, "looking is free"
    form = solved(asked, f"/appointment/{page}")
    assert form["offer_id"] == "offer-1"
    assert browser.post(f"/appointment/{page}", form).status_code == 303


def test_staff_cancel_as_often_as_they_are_asked_to() -> None:
    world = make_world(rate_limits=("cancel=0/0/0",))
    desk.book(world)
    agent = desk.member(world)
    assert agent.post("/console/appointments/appointment-1/cancel").status_code == 303
    assert world.bus.times(CancelAppointment) == 1


def _with_a_link(world: World) -> Browser:
    """An appointment's own link, opened by somebody who has not logged in."""
    desk.book(world)
    world.booking.booked["appointment-1"] = replace(world.booking.booked["appointment-1"], person_id="")
    browser = world.browser()
    browser.get(f"/l/{mint(LINK_KEY, 'appointment-1', 'citizen', 1)}")
    return browser


def test_the_operators_table_says_what_the_code_does() -> None:
    lines = (Path(__file__).parents[3] / "deploy/k8s/README.md").read_text().splitlines()
    rows = [
        re.match(r"\| `([a-z_]+)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) (min|h) \|", line) for line in lines
    ]
    told = {
        row[1]: (*map(int, row.groups()[1:4]), int(row[5]) * {"min": 60, "h": 3600}[row[6]])
        for row in rows
        if row
    }
    assert told == {
        limit.name: (limit.free, limit.worked, limit.known, limit.seconds) for limit in TABLE.values()
    }
