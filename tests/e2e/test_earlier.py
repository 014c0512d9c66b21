"""An earlier time is asked for, offered by mail, declined without scripts, then accepted in a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from services.chassis.ids import new_id
from tests.e2e.files_to_send import identity_card
from tests.e2e.plain_browser import PlainBrowser, to_identity
from tests.e2e.world import World
from tests.integration.gateway.looking import DESK, Look
from tests.service_process import eventually

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

OFFERED = "An earlier time for your video consultation"
PHONE = {"width": 320, "height": 640}


def test_an_earlier_time_is_offered_by_mail_declined_and_the_next_accepted(
    plain: PlainBrowser, stage: World, new_context: Callable[..., BrowserContext]
) -> None:
    email = f"{new_id().lower()}@example.lu"
    booked = _book_late(plain, stage, email)

    assert "Would you like an earlier time?" in plain.open("/appointment/earlier").text
    for _click in range(2):
        plain.post("/appointment/earlier")
        assert plain.path == "/appointment/earlier"
    (offer,) = stage.mailbox.entitled(email, OFFERED)
    assert "An earlier time is free" in plain.open("/appointment").text
    assert "Held for you until" in plain.open("/appointment/earlier").text
    plain.post("/appointment/earlier/decline", {"offer_id": _offer_in(plain)})
    assert "the time goes to somebody else" in plain.text

    stage.mailbox.entitled(email, OFFERED, count=2)
    phone = new_context(viewport=PHONE, locale="de").new_page()
    phone.goto(offer.link)
    phone.get_by_role("button", name="Annehmen oder ablehnen").click()
    _has_no_faults(phone)

    desk = new_context(viewport=DESK, locale="en").new_page()
    desk.goto(offer.link)
    desk.get_by_role("button", name="Accept or decline").click()
    expect(desk.get_by_role("timer")).to_contain_text(":")
    _has_no_faults(desk)
    desk.get_by_role("button", name="Accept the earlier time").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/appointment/changed")

    *_, moved = stage.mailbox.wait_for(email, count=3)
    assert moved.link == offer.link
    assert moved.event["DTSTART"].dt < datetime.fromisoformat(booked)
    phone.get_by_role("button", name="Nein, danke").click()  # answered on the other device before
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Möchten Sie eine frühere Zeit?")
    expect(phone.get_by_text("Danke")).to_have_count(0)
    desk.goto(offer.link)
    expect(desk.get_by_role("link", name="Tell me when an earlier time becomes free")).to_be_visible()


def _book_late(plain: PlainBrowser, stage: World, email: str) -> str:
    """Without a log-in; then moved to the last time of the page, so that much is earlier."""
    to_identity(plain, email=email)
    plain.upload("/files/identity-copy", identity_card())
    plain.open("/book/review").post("/book/review")
    assert "Tell me when an earlier time becomes free" in plain.text
    (confirmation,) = stage.mailbox.wait_for(email)
    eventually(lambda: plain.open(confirmation.link).page.is_success)
    plain.open("/appointment/move")
    late = plain.offered_times()[-1]
    plain.open(f"/appointment/move?starts_at={late.replace('+', '%2B')}")
    plain.post("/appointment/move", {"starts_at": late})
    stage.mailbox.wait_for(email, count=2)
    return late


def _offer_in(plain: PlainBrowser) -> str:
    return plain.value_of("offer_id")


def _has_no_faults(page: Page) -> None:
    look = Look(page)
    look("the offer")
    assert look.faults == []
