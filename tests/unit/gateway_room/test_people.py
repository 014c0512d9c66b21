"""What the agent sees of those who join a company's appointment, each with an assurance of his own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.gateway_room.fake_room import AGENT_ID, ROOM

FOR_COMPANY = {"space_id": "space-1", "company_name": "Muster & Co", "company_id": "B123456"}
MARC = {"role": "citizen", "name": "Marc <Demo>", "method": "luxtrust", "level": "high"}
NORA = {"role": "citizen", "name": "Nora Beispiel", "method": "eidas", "level": "substantial"}
PEOPLE = f"/console/rooms/{ROOM}/people"


@pytest.fixture
def agent(world: Any) -> Any:
    """In the call."""
    world.room.phase, world.room.present = "admitted", (AGENT_ID,)
    world.room.booked = FOR_COMPANY
    return world.agent()


def test_the_agent_reads_for_which_company_it_is(agent: Any) -> None:
    page = agent.get(f"/console/rooms/{ROOM}").text
    assert "Muster &amp; Co" in page
    assert "B123456" in page
    assert "Nobody has joined yet" in page
    assert f'data-people="{PEOPLE}"' in page


def test_the_agent_sees_who_has_joined_and_how_each_is_identified(world: Any, agent: Any) -> None:
    world.redis.add("joined", "citizen", NORA)
    world.redis.add("joined", "member-1", MARC)
    page = agent.get(PEOPLE).text
    assert page.index("Nora Beispiel") < page.index("Marc &lt;Demo&gt;")
    assert 'data-participant="member-1">Marc' in page
    assert "LuxTrust" in page
    assert "eIDAS" in page
    assert "away" not in page


def test_who_has_left_is_away_and_counts_as_he_came_last(world: Any, agent: Any) -> None:
    world.redis.add("joined", "member-1", MARC)
    world.redis.add("left", "member-1", {"role": "citizen"})
    assert "away" in agent.get(PEOPLE).text
    world.redis.add("joined", "member-1", MARC | {"method": "eidas", "level": "substantial"})
    page = agent.get(PEOPLE).text
    assert page.count("Marc &lt;Demo&gt;") == 1
    assert "LuxTrust" not in page


def test_who_has_proved_nothing_is_not_listed_as_identified(world: Any, agent: Any) -> None:
    world.redis.add("joined", "citizen", {"role": "citizen"})
    assert "Nobody has joined yet" in agent.get(PEOPLE).text


def test_a_move_sends_everybody_away(world: Any, agent: Any) -> None:
    world.redis.add("joined", "member-1", MARC)
    world.redis.add("moved", "", {"starts_at": "x", "ends_at": "y"})
    assert "away" in agent.get(PEOPLE).text


def test_an_appointment_for_oneself_says_nothing_of_companies(world: Any, agent: Any) -> None:
    world.room.booked = {}
    assert "data-people" not in agent.get(f"/console/rooms/{ROOM}").text


def test_nobody_but_an_agent_reads_who_is_there(world: Any) -> None:
    assert world.citizen().get(PEOPLE).status_code == 303
    assert world.staff("supervisor").get(PEOPLE).status_code == 403
