"""The copy of an identity document in the booking path: the latest one counts, and only that one stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.contracts.booking import ConfirmAppointment
from services.contracts.errors import NotFound, ServiceTimeout
from services.contracts.media import Document, RemoveDocument
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import Browser, make_world
from tests.unit.gateway_room.bodies import CONTENT_TYPE, body

COPY = Document(
    document_id="copy-1",
    kind="identity_copy",
    name="card.pdf",
    media_type="application/pdf",
    size=1_000,
    sender="citizen",
    role="citizen",
    added_at=datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
)

Upload = Callable[[str], Any]


@pytest.fixture
def upload(world: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """Send a file that passes its checks, to the files entry over the same sessions."""
    journey.as_far_as_person(browser)
    journey.give_person(world, browser)
    files = make_world("files")
    files.app.extensions["runtime"] = world.app.extensions["runtime"]
    files.app.session_interface = world.app.session_interface
    monkeypatch.setattr("gateway.blueprints.files.routes.validate_csrf", lambda token: None)

    def send(document_id: str) -> Any:
        checked = replace(COPY, document_id=document_id)
        monkeypatch.setattr("gateway.blueprints.files.routes.receive", lambda *_: checked)
        client = files.app.test_client()
        client.set_cookie("__Host-sid", browser.client.get_cookie("__Host-sid").value, domain="localhost")
        return client.post(
            "/files/identity-copy",
            base_url="https://localhost",
            data=body(b"%PDF-1.7", fields={"csrf_token": "any"}),
            content_type=CONTENT_TYPE,
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    return send


def _removed(world: Any) -> list[str]:
    return [request.document_id for request in world.bus.asked if isinstance(request, RemoveDocument)]


def test_a_new_copy_takes_the_place_of_the_one_before(world: Any, browser: Any, upload: Upload) -> None:
    upload("copy-1")
    assert upload("copy-2").location == "/book/identity"
    assert _removed(world) == ["copy-1"]
    browser.post("/book/review")
    assert world.booking.booked["appointment-1"].identity_copy_id == "copy-2"
    assert _removed(world) == ["copy-1"]


def test_an_upload_succeeds_though_the_copy_before_cannot_be_removed(
    world: Any, browser: Any, upload: Upload
) -> None:
    upload("copy-1")
    world.bus.fault_of["remove_document"] = ServiceTimeout("media")
    answer = upload("copy-2")
    assert (answer.status_code, answer.location) == (303, "/book/identity")
    assert browser.get("/book/review").status_code == 200


def test_what_could_not_be_removed_is_removed_before_the_booking(
    world: Any, browser: Any, upload: Upload
) -> None:
    """Else the agent would see two copies."""
    upload("copy-1")
    world.bus.fault_of["remove_document"] = ServiceTimeout("media")
    upload("copy-2")
    del world.bus.fault_of["remove_document"]
    world.bus.asked.clear()
    browser.post("/book/review")
    asked = [type(request) for request in world.bus.asked]
    assert _removed(world) == ["copy-1"]
    assert asked.index(RemoveDocument) < asked.index(ConfirmAppointment)


def test_a_copy_that_is_gone_is_not_asked_for_again(world: Any, browser: Any, upload: Upload) -> None:
    upload("copy-1")
    world.bus.fault_of["remove_document"] = NotFound("document")
    upload("copy-2")
    upload("copy-3")
    assert _removed(world) == ["copy-1", "copy-2"]
