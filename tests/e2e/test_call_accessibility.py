"""axe finds nothing around and in a call, for citizen, guest and agent, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import journey
from tests.e2e.files_to_send import papers
from tests.e2e.main_path import MainPath
from tests.e2e.world import World
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look

pytestmark = pytest.mark.e2e

LATE = timedelta(minutes=5)
"""From then on an agent is missed."""
OTHER_LANGUAGES = ("de", "fr", "lb")
PAPERS = papers("papers.pdf", pages=2)


@pytest.fixture
def somebody(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    def one(viewport: dict[str, int]) -> Page:
        return journey.open_page(new_context(locale="en-GB", viewport=viewport))

    return one


def test_axe_and_the_width_find_nothing_around_a_call(stage: World, somebody: Callable[..., Page]) -> None:
    call = MainPath(stage, somebody(SMALL_PHONE), somebody(DESK))
    guest = somebody(SMALL_PHONE)
    looks = [Look(page) for page in (call.citizen, call.agent, guest)]
    citizens, agents, guests = looks
    call.book()
    call.receive_mail()

    stage.travel_to(call.starts_at + LATE)
    journey.go_to_waiting_room(call.citizen, call.mail.link)
    expect(call.citizen.get_by_text("We are sorry: no agent has come yet.")).to_be_visible()
    citizens("waiting")
    journey.log_in_as_agent(call.agent, stage.origin, "Anna Demo")
    journey.alarm_of(call.agent, call.room_id).get_by_role("link").click()
    agents("an alarm, and who waits")
    journey.let_the_call_begin(call.agent)

    call.agent.get_by_role("button", name="Make a link").click()
    link = call.agent.locator("[data-guest=sent] input[readonly]").input_value()
    agents("a link for a guest")
    guest.goto(link)
    guest.wait_for_url("**/guest")
    guests("invited")
    guest.get_by_role("button", name="Join the call").click()
    expect(guest.get_by_text("lets you in")).to_be_visible()
    guests("waits to be let in")
    call.agent.locator("[data-guest=waits]").get_by_role("button", name="Let in").click()
    guest.wait_for_url("**/guest/call")

    for page in (call.citizen, call.agent, guest):
        journey.wait_until_live(page)
        page.get_by_role("button", name="Devices").click()
        page.get_by_role("button", name="Show a document").click()
        expect(page.locator("[data-detail-words]")).to_be_visible()
    for look in looks:
        look("in the call")
    journey.show_copy(call.agent)
    agents("an identity copy beside the picture")
    journey.share(call.agent, PAPERS)
    for look, page in zip(looks, (call.citizen, call.agent, guest), strict=True):
        turn_the_pages(page, look)
    hand_over(call, citizens, agents)
    in_other_languages(call.citizen, citizens)
    in_other_languages(call.agent, agents)
    call.agent.set_viewport_size(SMALL_PHONE)
    agents("in the call on a phone")

    call.agent.goto(f"{call.agent.url.partition('?')[0]}?lang=en")
    call.citizen.goto(f"{call.citizen.url.partition('?')[0]}?lang=en")
    call.end()
    for look in looks:
        look("after the call")
    assert [fault for look in looks for fault in look.faults] == []


def turn_the_pages(page: Page, look: Look) -> None:
    """Look at a document by keyboard alone, above a call that goes on."""
    way = page.get_by_role("link", name=f"View – {PAPERS.name}")
    way.focus()
    page.keyboard.press("Enter")
    above = page.get_by_role("dialog")
    journey.wait_until_drawn(above)
    look("a document above the call")
    page.keyboard.press("ArrowRight")
    expect(above.locator("[data-preview-where]")).to_have_text("Page 2 of 2")
    page.keyboard.press("Escape")
    expect(above).to_be_hidden()
    expect(way).to_be_focused()
    journey.wait_until_live(page)


def hand_over(call: MainPath, citizens: Look, agents: Look) -> None:
    """To the case file, on a page that stays where it is."""
    call.agent.evaluate("() => { window.stays = true; }")
    call.agent.get_by_text(f"Hand over “{PAPERS.name}”").click()
    call.agent.get_by_label("Why is it handed over?").fill("Belongs to the request.")
    agents("handing a document over")
    call.agent.get_by_role("button", name="Hand over to the case file").click()
    expect(call.agent.get_by_text("in the case file since")).to_be_visible()
    assert call.agent.evaluate("() => window.stays")
    expect(call.citizen.get_by_text("Reason: Belongs to the request.")).to_be_visible()
    for page, look in ((call.citizen, citizens), (call.agent, agents)):
        look("handed over")
        journey.wait_until_live(page)


def in_other_languages(page: Page, look: Look) -> None:
    for language in OTHER_LANGUAGES:
        page.goto(f"{page.url.partition('?')[0]}?lang={language}")
        journey.wait_until_live(page)
        look(f"in the call, {language}")
