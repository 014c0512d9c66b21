"""Operators in the console: what the machines for video carry, and which of them are to be emptied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.contracts import fleet as contract
from services.media.control.usecases import fleet
from tests.unit.gateway import desk
from tests.unit.media_control.fake_nodes import FakeNodes, node
from tests.unit.media_control.world import World as MediaWorld

OVERVIEW = "/console/fleet/"
NODE = "/console/fleet/node-1/"
PAGES = ("", "nodes", "node-1/", "node-1/drain")


class FakeFleet:
    """Media control's own use cases, over nodes in memory."""

    def __init__(self) -> None:
        self.world = MediaWorld()
        self.world.nodes.announce(
            replace(node("node-1", packets=812), calls=2, places=4, address="192.0.2.17")
        )

    @property
    def nodes(self) -> FakeNodes:
        return self.world.nodes

    def list_nodes(self, request: contract.ListNodes) -> contract.Fleet:
        return fleet.list_nodes(self.world.media, request)

    def show_node(self, request: contract.ShowNode) -> contract.NodeView:
        return fleet.show_node(self.world.media, request)

    def drain_node(self, request: contract.DrainNode) -> contract.Done:
        return fleet.drain_node(self.world.media, request)

    def resume_node(self, request: contract.ResumeNode) -> contract.Done:
        return fleet.resume_node(self.world.media, request)


@pytest.fixture
def machines(world: Any) -> FakeFleet:
    desk.open_desk(world)
    found = FakeFleet()
    world.bus.services.insert(0, found)
    return found


@pytest.fixture
def operator(world: Any, machines: FakeFleet) -> Any:
    return desk.member(world, "operator")


@pytest.mark.parametrize("role", ["agent", "supervisor", "helpdesk", "administrator"])
def test_operators_alone_see_and_drain_machines(world: Any, machines: FakeFleet, role: str) -> None:
    somebody = desk.member(world, role)
    assert [somebody.get(OVERVIEW + page).status_code for page in PAGES] == [403] * len(PAGES)
    assert somebody.post(NODE + "drain", {"moves": "yes"}).status_code == 403
    assert somebody.post(NODE + "resume").status_code == 403
    assert (machines.nodes.drains, machines.world.sfu.calls) == ({}, [])


def test_an_operator_sees_nothing_of_appointments_and_is_led_to_the_machines(operator: Any) -> None:
    assert operator.get("/console/").location == OVERVIEW
    for page in ("week/", "search/", "calendars/", "persons/", "machines/", "rooms/room-1"):
        assert operator.get(f"/console/{page}").status_code == 403


def test_the_list_says_what_each_carries(machines: FakeFleet, operator: Any) -> None:
    machines.nodes.announce(node("node-2", capacity=0, draining=True))
    machines.nodes.queue("waits")
    page = operator.get(OVERVIEW).text
    for said in ("node-1", "takes calls", "4 of 10", "812", "Calls that wait for a place"):
        assert said in page
    assert operator.get(OVERVIEW + "nodes").text.strip() in page


def test_without_a_machine_the_page_says_what_that_means(machines: FakeFleet, operator: Any) -> None:
    machines.nodes.die("node-1")
    assert "no call can begin" in operator.get(OVERVIEW).text


def test_a_machine_shows_its_leases_by_the_code_of_the_helpdesk(machines: FakeFleet, operator: Any) -> None:
    placement = machines.nodes.put("abcdefgh-and-the-rest", "node-1")
    page = operator.get(NODE).text
    assert "abcdefgh" in page
    assert "abcdefgh-" not in page
    assert f">{placement.epoch}<" in page


@pytest.mark.parametrize(("moves", "moved"), [("yes", True), ("no", False)])
def test_a_machine_is_drained_and_its_calls_moved_if_wanted(
    machines: FakeFleet, operator: Any, moves: str, moved: bool
) -> None:
    for _ in range(2):
        assert operator.post(NODE + "drain", {"moves": moves}).location == NODE
    wish = machines.nodes.drains["node-1"]
    assert (wish.staff_id, wish.moves) == ("person-operator", moved)
    page = operator.get(NODE).text
    assert "takes no new calls" in page if not moved else "calls are being moved away" in page
    assert "Place new calls there again" in page


def test_what_becomes_of_the_calls_has_to_be_chosen(machines: FakeFleet, operator: Any) -> None:
    answer = operator.post(NODE + "drain", {})
    assert answer.status_code == 422
    assert "Choose what becomes of them." in answer.text
    assert machines.nodes.drains == {}


def test_a_machine_takes_calls_again(machines: FakeFleet, operator: Any) -> None:
    operator.post(NODE + "drain", {"moves": "no"})
    assert operator.post(NODE + "resume").location == NODE
    assert machines.nodes.drains == {}
    assert machines.world.sfu.calls[-1] == ("resume", "node-1")


def test_a_machine_that_is_not_there_is_not_found(operator: Any) -> None:
    for page in ("node-9/", "node-9/drain"):
        assert operator.get(OVERVIEW + page).status_code == 404
    assert operator.post(OVERVIEW + "node-9/drain", {"moves": "no"}).status_code == 404


def test_every_state_has_its_words(machines: FakeFleet, operator: Any) -> None:
    page_of = {
        "full": node("node-1", capacity=1),
        "is being stopped": node("node-1", stopping=True),
        "calls are being moved away": node("node-1", leaving=True),
    }
    for words, found in page_of.items():
        machines.nodes.announce(found)
        assert words in operator.get(OVERVIEW).text
    machines.nodes.put("room", "node-1")
    machines.nodes.die("node-1")
    assert "does not answer" in operator.get(OVERVIEW).text
