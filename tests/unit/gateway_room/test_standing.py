"""What a page that opens in mid-call is told of the room: papers, the shared screen, weak lines."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from gateway.blueprints.room.log import RoomEntry
from gateway.blueprints.room.standing import standing
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_room import AGENT_ID, STARTS_AT


def held(*said: tuple[str, str, dict[str, Any]]) -> list[tuple[str, str]]:
    entries = [
        RoomEntry(f"{i}-0", kind, STARTS_AT, by, data) for i, (kind, by, data) in enumerate(said, start=1)
    ]
    return [(entry.type, entry.by) for entry in standing(entries)]


ON, OFF = {"on": True}, {"on": False}
PAPER = ("detail", "citizen", ON)
WEAK = ("sound_only", "agent", ON)
SCREEN = ("screen", "agent", {})


def test_what_was_said_last_holds() -> None:
    assert held(PAPER, WEAK, SCREEN) == [("detail", "citizen"), ("sound_only", "agent"), ("screen", "agent")]
    assert held(PAPER, WEAK, ("detail", "citizen", OFF), ("sound_only", "agent", OFF)) == []


def test_a_room_has_one_shared_screen() -> None:
    assert held(SCREEN, ("screen", "citizen", {})) == [("screen", "citizen")]
    assert held(SCREEN, ("screen", "", {})) == []


@pytest.mark.parametrize("kind", ["connected", "disconnected", "left", "reconnect"])
def test_with_another_connection_nothing_is_known_of_him(kind: str) -> None:
    assert held(PAPER, WEAK, (kind, "citizen", {})) == [("sound_only", "agent")]


@pytest.mark.parametrize(
    ("kind", "by"), [("reconnect", ""), ("sent_back", "agent"), ("ended", ""), ("moved", "")]
)
def test_nothing_outlives_the_connections_of_all(kind: str, by: str) -> None:
    assert held(PAPER, WEAK, SCREEN, (kind, by, {})) == []


MUTED = ("sending", "citizen", {"microphone": False, "camera": True})
APART = ("unseen", "citizen", {"of": "agent"})


def test_who_is_muted_speaks_or_is_not_seen_is_known() -> None:
    speaks = ("speaker", "agent", {})
    assert held(MUTED, speaks, APART) == [("sending", "citizen"), ("speaker", "agent"), ("unseen", "citizen")]
    on = ("sending", "citizen", {"microphone": True, "camera": True})
    assert held(MUTED, on, speaks, ("speaker", "", {})) == []


@pytest.mark.parametrize("who", ["citizen", "agent"])
def test_with_another_connection_of_either_they_may_see_each_other(who: str) -> None:
    assert held(APART, ("connected", who, {})) == []


def test_the_page_has_it_without_what_was_said_and_shared(world: World) -> None:
    world.room.phase, world.room.present = "admitted", (AGENT_ID,)
    world.redis.add("detail", "citizen", {"on": True})
    world.redis.add("message", "citizen", {"text": "private", "message_id": "1", "role": "citizen"})
    page = world.agent().get("/console/rooms/room-1").text
    written = re.search(r"data-standing='([^']*)'", page)
    assert written is not None
    [entry] = json.loads(html.unescape(written[1]))
    assert (entry["type"], entry["by"], entry["mine"], entry["data"]) == ("detail", "citizen", False, ON)
