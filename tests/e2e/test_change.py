"""An appointment is moved and then cancelled by its link, without scripts, through the whole platform."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.chassis.ids import new_id
from tests.e2e.files_to_send import identity_card
from tests.e2e.plain_browser import PlainBrowser, to_identity
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = pytest.mark.e2e


def _book(browser: PlainBrowser, email: str) -> str:
    """Without a log-in, on the demonstration calendar; returns the start."""
    starts_at = to_identity(browser, email=email)
    browser.upload("/files/identity-copy", identity_card())
    browser.open("/book/review").post("/book/review")
    assert browser.path == "/book/done"
    return starts_at


def test_by_the_link_an_appointment_is_moved_and_cancelled_and_calendars_follow(
    plain: PlainBrowser, stage: World
) -> None:
    email = f"{new_id().lower()}@example.lu"
    first = _book(plain, email)
    (confirmation,) = stage.mailbox.wait_for(email)

    eventually(lambda: plain.open(confirmation.link).page.is_success)
    assert "Move the appointment" in plain.text
    plain.open("/appointment/move")
    other = next(time for time in reversed(plain.offered_times()) if time != first)
    plain.open(f"/appointment/move?starts_at={other.replace('+', '%2B')}")
    assert "Move to this time?" in plain.text
    plain.post("/appointment/move", {"starts_at": other})
    assert plain.path == "/appointment/changed"

    _, moved = stage.mailbox.wait_for(email, count=2)
    assert moved.link == confirmation.link
    assert moved.event["UID"] == confirmation.event["UID"]
    assert moved.event["SEQUENCE"] == confirmation.event["SEQUENCE"] + 1
    assert moved.event["DTSTART"].dt == datetime.fromisoformat(other)

    plain.open("/appointment/cancel").post("/appointment/cancel")
    assert "The appointment is cancelled" in plain.text
    assert "This appointment was cancelled" in plain.open("/appointment").text
    *_, cancelled = stage.mailbox.wait_for(email, count=3)
    assert cancelled.event["STATUS"] == "CANCELLED"
    assert cancelled.event["UID"] == confirmation.event["UID"]
