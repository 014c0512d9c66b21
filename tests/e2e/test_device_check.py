"""The device check before the appointment, through the real SFU: what works, what not, and who sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from deploy.dev.platform import Platform
from tests.bad_line import HOST, BadLine, Way
from tests.e2e import journey
from tests.e2e.interruptions import behind
from tests.e2e.main_path import MainPath
from tests.e2e.test_relayed_call import NOTHING_BUT_TCP
from tests.e2e.world import World
from tests.integration.gateway.looking import SMALL_PHONE, Look

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

pytestmark = pytest.mark.e2e

TRIED_MS = 120_000
"""To connect, to feel the way up, to measure."""

BLOCKED = """
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super({ ...configuration, iceTransportPolicy: "relay", iceServers: [] });
  }
};
navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
"""
"""A network that lets nothing through, and a browser that was told to give neither camera nor microphone."""


@pytest.fixture
def path(stage: World, new_context: Callable[..., BrowserContext]) -> MainPath:
    """Booked; it is an hour before the appointment."""
    citizen, agent = (journey.open_page(new_context(locale="en-GB")) for _ in range(2))
    made = MainPath(stage, citizen, agent)
    made.book()
    made.receive_mail()
    stage.travel_to(made.starts_at - timedelta(hours=1))
    return made


def check_devices(page: Page) -> None:
    page.get_by_role("button", name="Check camera and microphone").click()


def check_network(page: Page) -> None:
    page.get_by_role("button", name="Check the connection").click()


def room_of(page: Page) -> str:
    """`/rooms/<id>`."""
    url = page.locator("[data-device-check]").get_attribute("data-check-url")
    assert url is not None
    return url.partition("/checks")[0]


def row(page: Page, name: str) -> Locator:
    return page.locator(".app-found__row").filter(has=page.get_by_text(name, exact=True))


def figure(page: Page, name: str) -> float:
    words = page.locator("dt").filter(has_text=re.compile(f"^{name}$")).locator("+ dd").inner_text()
    return float(words.split()[0].replace(",", ""))


def test_everything_is_tried_kept_and_shown_to_the_agent(path: MainPath, stage: World) -> None:
    page = path.citizen
    page.goto(path.mail.link)
    room = room_of(page)
    check_devices(page)
    expect(row(page, "Camera")).to_contain_text("works")
    expect(row(page, "Microphone")).to_contain_text("works")
    page.get_by_role("button", name="Play a test sound").click()
    page.get_by_role("button", name="Yes, I heard it").click()
    expect(row(page, "Speaker")).to_contain_text("test sound heard")

    check_network(page)
    expect(row(page, "Connection")).to_have_attribute(
        "data-found", re.compile("^(good|fair|poor)$"), timeout=TRIED_MS
    )
    page.get_by_text("Figures of the connection").click()
    expect(page.locator(".app-found ~ details")).to_contain_text(re.compile(r"\d Mbit/s.*direct", re.DOTALL))
    with page.expect_download() as started:
        page.get_by_role("link", name="Download a report").click()
    report = started.value.path().read_text()
    assert "[heard]" in report
    assert "Léa" not in report

    journey.log_in_as_agent(path.agent, stage.origin, "Anna Demo")
    path.agent.goto(f"{stage.origin}/console{room}")
    expect(path.agent.get_by_role("region", name="Device check")).to_contain_text("test sound heard")


def test_by_tcp_alone_it_is_the_relay_and_on_a_phone_nothing_is_out_of_place(
    path: MainPath, new_context: Callable[..., BrowserContext]
) -> None:
    phone = new_context(locale="en-GB", viewport=SMALL_PHONE)
    phone.add_init_script(NOTHING_BUT_TCP)
    page = journey.open_page(phone)
    look = Look(page)
    page.goto(path.mail.link)
    look("before the check")
    check_network(page)
    look("while the connection is tried")
    page.get_by_text("Figures of the connection").click(timeout=TRIED_MS)
    expect(page.locator(".app-found ~ details")).to_contain_text("through our relay (TCP)")
    look("after the check")
    assert look.faults == []


def test_a_network_that_blocks_and_a_camera_that_is_not_allowed_are_results(
    path: MainPath, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="en-GB")
    context.add_init_script(BLOCKED)
    page = context.new_page()
    page.goto(path.mail.link)
    check_devices(page)
    expect(row(page, "Camera")).to_contain_text("not allowed in the browser")
    check_network(page)
    expect(row(page, "Connection")).to_have_attribute("data-found", "none", timeout=TRIED_MS)
    expect(page.get_by_text("Try another network")).to_be_visible()


def test_a_line_that_loses_and_is_narrow_one_way_is_measured_as_it_is(
    path: MainPath, platform: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    node = (HOST, int(platform.env("media-worker")["UDP_PORT"]))
    with BadLine(node, up=Way(delay=0.06), down=Way(loss=0.05, delay=0.06, rate=300_000)) as line:
        context = new_context(locale="en-GB")
        context.add_init_script(behind(line))
        page = context.new_page()
        page.goto(path.mail.link)
        check_network(page)
        expect(row(page, "Connection")).to_have_attribute(
            "data-found", re.compile("^(fair|poor)$"), timeout=TRIED_MS
        )
    page.get_by_text("Figures of the connection").click()
    assert 0.1 <= figure(page, "Receiving") <= 0.4
    assert figure(page, "Lost when receiving") >= 1
    assert figure(page, "Delay there and back") >= 120
