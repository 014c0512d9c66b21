"""A link that was revoked closes the sessions that it has opened, at every entry point."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from gateway.backends import Runtime
from gateway.settings import GatewaySettings
from services.contracts.booking import GetAppointment
from services.contracts.errors import ServiceTimeout
from tests.unit.gateway_room.conftest import Browser, World
from tests.unit.gateway_room.fake_room import ROOM

PAGES = ("/appointment", "/appointment/waiting-room", "/appointment/call")
SCRIPTS = (f"/rooms/{ROOM}/state",)


def files_runtime(world: World) -> Runtime:
    """As an entry that may not ask `booking` has it."""
    pages = world.app.extensions["runtime"]
    kept = {field.name: getattr(pages.settings, field.name) for field in fields(GatewaySettings)}
    return replace(pages, settings=GatewaySettings(**kept))


def _moments_pass(world: World) -> None:
    """Until `booking` is asked again."""
    for name in [name for name in world.redis.values if name.startswith("gateway:link-asked:")]:
        del world.redis.values[name]


@pytest.fixture
def citizen(world: World) -> Browser:
    """Has been in the room when the link was revoked."""
    world.room.phase = "waiting"
    browser = world.citizen()
    assert browser.get("/appointment/call").status_code == 200
    world.room.link_generation = 2
    _moments_pass(world)
    return browser


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_room_opens_any_more(citizen: Browser, path: str) -> None:
    answer = citizen.get(path)
    assert (answer.status_code, answer.location) == (303, "/link")


@pytest.mark.parametrize("path", SCRIPTS)
def test_no_script_in_an_open_page_learns_anything_more(citizen: Browser, path: str) -> None:
    assert citizen.ask(path).status_code == 404


def test_nothing_can_be_said_any_more(world: World, citizen: Browser) -> None:
    answer = citizen.post(
        f"/rooms/{ROOM}/messages", json={"text": "still here", "key": "k" * 32}, script=True
    )
    assert answer.status_code == 404
    assert world.room.said == []


def test_one_entry_tells_the_others(world: World, citizen: Browser) -> None:
    """Events and files do not ask `booking`; they read what the pages have learned."""
    citizen.get("/appointment")
    world.bus.asked.clear()
    world.app.extensions["runtime"] = files_runtime(world)
    assert citizen.ask(f"/rooms/{ROOM}/state").status_code == 404
    assert world.bus.times(GetAppointment) == 0


def test_booking_is_asked_once_in_a_while_only(world: World) -> None:
    browser = world.citizen()
    for _ in range(5):
        assert browser.ask(f"/rooms/{ROOM}/state").status_code == 200
    assert world.bus.times(GetAppointment) == 1


def test_a_call_goes_on_while_booking_is_away(world: World) -> None:
    world.bus.fault_of["get_appointment"] = ServiceTimeout("booking")
    assert world.citizen().ask(f"/rooms/{ROOM}/state").status_code == 200
