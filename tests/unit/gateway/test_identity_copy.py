"""The copy of an identity document in the booking path: the latest one counts, and only that one stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.blueprints.booking import draft as drafts
from services.contracts.booking import ConfirmAppointment
from services.contracts.errors import NotFound, ServiceTimeout, TooManyOpenAppointments
from services.contracts.room_documents import Document, RemoveDocument
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

Upload = Callable[..., Any]
PAGE = "/files/identity-copy"
OTHERS = f"{PAGE}/insured"


@pytest.fixture
def upload(world: Any, browser: Browser, send: Upload) -> Upload:
    """For himself: as far as the upload."""
    journey.as_far_as_person(browser)
    journey.give_person(world, browser)
    return send


@pytest.fixture
def upload_both(world: Any, browser: Browser, send: Upload) -> Upload:
    """For another person who will speak, too: as far as the upload."""
    journey.as_far_as_person(browser)
    browser.post("/book/person", {**journey.PERSON, "for_whom": "another"})
    browser.post("/book/insured", {**journey.INSURED, "speaks": "yes"})
    journey.type_code(world, browser, journey.PERSON["email"])
    return send


@pytest.fixture
def send(world: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """Send a file that passes its checks, to the files entry over the same sessions."""
    files = make_world("files")
    files.app.extensions["runtime"] = world.app.extensions["runtime"]
    files.app.session_interface = world.app.session_interface
    monkeypatch.setattr("gateway.blueprints.files.posting.validate_csrf", lambda token: None)

    def send(document_id: str, path: str = PAGE) -> Any:
        checked = replace(COPY, document_id=document_id)
        monkeypatch.setattr("gateway.blueprints.files.posting.receive", lambda *_: checked)
        client = files.app.test_client()
        client.set_cookie("__Host-sid", browser.client.get_cookie("__Host-sid").value, domain="localhost")
        return client.post(
            path,
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


def test_a_copy_of_everybody_who_speaks_is_mandatory(world: Any, browser: Any, upload_both: Upload) -> None:
    page = browser.get("/book/identity").text
    assert "Léa Muster (you)" in " ".join(page.split())
    assert "Tom Muster" in page
    upload_both("copy-1")
    refused = browser.post("/book/identity")
    assert refused.status_code == 422
    assert 'href="#file-insured"' in refused.text
    assert browser.get("/book/review").location == "/book/identity"
    upload_both("copy-2", OTHERS)
    assert browser.post("/book/identity").location == "/book/review"


def test_the_booking_says_whose_copy_is_which(world: Any, browser: Any, upload_both: Upload) -> None:
    upload_both("copy-2", OTHERS)
    upload_both("copy-1")
    review = browser.get("/book/review").text
    assert "Copy of the identity document of Léa Muster" in review
    assert "Copy of the identity document of Tom Muster" in review
    assert browser.post("/book/review").location == "/book/done"
    booked = world.booking.booked["appointment-1"]
    assert (booked.identity_copy_id, booked.insured_copy_id) == ("copy-1", "copy-2")
    assert booked.insured.speaks
    assert _removed(world) == []


def test_each_copy_is_removed_and_replaced_by_itself(world: Any, browser: Any, upload_both: Upload) -> None:
    upload_both("copy-1")
    upload_both("copy-2", OTHERS)
    upload_both("copy-3", OTHERS)
    assert _removed(world) == ["copy-2"]
    for _click in range(2):
        assert browser.post("/book/identity/remove", {"whose": "applicant"}).location == "/book/identity"
    assert _removed(world) == ["copy-2", "copy-1"]
    assert browser.get("/book/review").location == "/book/identity"
    browser.post("/book/identity/remove", {"whose": "nobody"})
    assert _removed(world) == ["copy-2", "copy-1"]


def test_who_does_not_speak_after_all_leaves_no_copy(world: Any, browser: Any, upload_both: Upload) -> None:
    upload_both("copy-1")
    upload_both("copy-2", OTHERS)
    assert browser.post("/book/insured", journey.INSURED).location == "/book/review"
    assert _removed(world) == ["copy-2"]
    browser.post("/book/review")
    assert world.booking.booked["appointment-1"].insured_copy_id == ""
    assert not world.booking.booked["appointment-1"].insured.speaks


def test_an_appointment_for_oneself_after_all_leaves_one_copy(
    world: Any, browser: Any, upload_both: Upload
) -> None:
    upload_both("copy-1")
    upload_both("copy-2", OTHERS)
    browser.post("/book/person", journey.PERSON)
    assert _removed(world) == ["copy-2"]
    browser.post("/book/review")
    assert world.booking.booked["appointment-1"].insured is None


def test_who_logs_in_after_the_upload_leaves_no_copy(world: Any, browser: Any, upload_both: Upload) -> None:
    upload_both("copy-1")
    upload_both("copy-2", OTHERS)
    journey.log_in(browser)
    assert browser.post("/book/review").location == "/book/done"
    assert _removed(world) == ["copy-1", "copy-2"]
    booked = world.booking.booked["appointment-1"]
    assert (booked.identity_copy_id, booked.insured_copy_id) == ("", "")


def test_nobody_uploads_a_copy_that_is_not_asked_for(upload: Upload) -> None:
    assert upload("copy-1", OTHERS).location == "/book"


def test_another_time_is_another_room_and_wants_both_copies_again(
    world: Any, browser: Any, upload_both: Upload
) -> None:
    upload_both("copy-1")
    upload_both("copy-2", OTHERS)
    journey.choose_time(browser, "2026-11-23T14:00:00+00:00", "page-2")
    assert browser.get("/book/").location == "/book/identity"
    assert "Uploaded:" not in browser.get("/book/identity").text


def test_a_session_of_an_earlier_version_of_the_platform_goes_on(
    world: Any, browser: Any, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows fields that this one does not, as while replicas are replaced one by one."""
    upload("copy-1")
    kept = drafts.asdict
    monkeypatch.setattr(drafts, "asdict", lambda draft: {**kept(draft), "from_another_version": 1})
    browser.post("/book/identity/remove", {"whose": "applicant"})
    assert "Copy of your identity document" in browser.get("/book/identity").text


def test_who_has_too_many_appointments_and_no_space_is_led_to_his_mails(
    world: Any, browser: Any, upload: Upload
) -> None:
    upload("copy-1")
    world.bus.fault_of["confirm_appointment"] = TooManyOpenAppointments("3")
    page = browser.post("/book/review")
    assert page.status_code == 409
    assert "You have 3 appointments ahead already" in page.text
    assert "Open the link in the confirmation mail" in page.text
    assert 'href="/space"' not in page.text
