"""The gateway's pages and files entries over one false room, and browsers that have a way in."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.backends import Runtime
from gateway.limits.windows import Windows
from gateway.settings import PagesSettings
from services.chassis.clock import ManualClock
from services.chassis.settings import Secret, SecretKey
from services.contracts.identity import ListProviders, Provider, Providers
from tests.unit.applications import application
from tests.unit.gateway.fakes import EndlessWindows, FakeBus, FakeRedis
from tests.unit.gateway_room.fake_checks import FakeChecks
from tests.unit.gateway_room.fake_deletion import FakeDeletion
from tests.unit.gateway_room.fake_room import AGENT_ID, ROOM, STARTS_AT, FakeLog, FakeRoom

ORIGIN = "https://localhost"
PERSON = {
    **dict.fromkeys(("first_name", "last_name", "national_number", "birth_date", "level"), ""),
    "subject_id": "lea",
    "name": "Léa Muster",
    "method": "luxtrust",
    "roles": (),
    "is_registered": True,
}


class FakeStores(FakeRedis, FakeLog):
    """Sessions and the room's log."""

    def __init__(self) -> None:
        FakeRedis.__init__(self)
        FakeLog.__init__(self)


@dataclass
class World:
    app: Flask
    bus: FakeBus
    redis: FakeStores
    room: FakeRoom
    checks: FakeChecks = field(default_factory=FakeChecks)
    deleted: FakeDeletion = field(default_factory=FakeDeletion)

    def nobody(self) -> Browser:
        return Browser(self.app.test_client())

    def citizen(self, room_id: str = ROOM, *, logged_in: bool = False) -> Browser:
        """Has opened the personal link."""
        room = {"room_id": room_id, "recipient": "citizen", "person_id": "", "generation": 1}
        return self._with(room=room, **({"citizen": PERSON} if logged_in else {}))

    def staff(self, *roles: str) -> Browser:
        member = dict.fromkeys(("first_name", "last_name", "national_number", "birth_date", "level"), "")
        return self._with(
            staff=member | {"subject_id": AGENT_ID, "name": "Anna Demo", "method": "staff", "roles": roles}
        )

    def agent(self) -> Browser:
        return self.staff("agent")

    def _with(self, **kept: Any) -> Browser:
        browser = self.nobody()
        with browser.client.session_transaction(base_url=ORIGIN) as session:
            session.update(kept)
        return browser


class Browser:
    """Keeps cookies; sends forms and scripts' requests as our pages do."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, base_url=ORIGIN, **options)

    def ask(self, path: str) -> Any:
        """As a script does."""
        return self.get(path, headers={"Sec-Fetch-Dest": "empty"})

    def post(self, path: str, data: Any = None, *, script: bool = False, **options: Any) -> Any:
        headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": self.token()}
        headers |= {"Sec-Fetch-Dest": "empty"} if script else {}
        return self.client.post(path, base_url=ORIGIN, data=data, headers=headers, **options)

    def token(self) -> str:
        page = self.get("/login?next=/").text
        return str(page.partition('name="csrf_token" value="')[2].partition('"')[0])


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages name their assets; unit tests do not need them built."""
    monkeypatch.setattr("gateway.assets.asset", lambda name: f"/static/{name}")


@pytest.fixture
def world() -> World:
    room, redis, checks, deleted = FakeRoom(), FakeStores(), FakeChecks(), FakeDeletion()
    bus = FakeBus(room, checks, deleted, _OneProvider())
    runtime = Runtime(
        settings=_settings(),
        bus=bus,
        clock=ManualClock(STARTS_AT),
        redis=redis,
        windows=Windows(EndlessWindows()),
    )
    return World(application("pages", runtime), bus, redis, room, checks, deleted)


class _OneProvider:
    def list_providers(self, request: ListProviders) -> Providers:
        return Providers(providers=(Provider(code="luxtrust", audience="citizen"),))


def _settings() -> PagesSettings:
    return PagesSettings(
        environment="test",
        metrics_port=0,
        amqp_url=Secret("amqp://nowhere"),
        redis_url=Secret("redis://nowhere"),
        public_url="https://localhost",
        form_key=Secret("form key of the tests"),
        listen_port=0,
        link_key=SecretKey(base64.b64encode(bytes(range(32))).decode()),
        mail_from="appointments@cns.example",
    )
