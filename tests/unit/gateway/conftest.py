"""The gateway with hand-written stand-ins for bus and Redis, and a clock that stands still."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.backends import Runtime
from gateway.limits.windows import Windows
from gateway.settings import PagesSettings
from services.chassis.clock import ManualClock
from services.chassis.settings import Secret, SecretKey
from tests.unit.applications import application
from tests.unit.gateway.fake_booking import FakeBooking
from tests.unit.gateway.fake_credentials import FakeCredentials
from tests.unit.gateway.fake_identity import FakeIdentity
from tests.unit.gateway.fakes import EndlessWindows, FakeBus, FakeRedis
from tests.unit.gateway.real_spaces import RealSpaces

LINK_KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""A Monday, 08:00 in Luxembourg."""


def settings(**changes: Any) -> PagesSettings:
    """Settings of a pages entry; `changes` override them."""
    values: dict[str, Any] = {
        "environment": "test",
        "metrics_port": 0,
        "amqp_url": Secret("amqp://nowhere"),
        "redis_url": Secret("redis://nowhere"),
        "public_url": "http://localhost",
        "form_key": Secret("form key of the tests"),
        "listen_port": 0,
        "link_key": SecretKey(base64.b64encode(LINK_KEY).decode()),
        "mail_from": "appointments@cns.example",
    }
    return PagesSettings(**{**values, **changes})


@dataclass
class World:
    """One gateway and what it stands on."""

    app: Flask
    bus: FakeBus
    redis: FakeRedis
    clock: ManualClock
    booking: FakeBooking
    identity: FakeIdentity
    spaces: RealSpaces
    credentials: FakeCredentials

    def browser(self) -> Browser:
        return Browser(self.app.test_client())


class Browser:
    """A client that keeps cookies and sends forms as a page would, token and all."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, base_url="https://localhost", **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        form = {"csrf_token": self._token(), **(data or {})}
        headers = {"Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        return self.client.post(path, base_url="https://localhost", data=form, headers=headers, **options)

    def _token(self) -> str:
        page = self.get("/login?next=/").text
        return page.partition('name="csrf_token" value="')[2].partition('"')[0]


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages name their assets; unit tests do not need them built."""
    monkeypatch.setattr("gateway.assets.asset", lambda name: f"/static/{name}")


@pytest.fixture(autouse=True)
def _object_store_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files entry asks for these at its start; no unit test reaches the store."""
    for name in ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET", "S3_SPACES_BUCKET"):
        monkeypatch.setenv(name, "nowhere")
    monkeypatch.setenv("S3_SECURE", "false")
    for name in ("SCANNER", "INSPECTOR"):
        monkeypatch.setenv(name, "nowhere:1")


def make_world(entry: str = "pages", **changes: Any) -> World:
    clock, redis = ManualClock(NOW), FakeRedis()
    booking, credentials, spaces = FakeBooking(clock), FakeCredentials(clock), RealSpaces(clock)
    identity = FakeIdentity(credentials)
    bus = FakeBus(booking, identity, credentials, spaces)
    app = application(entry, Runtime(settings(**changes), bus, clock, redis, Windows(EndlessWindows())))
    return World(app, bus, redis, clock, booking, identity, spaces, credentials)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def browser(world: World) -> Browser:
    return world.browser()
