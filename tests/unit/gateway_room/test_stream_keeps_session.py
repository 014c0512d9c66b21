"""Whoever is in a room is not logged out for want of clicks; nothing else is changed by that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import session

from gateway.app import sessions_over
from gateway.blueprints.events.welcome import welcome_of_this_session
from gateway.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS, RedisSessions, SealedStore
from tests.unit.gateway_room.conftest import ORIGIN, Browser, World
from tests.unit.gateway_room.fake_room import ROOM

HEARTBEAT = 10


@pytest.fixture
def wall(world: World) -> Callable[[], float]:
    """Real time is Redis's; sessions end by it."""
    return lambda: world.redis.seconds


def stream_of(world: World, browser: Browser, phase: str = "admitted") -> Callable[[], bool]:
    """What the stream asks at each heartbeat."""
    cookie = browser.client.get_cookie("__Host-sid")
    assert cookie is not None
    headers = {"Cookie": f"__Host-sid={cookie.value}"}
    with world.app.test_request_context("/", base_url=ORIGIN, headers=headers):
        assert session
        return welcome_of_this_session(phase, lambda: world.redis.seconds)


def beats(world: World, welcome: Callable[[], bool], seconds: int) -> bool:
    """Whether the stream is open all that time."""
    for _beat in range(seconds // HEARTBEAT):
        world.redis.pass_by(HEARTBEAT)
        if not welcome():
            return False
    return True


@pytest.mark.parametrize("who", ["citizen", "agent"])
def test_two_hours_of_talk_log_nobody_out(world: World, who: str) -> None:
    browser: Browser = getattr(world, who)()
    assert beats(world, stream_of(world, browser), 2 * 3600)
    assert browser.client.get("/login", base_url=ORIGIN).status_code == 200
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        assert kept.stored


@pytest.mark.parametrize("phase", ["late", "documents", "forgotten", "cancelled"])
def test_a_tab_that_is_left_open_after_the_call_keeps_nothing(world: World, phase: str) -> None:
    welcome = stream_of(world, world.agent(), phase)
    assert beats(world, welcome, IDLE_SECONDS - HEARTBEAT)
    assert not beats(world, welcome, HEARTBEAT)


@pytest.mark.parametrize("phase", ["early", "open", "waiting"])
def test_who_waits_for_the_call_is_kept_too(world: World, phase: str) -> None:
    assert beats(world, stream_of(world, world.citizen(), phase), 1800)


def test_opening_a_stream_is_no_use_of_the_session_by_itself(world: World) -> None:
    runtime = world.app.extensions["runtime"]
    world.app.session_interface = sessions_over(runtime, "events")
    browser = world.agent()
    world.redis.pass_by(IDLE_SECONDS - HEARTBEAT)
    stream_of(world, browser, "documents")
    world.redis.pass_by(HEARTBEAT)
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        assert not kept.stored


def test_without_a_stream_the_session_ends_as_ever(world: World) -> None:
    browser = world.agent()
    world.redis.pass_by(IDLE_SECONDS)
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        assert not kept.stored


def test_a_closed_stream_keeps_nothing(world: World) -> None:
    browser = world.agent()
    assert beats(world, stream_of(world, browser), 1800)
    world.redis.pass_by(IDLE_SECONDS)
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        assert not kept.stored


def test_the_absolute_time_is_over_in_a_call_too(world: World, wall: Callable[[], float]) -> None:
    store = SealedStore(world.redis, "session", IDLE_SECONDS)
    world.app.session_interface = RedisSessions(store, "__Host-sid", wall)
    welcome = stream_of(world, world.agent())
    assert beats(world, welcome, ABSOLUTE_SECONDS - HEARTBEAT)
    world.redis.pass_by(HEARTBEAT)
    assert not welcome()


def test_a_session_that_is_ended_ends_its_stream_at_the_next_beat(world: World) -> None:
    world.app.session_interface = sessions_over(world.app.extensions["runtime"])
    welcome = stream_of(world, world.agent())
    assert beats(world, welcome, 600)
    world.redis.values.clear()
    assert not beats(world, welcome, HEARTBEAT)


@pytest.mark.parametrize(("by_link", "follows_on"), [({}, False), ({"space_id": "space-1"}, True)])
def test_a_revoked_link_ends_the_stream_of_who_came_by_it_and_no_members(
    world: World, by_link: dict[str, str], follows_on: bool
) -> None:
    browser = world.citizen()
    with browser.client.session_transaction(base_url=ORIGIN) as kept:
        kept["room"] = kept["room"] | by_link
    welcome = stream_of(world, browser)
    assert welcome()
    world.redis.set(f"gateway:link:{ROOM}", "2", ex=60)
    assert welcome() == follows_on
