"""Whence a request comes: the door, and a hash of the address that nobody can follow for long."""

from __future__ import annotations

import re
from datetime import date

import pytest

from gateway.origin import address_hash, origin
from services.chassis import context
from tests.unit.gateway.conftest import make_world

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
KEY = b"a key of this test"


@pytest.mark.parametrize(
    ("path", "channel"),
    [
        ("/", "page"),
        ("/book/review", "page"),
        ("/l/token", "link"),
        ("/appointment/move", "link"),
        ("/rooms/room-1/join", "link"),
        ("/rooms/room-1/admit?as=agent", "console"),
        ("/console/appointments/a/cancel", "console"),
        ("/space/appointments/a/cancel", "space"),
        ("/files/spaces/private", "space"),
        ("/files/rooms/room-1?as=agent", "console"),
        ("/files/rooms/room-1", "link"),
        ("/files/identity-copy", "page"),
        ("/account/link", "account"),
        ("/login/luxtrust/callback", "account"),
        ("/api/v1/appointments", "api"),
        ("/apiary", "page"),
    ],
)
def test_the_door_is_told_by_the_address_of_the_page(path: str, channel: str) -> None:
    with make_world().app.test_request_context(path, environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert re.fullmatch(f"{channel}:[0-9a-f]{{16}}", origin())


def test_an_address_that_is_not_known_is_left_out() -> None:
    with make_world().app.test_request_context("/", environ_base={"REMOTE_ADDR": ""}):
        assert origin() == "page"


def test_an_address_is_the_same_all_day_and_another_the_next() -> None:
    assert address_hash(KEY, "192.0.2.1", MONDAY) == address_hash(KEY, "192.0.2.1", MONDAY)
    assert address_hash(KEY, "192.0.2.1", MONDAY) != address_hash(KEY, "192.0.2.1", TUESDAY)
    assert address_hash(KEY, "192.0.2.1", MONDAY) != address_hash(KEY, "192.0.2.2", MONDAY)
    assert address_hash(KEY, "192.0.2.1", MONDAY) != address_hash(b"another key", "192.0.2.1", MONDAY)


def test_all_that_a_request_asks_carries_its_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    world, seen = make_world(), []
    answer = world.bus.call

    def call(request: object) -> object:
        seen.append(context.current().origin)
        return answer(request)

    monkeypatch.setattr(world.bus, "call", call)
    headers = {"X-Forwarded-For": "192.0.2.1"}
    world.browser().get("/api/v1/subjects", headers={**headers, "Authorization": "Bearer word"})
    assert [one.partition(":")[0] for one in seen] == ["api"]
