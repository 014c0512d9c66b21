"""The back office changes calendars through the service API; its citizens are told what concerns them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.dev.platform import Platform
from tests.integration.api.conftest import PARTS
from tests.integration.api.test_service_api import free, wanted
from tests.service_process import eventually

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def api_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """With whoever writes the mails; calendars change here, so for this file alone."""
    parts = (*PARTS, "notify", "mail")
    with Platform(tmp_path_factory.mktemp("calendars"), only=parts, environment="test") as started:
        yield started


def book(machine: httpx.Client) -> dict[str, Any]:
    day = (datetime.now(UTC) + timedelta(days=9)).date()
    body = wanted(free(machine, day)[0], email=f"{uuid4().hex}@example.org")
    headers = {"Idempotency-Key": uuid4().hex}
    booked: dict[str, Any] = (
        machine.post("/appointments", json=body, headers=headers).raise_for_status().json()
    )
    return booked


def preview(machine: httpx.Client, change: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = (
        machine.post("/calendars/preview", json={"change": change}).raise_for_status().json()
    )
    return shown


def make(machine: httpx.Client, change: dict[str, Any], key: str = "") -> httpx.Response:
    shown = preview(machine, change)
    body = {"change": change, "revision": shown["revision"], "impact_digest": shown["digest"]}
    headers = {"Idempotency-Key": key or uuid4().hex}
    return machine.post("/calendars/changes", json=body, headers=headers)


def mails(machine: httpx.Client, appointment: dict[str, Any]) -> list[tuple[str, str]]:
    messages = machine.get(f"/appointments/{appointment['appointment_id']}/messages").json()["messages"]
    return [(message["kind"], message["state"]) for message in messages]


def displaced(machine: httpx.Client) -> list[str]:
    found = machine.get("/appointments/displaced").raise_for_status().json()["appointments"]
    return [appointment["appointment_id"] for appointment in found]


def test_an_absence_asks_the_citizen_and_its_end_tells_that_the_time_stands(machine: httpx.Client) -> None:
    """In the demonstration every start belongs to one agent: nobody else could take it."""
    booked = book(machine)
    absence = {
        "absence_id": uuid4().hex,
        "agent_id": booked["agent_id"],
        "starts_at": booked["starts_at"],
        "until": booked["ends_at"],
    }
    (hurt,) = preview(machine, {"absence": absence})["hurt"]
    assert (hurt["appointment_id"], hurt["remedy"]) == (booked["appointment_id"], "choice")
    made = make(machine, {"absence": absence}).raise_for_status().json()
    assert (made["reassigned"], made["displaced"]) == (0, 1)
    assert booked["appointment_id"] in displaced(machine)
    eventually(lambda: ("displaced", "sent") in mails(machine, booked), 30)
    make(machine, {"end_absence": absence["absence_id"]}).raise_for_status()
    assert booked["appointment_id"] not in displaced(machine)
    eventually(lambda: ("restored", "sent") in mails(machine, booked), 30)


def test_what_was_read_is_changed_and_read_again(machine: httpx.Client) -> None:
    seen = machine.get("/calendars").raise_for_status().json()
    calendar = next(entry for entry in seen["calendars"] if entry["code"] == "cns")
    shorter = calendar | {"horizon_days": calendar["horizon_days"] - 1}
    made = make(machine, {"calendar": shorter}).raise_for_status().json()
    after = machine.get("/calendars").json()
    assert after["revision"] == made["revision"] == seen["revision"] + 1
    assert shorter in after["calendars"]
    changes = machine.get("/calendars/changes").json()["changes"]
    assert (changes[0]["what"], changes[0]["code"], changes[0]["revision"]) == (
        "calendar",
        "cns",
        made["revision"],
    )
    make(machine, {"calendar": calendar}).raise_for_status()


def test_an_entry_that_makes_no_sense_is_refused_by_its_field(machine: httpx.Client) -> None:
    calendar = machine.get("/calendars").json()["calendars"][0] | {"zone": "Europe/Nowhere"}
    refused = machine.post("/calendars/preview", json={"change": {"calendar": calendar}})
    assert refused.status_code == 422
    assert refused.json()["details"] == {"field": "change.calendar.zone", "rule": "choice"}
