"""The gateway's pages entry over a bus that answers from a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.contracts.booking import Appointment, Assurance
from services.contracts.errors import CredentialsRefused
from services.contracts.identity import IntrospectToken, TokenIssued
from services.contracts.slots import Hold
from services.contracts.wire import Request
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, PERSON
from tests.unit.gateway_api.entry import pages_over

NOW = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
TOKEN = "token-of-the-demo-client"
SCOPES = ("appointments:read", "appointments:write", "calendars:read", "calendars:write", "slots:read")


class FakeBus:
    """Answers each class of request with what was put there, and remembers what was asked."""

    def __init__(self) -> None:
        self.answers: dict[type[Any], Any] = {}
        self.asked: list[Any] = []
        self.scopes: tuple[str, ...] = SCOPES

    def call(self, request: Request[Any]) -> Any:
        self.asked.append(request)
        if isinstance(request, IntrospectToken):
            return self._introspect(request)
        answer = self.answers[type(request)]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def of(self, kind: type[Any]) -> list[Any]:
        return [request for request in self.asked if isinstance(request, kind)]

    def _introspect(self, request: IntrospectToken) -> TokenIssued:
        from gateway.blueprints.api.access import digest

        if request.token_digest != digest(TOKEN):
            raise CredentialsRefused
        return TokenIssued(client_id="demo", scopes=self.scopes, expires_at=NOW + timedelta(minutes=5))


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def web(bus: FakeBus) -> FlaskClient:
    return pages_over(bus, NOW)


Api = Callable[..., Any]


@pytest.fixture
def api(web: FlaskClient) -> Api:
    """`api("get", "/subjects")` as the demo client; other keyword arguments go to the test client."""

    def call(method: str, path: str, *, token: str = TOKEN, **rest: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} | rest.pop("headers", {})
        return web.open(f"/api/v1{path}", method=method.upper(), headers=headers, **rest)

    return call


def appointment(**changes: Any) -> Appointment:
    fields: dict[str, Any] = {
        "appointment_id": "appointment-1",
        "version": 1,
        "state": "booked",
        "subject": "information-documents",
        "topic": "",
        "kind": "video",
        "language": "fr",
        "starts_at": FIRST_SLOT,
        "ends_at": FIRST_SLOT + LENGTH,
        "agent_id": "agent-a",
        "agent_name": "Anna Demo",
        "applicant": PERSON,
        "insured": None,
        "assurance": Assurance(method="back-office"),
        "person_id": "person-1",
        "mail_language": "fr",
        "link_generation": 1,
        "identity_copy_id": "",
    }
    return Appointment(**fields | changes)


def hold(**changes: Any) -> Hold:
    fields: dict[str, Any] = {
        "appointment_id": "appointment-1",
        "starts_at": FIRST_SLOT,
        "ends_at": FIRST_SLOT + LENGTH,
        "held_until": NOW + timedelta(minutes=10),
        "renewals_left": 1,
    }
    return Hold(**fields | changes)
