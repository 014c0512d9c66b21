"""Two pages of one person, and a page from before an update: the call goes on, and each says what is so."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.media_seen import watch
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

ELSEWHERE = "Your call goes on in another window or on another device"
PHONE = {"width": 390, "height": 844}
LIVE_TRACKS = """() => Object.values(document.querySelector("video[data-own]").srcObject?.getTracks() ?? [])
  .filter((track) => track.readyState === "live").length"""


def leaves_off(page: Page) -> None:
    """It says where the call is, and neither films nor shows anything."""
    page.locator("[data-call][data-stage=elsewhere]").wait_for()
    page.get_by_text(ELSEWHERE).wait_for()
    assert page.evaluate(LIVE_TRACKS) == 0
    assert page.locator("video[data-remote]").evaluate("video => video.srcObject") is None


def is_of_before(page: Page) -> None:
    """The server has been renewed since: it speaks no version of this page's any more."""
    problem = {"code": "ProtocolMismatch", "title": "-", "status": 409, "retryable": False}
    refused = {"status": 409, "content_type": "application/problem+json", "body": json.dumps(problem)}
    page.route("**/rooms/*/hello*", lambda route: refuse(route, refused))


def refuse(route: Route, answer: dict[str, object]) -> None:
    route.fulfill(**answer)  # type: ignore[arg-type]


def test_the_newest_page_of_a_person_has_the_call_and_an_old_page_keeps_its_own(
    stage: World, new_context: Callable[..., BrowserContext]
) -> None:
    desk, agent, phone = (journey.open_page(new_context(locale="en-GB")) for _ in range(3))
    path = MainPath(stage, desk, agent).into_the_call()

    phone.set_viewport_size(PHONE)
    phone.goto(path.mail.link)
    phone.get_by_role("button", name="Back to the call").click()
    journey.wait_until_live(phone)
    leaves_off(desk)
    journey.wait_until_live(agent)
    assert watch(agent).frames >= 30

    desk.get_by_role("button", name="Continue here").click()
    journey.wait_until_live(desk)
    leaves_off(phone)
    journey.wait_until_live(agent)

    is_of_before(agent)
    agent.reload()
    agent.get_by_text("Our pages have been renewed. Your call goes on").wait_for()
    journey.wait_until_live(agent)
    expect(desk.locator("[data-outdated]")).to_be_hidden()
