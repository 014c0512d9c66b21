"""A personal link that was renewed: the old one opens nothing, and what it had opened is closed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from deploy.dev.platform import Platform
from services.chassis.links import mint
from tests.integration.api.test_service_api import free, wanted

pytestmark = pytest.mark.integration


class Visitor:
    """A browser that has opened a link; its cookie is a secure one, which no client sends over plain HTTP."""

    def __init__(self, origin: str) -> None:
        self._origin, self._cookie = origin, ""

    def get(self, path: str) -> httpx.Response:
        answer = httpx.get(f"{self._origin}{path}", headers={"Cookie": self._cookie}, timeout=90)
        if "set-cookie" in answer.headers:
            self._cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer


def test_a_renewed_link_closes_what_the_old_one_had_opened(
    api_platform: Platform, machine: httpx.Client
) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    body, key = wanted(free(machine, day)[0]), {"Idempotency-Key": uuid4().hex}
    booked = machine.post("/appointments", json=body, headers=key).raise_for_status().json()
    place = f"/appointments/{booked['appointment_id']}"
    variables = api_platform.env("gateway-pages")
    secret, origin = base64.b64decode(variables["LINK_KEY"]), f"http://127.0.0.1:{variables['LISTEN_PORT']}"
    old, new = (f"/l/{mint(secret, booked['appointment_id'], 'citizen', n)}" for n in (1, 2))

    before = Visitor(origin)
    assert before.get(old).headers["location"] == "/appointment"
    assert before.get("/appointment/confirmation.pdf").status_code == 200
    assert Visitor(origin).get(new).status_code == 404

    renewed = machine.post(f"{place}/link", json={"generation": 1}).raise_for_status().json()
    assert (renewed["link_generation"], renewed["starts_at"]) == (2, booked["starts_at"])
    again = machine.post(f"{place}/link", json={"generation": 1})
    assert (again.status_code, again.json()["code"]) == (409, "StaleVersion")

    closed = before.get("/appointment/confirmation.pdf")
    assert (closed.status_code, closed.headers["location"]) == (303, "/link")
    assert Visitor(origin).get(old).status_code == 404
    after = Visitor(origin)
    assert after.get(new).headers["location"] == "/appointment"
    assert after.get("/appointment/confirmation.pdf").status_code == 200
