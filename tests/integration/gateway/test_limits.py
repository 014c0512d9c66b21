"""Limits in a real Redis: exact under load, sliding, shared by all processes, and no address anywhere."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis

from deploy.dev.platform import Platform
from gateway.limits.windows import Windows, redis_windows
from tests.integration.gateway.test_process import pages, variables_of
from tests.service_process import eventually, free_port

pytestmark = pytest.mark.integration
GUESSES = "link_guess=5/0/0"


@pytest.fixture
def client(stores: Platform) -> Iterator[Any]:
    """Redis as the pages entry sees it, with its rights."""
    with redis.Redis.from_url(stores.env("gateway-pages")["REDIS_URL"]) as opened:
        yield opened


@pytest.fixture
def windows(client: Any) -> Windows:
    return redis_windows(client)


@pytest.fixture
def subject() -> str:
    """Whom nobody has counted yet."""
    return uuid4().hex


def test_of_a_hundred_at_once_exactly_so_many_pass(windows: Windows, subject: str) -> None:
    at_once = threading.Barrier(100)

    def take(_: int) -> bool:
        at_once.wait()
        return windows.take("hold", subject, 20, 600)

    with ThreadPoolExecutor(100) as people:
        assert sum(people.map(take, range(100))) == 20
    assert windows.used("hold", subject, 20, 600) == 20


def test_the_window_slides(windows: Windows, subject: str) -> None:
    begun = time.monotonic()
    assert [windows.take("hold", subject, 4, 4) for _ in range(5)] == [True] * 4 + [False]
    assert 1 <= windows.wait("hold", subject, 4, 4) <= 4
    eventually(lambda: windows.take("hold", subject, 4, 4))
    assert time.monotonic() - begun >= 3.99
    assert not windows.take("hold", subject, 4, 4), "the window before still counts"
    eventually(lambda: windows.used("hold", subject, 4, 4) == 0)
    assert time.monotonic() - begun >= 7.99


def test_what_is_kept_is_a_hash_and_goes_by_itself(stores: Platform) -> None:
    with pages(variables_of(stores, RATE_LIMITS=GUESSES)) as web:
        web.get("/l/guess", headers={"X-Forwarded-For": "203.0.113.77"})
    with redis.Redis.from_url(stores.urls["redis"], decode_responses=True) as operator:
        names = [name for name in operator.scan_iter("*") if "link_guess" in name]
        assert names
        for name in names:
            assert re.fullmatch(
                r"gateway:limit:\{LIMITER/link_guess/[0-9a-f]{32}/\d+/600/second\}(/-1)?", name
            )
            assert 0 < operator.ttl(name) <= 1200


def test_two_processes_count_together_and_say_when_to_come_again(stores: Platform) -> None:
    headers = {"X-Forwarded-For": "198.51.100.1", "Accept": "application/json"}
    with ExitStack() as stack:
        one, other = (stack.enter_context(pages(variables_of(stores, RATE_LIMITS=GUESSES))) for _ in range(2))
        guesses = [(one, other)[number % 2].get(f"/l/{number}", headers=headers) for number in range(5)]
        assert [guess.status_code for guess in guesses] == [404] * 5
        for process in (one, other):
            refused = process.get("/l/again", headers=headers)
            assert refused.status_code == 429
            assert refused.headers["Content-Type"] == "application/problem+json"
            assert 0 < int(refused.headers["Retry-After"]) <= 600
        assert one.get("/l/again", headers={"X-Forwarded-For": "198.51.100.2"}).status_code == 404


def test_while_redis_is_away_nobody_is_refused(stores: Platform) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}"
    with pages(variables_of(stores, RATE_LIMITS="link_guess=1/0/0", REDIS_URL=nowhere)) as web:
        assert [web.get("/l/guess").status_code for _ in range(3)] == [404] * 3


def test_the_api_tells_a_machine_when_to_come_again(stores: Platform) -> None:
    headers = {"X-Forwarded-For": "198.51.100.3"}
    with pages(variables_of(stores, RATE_LIMITS="token=2/0/0")) as web:
        answers: list[httpx.Response] = [web.post("/api/v1/token", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert answers[-1].json()["type"] == "/problems/too-many-requests"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
