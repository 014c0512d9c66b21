"""Every route of every entry says who may call it, and means it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access import policy_of
from gateway.blueprints import ENTRIES
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import make_world


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_every_route_states_who_may_call_it(entry: str) -> None:
    app = make_world(entry).app
    silent = [
        rule.rule for rule in app.url_map.iter_rules() if policy_of(app.view_functions[rule.endpoint]) is None
    ]
    assert silent == []


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_no_two_entries_answer_the_same_address(entry: str) -> None:
    own = {rule.rule for rule in make_world(entry).app.url_map.iter_rules()} - {"/static/<path:name>"}
    others = {
        rule.rule
        for other in ENTRIES
        if other != entry
        for rule in make_world(other).app.url_map.iter_rules()
    }
    assert own & others == set()


def test_a_view_without_a_policy_answers_nothing(world: Any, browser: Any) -> None:
    endpoint = "start.index"
    view = world.app.view_functions[endpoint]
    world.app.view_functions[endpoint] = lambda: "open to everybody by mistake"
    try:
        answer = browser.get("/")
    finally:
        world.app.view_functions[endpoint] = view
    assert answer.status_code == 500
    assert "mistake" not in answer.text


def test_the_private_space_leads_to_the_log_in_and_back(browser: Any) -> None:
    assert browser.get("/space").location == "/login?next=/space"


def test_the_console_is_for_staff_alone(world: Any, browser: Any) -> None:
    assert browser.get("/console/").location.startswith("/console/login")
    journey.log_in(browser)
    assert browser.get("/console/").location.startswith("/console/login")


def test_staff_without_the_right_role_is_refused(world: Any, browser: Any) -> None:
    journey.log_in(browser, "auditor", "staff")
    assert browser.get("/console/calendars/").status_code == 403
