"""A company's appointment: an editor books, a manager joins, the agent sees who he is, a reader looks on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e import journey
from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser, hold, person
from tests.e2e.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

OWNER, EDITOR, MANAGER, READER = "pro", "parent", "resident", "pensioner"
"""Nora Beispiel with a Pro certificate, Marc Demo, Léa Muster, Marie-Louise Muster-Demo."""
NAMES = {EDITOR: "Marc Demo", MANAGER: "Léa Muster", READER: "Marie-Louise Muster-Demo"}
NUMBERS = {who: f"1{0:018d}{end}" for who, end in ((EDITOR, 2), (MANAGER, 1), (READER, 3))}
COMPANY = "Beispiel & Muster Sàrl"
SMALL = "[data-others] video"
PLAYS = "(video) => new Promise((done) => video.requestVideoFrameCallback(() => done(video.videoWidth > 0)))"


@pytest.fixture
def somebody(stage: World) -> Iterator[Callable[[str], PlainBrowser]]:
    """Open a browser of a person's own, logged in."""
    opened: list[PlainBrowser] = []

    def open_one(who: str) -> PlainBrowser:
        opened.append(PlainBrowser(stage.origin).log_in("/spaces", who))
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.__exit__()


@pytest.fixture
def owner(somebody: Callable[[str], PlainBrowser]) -> PlainBrowser:
    return somebody(OWNER)


@pytest.fixture
def space(owner: PlainBrowser) -> Iterator[str]:
    """The address of a company's space, which goes at the end: a person may make ten."""
    owner.open("/spaces/new")
    owner.post("/spaces/new", {"name": COMPANY, "request_key": fresh_address()})
    address = owner.path
    yield address
    owner.open(address).post(f"{address}/delete", {})


def member(
    owner: PlainBrowser, space: str, somebody: Callable[[str], PlainBrowser], who: str, role: str
) -> PlainBrowser:
    """Invited in that role, and in it."""
    form = {
        "name": NAMES[who],
        "email": fresh_address(),
        "number": NUMBERS[who],
        "scope": "person",
        "role": role,
        "request_key": fresh_address(),
    }
    owner.open(f"{space}/members/invite").post(f"{space}/members/invite", form)
    browser = somebody(who)
    link = re.search(r'href="(/spaces/invitations/[^"]+)"', browser.open("/spaces").page.text)
    assert link is not None, owner.text
    browser.open(link[1]).post(link[1], {"answer": "accept", "request_key": fresh_address()})
    assert browser.path == space
    return browser


def book(browser: PlainBrowser, space: str, email: str) -> datetime:
    """For the company, with the first free time; returns its start."""
    browser.open(space).post(f"{space}/book")
    assert f"You are booking for {COMPANY}" in browser.text
    browser.post("/book/welcome", {"consent": "yes"})
    browser.post("/book/subject", {"subject": "information-documents"})
    browser.post("/book/kind", {"kind": "video-demo", "topic": ""})
    browser.open("/book/time?language=en")
    for starts_at in browser.offered_times():
        if hold(browser, starts_at).path == "/book/person":
            browser.post("/book/person", person(email=email))
            assert COMPANY in browser.open("/book/review").text
            assert browser.post("/book/review").path == "/book/done"
            return datetime.fromisoformat(starts_at)
    raise AssertionError("no time is free")


def page_of(stage: World, new_context: Callable[..., BrowserContext], who: str, space: str) -> Page:
    """A member's browser, at the appointment that his space lists."""
    page = journey.open_page(new_context(locale="en-GB", viewport={"width": 1280, "height": 900}))
    page.goto(f"{stage.origin}/login?next={space}/procedures")
    journey.log_in(page, who)
    page.get_by_role("button", name="Go to this appointment").click()
    page.wait_for_url("**/appointment")
    expect(page.get_by_text(COMPANY)).to_be_visible()
    return page


def test_an_editor_books_a_manager_joins_and_a_reader_looks_on(
    stage: World,
    somebody: Callable[[str], PlainBrowser],
    owner: PlainBrowser,
    space: str,
    new_context: Callable[..., BrowserContext],
) -> None:
    email = fresh_address()
    editor = member(owner, space, somebody, EDITOR, "editor")
    reader = member(owner, space, somebody, READER, "reader")
    member(owner, space, somebody, MANAGER, "manager")
    starts_at = book(editor, space, email)
    mail = stage.mailbox.wait_for(email)[-1]
    assert f"Booked for: {COMPANY}" in mail.text

    room_id = stage.stores.appointment_of(email)
    listed = reader.open(f"{space}/procedures")
    assert ("booked" in listed.text, "Go to this appointment" in listed.text) == (True, False)
    assert reader.post(f"{space}/appointments/{room_id}").page.status_code == 403
    assert reader.open(f"{space}/appointments/{room_id}/cancel").page.status_code == 403

    stage.travel_to(starts_at - timedelta(minutes=10))
    manager = page_of(stage, new_context, MANAGER, space)
    journey.go_to_waiting_room(manager, f"{stage.origin}/appointment")
    agent = journey.open_page(new_context(locale="en-GB", viewport={"width": 1280, "height": 900}))
    journey.log_in_as_agent(agent, stage.origin, "Anna Demo")
    journey.open_room_of_who_waits(agent, room_id)
    journey.let_the_call_begin(agent)
    for page in (manager, agent):
        journey.wait_until_live(page)
    people = agent.locator("[data-people]")
    expect(people).to_contain_text("Léa Muster")
    expect(people).to_contain_text("LuxTrust")

    applicant = page_of(stage, new_context, EDITOR, space)
    applicant.get_by_role("button", name="Go to the waiting room").click()
    applicant.get_by_role("button", name="Join the call").click()
    journey.wait_until_live(applicant)
    expect(people).to_contain_text("Marc Demo")
    assert agent.locator(SMALL).evaluate(PLAYS), "the second one is seen small"
    small, large = agent.locator("[data-other-name]"), agent.locator("[data-large-name]")
    expect(small).to_have_text("Marc Demo")
    expect(large).to_have_text("Léa Muster")
    agent.get_by_role("button", name="Show this picture large").click()
    expect(large).to_have_text("Marc Demo")
    expect(small).to_have_text("Léa Muster")

    removed = re.search(
        rf'href="({space}/members/[\w-]{{24}})">Change<span[^>]*> – Léa Muster', _members(owner, space)
    )
    assert removed is not None
    owner.post(f"{removed[1]}/remove", {})
    manager.reload()
    expect(manager.get_by_text("You may not join the appointments of this space")).to_be_visible()
    again = somebody(MANAGER)
    assert again.post(f"{space}/appointments/{room_id}").page.status_code == 404
    journey.wait_until_live(applicant)
    journey.end_the_call(agent)


def _members(owner: PlainBrowser, space: str) -> str:
    return owner.open(f"{space}/members").page.text
