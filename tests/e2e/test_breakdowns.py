"""Parts that die in mid-call: nobody is thrown out, nothing said is lost, and pages say what happens."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import expect

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.e2e.files_to_send import identity_card
from tests.e2e.main_path import MainPath
from tests.e2e.media_seen import watch
from tests.e2e.plain_browser import PlainBrowser, to_identity
from tests.e2e.world import World

pytestmark = pytest.mark.e2e


def test_a_call_outlives_the_gateway_and_its_sfu(call: MainPath, platform: Platform) -> None:
    platform.supervisor.end("gateway-events")
    journey.write(call.citizen, "said while nobody told of it")
    call.agent.get_by_text("come late at the moment").wait_for()
    platform.supervisor.restart("gateway-events")
    call.agent.get_by_text("said while nobody told of it").wait_for()
    expect(call.agent.get_by_text("come late at the moment")).to_be_hidden()

    platform.supervisor.end("gateway-pages")
    journey.write(call.citizen, "said to a server that is away")
    call.citizen.get_by_text("Send the message again").wait_for()
    call.watch()
    platform.supervisor.restart("gateway-pages")
    call.citizen.get_by_role("button", name="Send", exact=True).click()
    call.agent.get_by_text("said to a server that is away").wait_for()
    for page in (call.citizen, call.agent):
        journey.wait_until_live(page)

    os.kill(platform.child_id("media-worker"), signal.SIGKILL)
    for page in (call.citizen, call.agent):
        page.locator("[data-call]:not([data-stage=live])").wait_for()
    platform.supervisor.restart("media-worker")
    for page in (call.citizen, call.agent):
        journey.wait_until_live(page)
        assert watch(page).frames >= 30


def test_a_booking_is_not_lost_when_its_service_is_away_at_the_last_click(
    plain: PlainBrowser, stage: World, platform: Platform
) -> None:
    address = "undeterred@example.lu"
    to_identity(plain, email=address, street="9, rue de la Patience")
    plain.upload("/files/identity-copy", identity_card())
    plain.open("/book/review")
    platform.supervisor.end("booking")
    try:
        plain.post("/book/review")
        assert plain.page.status_code in (503, 504)
        assert "Nothing that you entered before is lost" in plain.text
        assert "Traceback" not in plain.page.text
    finally:
        platform.supervisor.restart("booking")
    plain.follow("Try again")
    assert plain.path == "/book/review"
    assert "9, rue de la Patience" in plain.text
    plain.post("/book/review")
    assert (plain.page.status_code, plain.path) == (200, "/book/done")
    assert stage.stores.appointments_of(address) == 1
    stage.mailbox.wait_for(address)


def test_a_service_that_is_away_is_said_to_be_so_and_can_be_tried_again(
    call: MainPath, platform: Platform
) -> None:
    platform.supervisor.end("media-control")
    try:
        with PlainBrowser(call.world.origin) as plain:
            plain.open(call.mail.link)
            assert plain.page.status_code in (503, 504)
            assert "Traceback" not in plain.page.text
            assert "Try again" in plain.text
    finally:
        platform.supervisor.restart("media-control")
    call.citizen.reload()
    journey.wait_until_live(call.citizen)
