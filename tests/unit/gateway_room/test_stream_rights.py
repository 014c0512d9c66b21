"""An open stream ends soon after what it stands on: the session, the log-in, the link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gateway.app import create_app, sessions_over
from gateway.blueprints.events import stream as module
from gateway.blueprints.events.fanout import Subscription
from tests.unit.gateway_room.conftest import ORIGIN, Browser, World
from tests.unit.gateway_room.fake_room import ROOM


class QuietRoom:
    """A reader of logs in which nothing happens."""

    @contextmanager
    def follow(self, stream: str, after: str) -> Iterator[Subscription]:
        yield Subscription(stream, after, lambda _: None)


@pytest.fixture
def events(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The events entry over the same sessions, its heart beating a thousand times as fast."""
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(module, "LIFETIME_SECONDS", 1.5)
    runtime = world.app.extensions["runtime"]
    app = create_app("events", runtime)
    app.session_interface = sessions_over(runtime)
    app.extensions["room_logs"] = QuietRoom()
    return World(app, world.bus, world.redis, world.room)


def _beats_after(browser: Browser, happens: Callable[[], object], seat: str = "") -> int:
    """How often the stream still gives a sign of life."""
    answer = browser.get(f"/events/rooms/{ROOM}{seat}", buffered=False)
    assert answer.status_code == 200
    sent = iter(answer.response)
    next(sent), next(sent)
    happens()
    return len(list(sent))


def _log_out(browser: Browser) -> None:
    with browser.client.session_transaction(base_url=ORIGIN) as session:
        session.clear()


def test_it_ends_when_somebody_logs_out(events: World) -> None:
    browser = events.agent()
    assert _beats_after(browser, lambda: _log_out(browser), "?as=agent") <= 2


def test_it_ends_when_a_role_is_lost(events: World) -> None:
    browser = events.agent()

    def lose() -> None:
        with browser.client.session_transaction(base_url=ORIGIN) as session:
            session["staff"] = session["staff"] | {"roles": []}

    assert _beats_after(browser, lose, "?as=agent") <= 2


def test_it_ends_when_the_session_is_forgotten(events: World) -> None:
    assert _beats_after(events.citizen(), events.redis.values.clear) <= 2


def test_it_ends_when_the_link_is_revoked(events: World) -> None:
    def revoke() -> None:
        events.redis.set(f"gateway:link:{ROOM}", "2", ex=60)

    assert _beats_after(events.citizen(), revoke) <= 2


def test_it_goes_on_while_nothing_changes(events: World) -> None:
    assert _beats_after(events.citizen(), lambda: None) > 10
