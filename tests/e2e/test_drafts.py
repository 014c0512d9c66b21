"""One booking on two devices: begun at a desk, booked on a phone; and one of a company among its members."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser, hold, person
from tests.e2e.test_spaces import somebody as somebody  # a fixture
from tests.e2e.world import World
from tests.service_process import eventually

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.e2e

RESIDENT, COMPANY, COLLEAGUE = "resident", "pro", "parent"
"""Léa Muster, Nora Beispiel with a Pro certificate, Marc Demo."""
COLLEAGUE_NUMBER = "10000000000000000002"
HERE = "/spaces/private/procedures"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

NewContext = Callable[..., "BrowserContext"]
OpenOne = Callable[[], PlainBrowser]


@pytest.fixture
def resident(somebody: Callable[..., PlainBrowser]) -> OpenOne:
    """Open a browser of his in his space; there is no draft in it, whatever other tests have left."""
    space = somebody(RESIDENT, "/spaces").post("/space/open").open(HERE)
    for draft in re.findall(rf'action="({HERE}/[^"/]+)/resume"', space.page.text):
        space.post(f"{draft}/discard")
    return lambda: somebody(RESIDENT, HERE)


def log_in(page: Page, origin: str, path: str, name: str) -> None:
    page.goto(f"{origin}{path}")
    journey.log_in(page, name)
    page.wait_for_url(f"{origin}{path}")


def choose_matter(page: Page) -> None:
    page.get_by_label("I consent").check()
    journey.go_on(page)
    page.get_by_label("Information – documents").check()
    journey.go_on(page)
    page.get_by_label(re.compile("Demonstration")).check()
    journey.go_on(page)


def fits(page: Page) -> bool:
    """Whether nothing sticks out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_begun_on_a_desktop_booked_on_a_phone_shown_on_both(
    stage: World, new_context: NewContext, resident: OpenOne
) -> None:
    resident()
    desktop, email = journey.open_page(new_context(locale="en")), fresh_address()
    log_in(desktop, stage.origin, HERE, RESIDENT)
    desktop.get_by_role("button", name=re.compile("^Book an")).click()
    choose_matter(desktop)
    first_choice = journey.choose_time(desktop)
    journey.type_person(desktop, city="Echternach", email=email)
    expect(desktop.get_by_text("Kept in your space")).to_be_visible()
    journey.go_on(desktop)
    expect(desktop).to_have_url(re.compile("/book/review$"))

    phone = journey.open_page(new_context(locale="en", **PHONE))
    log_in(phone, stage.origin, HERE, RESIDENT)
    assert fits(phone)
    phone.get_by_role("button", name=re.compile("^Go on")).first.click()
    expect(phone.get_by_role("heading", name="Choose a time")).to_be_visible()
    slot = phone.locator("button[name=starts_at]").first
    assert slot.get_attribute("value") != first_choice  # the desktop holds it still
    slot.click()
    phone.wait_for_url("**/book/review")  # everything else is filled in
    expect(phone.get_by_text("Echternach")).to_be_visible()
    phone.get_by_role("button", name="Confirm and book").click()
    phone.wait_for_url("**/book/done")

    desktop.get_by_role("button", name="Confirm and book").click()
    expect(desktop.get_by_text("Nothing was booked twice")).to_be_visible()
    expect(desktop.get_by_role("button", name=re.compile("Go to this appointment"))).to_be_visible()
    assert stage.stores.appointments_of(email) == 1

    phone.goto(f"{stage.origin}{HERE}")
    assert fits(phone)
    expect(phone.get_by_role("button", name=re.compile("^Go on"))).to_have_count(0)
    phone.locator(f"a[href='{cancelling(stage, email)}']").click()
    phone.get_by_role("button", name="Yes, cancel").click()


def test_the_older_device_is_told_and_chooses_the_newer_state(resident: OpenOne) -> None:
    desktop = begin(resident(), "/spaces/private/book")
    phone = resident()
    draft = resumable(phone.page.text)
    phone.post(draft)
    assert phone.path == "/book/time"
    phone.open("/book/kind").post("/book/kind", {"kind": "video-demo", "topic": "maternity"})
    desktop.open("/book/time?language=en")
    hold(desktop, desktop.offered_times()[0])
    assert desktop.path == "/book/other-device"
    desktop.post("/book/other-device", {"choice": "newer"})
    assert desktop.path == "/book/time"
    assert re.search(r'value="maternity"\s+selected', desktop.open("/book/kind").page.text)
    desktop.post("/book/later", {"step": "kind"})
    assert "Your entries are kept here" in desktop.text
    assert "There is nothing here yet" not in desktop.text
    desktop.post(draft.replace("/resume", "/discard"))
    assert "The draft is discarded" in desktop.text
    phone.open("/book/time?language=en")
    hold(phone, phone.offered_times()[0])
    assert "discarded elsewhere" in phone.text
    assert phone.post("/book/other-device", {"choice": "stop"}).path == HERE


def test_two_devices_that_confirm_at_once_book_once(stage: World, resident: OpenOne) -> None:
    desktop = begin(resident(), "/spaces/private/book")
    phone, email = resident(), fresh_address()
    phone.post(resumable(phone.page.text))
    for device in (desktop, phone):
        device.open("/book/time?language=en")
        hold(device, device.offered_times()[0])
        if device.path == "/book/other-device":
            device.post("/book/other-device", {"choice": "mine"})
        device.post("/book/person", person(email=email))
        if device.path == "/book/other-device":
            device.post("/book/other-device", {"choice": "mine"})
        assert device.path == "/book/review"
    together = Barrier(2)

    def confirm(device: PlainBrowser) -> bool:
        together.wait()
        return device.post("/book/review").path == "/book/done"

    with ThreadPoolExecutor(2) as hands:
        done = list(hands.map(confirm, [desktop, phone]))
    assert sorted(done) == [False, True]
    assert stage.stores.appointments_of(email) == 1
    winner, loser = (desktop, phone) if done[0] else (phone, desktop)
    eventually(lambda: is_told(loser) or is_told(loser.open("/book/")))
    cancel = cancelling(stage, email)
    assert f'href="{cancel}"' in winner.open(HERE).page.text
    winner.open(cancel).post(cancel)


def test_a_company_books_from_the_draft_that_a_colleague_began(
    stage: World, somebody: Callable[..., PlainBrowser]
) -> None:
    owner = somebody(COMPANY)
    owner.open("/spaces/new").post("/spaces/new", {"name": "Branch", "request_key": fresh_address()})
    space = owner.path
    colleague = joined(owner, space, somebody)
    begin(owner.open(f"{space}/procedures"), f"{space}/book")
    assert "Kept in the space of Beispiel & Muster" in owner.text
    draft = resumable(colleague.open(f"{space}/procedures").page.text)
    assert "by Nora Beispiel" in colleague.text
    colleague.post(draft)
    assert colleague.path == "/book/welcome"
    colleague.post("/book/welcome", {"consent": "yes"}).open("/book/time?language=en")
    hold(colleague, colleague.offered_times()[0])
    email = fresh_address()
    colleague.post("/book/person", person(email=email)).post("/book/review")
    assert colleague.path == "/book/done"
    assert "Booked by" in owner.open(f"{space}/procedures").text
    assert "/resume" not in owner.page.text
    owner.open("/book/time?language=en")
    hold(owner, owner.offered_times()[0])
    assert "Nothing was booked twice" in owner.text
    assert stage.stores.appointments_of(email) == 1
    owner.open(f"{space}/delete").post(f"{space}/delete")


def is_told(browser: PlainBrowser) -> bool:
    return "Nothing was booked twice" in browser.text


def begin(browser: PlainBrowser, action: str) -> PlainBrowser:
    """As far as the time."""
    browser.post(action).post("/book/welcome", {"consent": "yes"})
    browser.post("/book/subject", {"subject": "information-documents"})
    browser.post("/book/kind", {"kind": "video-demo", "topic": ""})
    assert browser.path == "/book/time"
    return browser


def cancelling(stage: World, email: str) -> str:
    """Where this address's only appointment is cancelled."""
    return f"/space/appointments/{stage.stores.appointment_of(email)}/cancel"


def resumable(page: str) -> str:
    """Where the form goes that takes up the latest draft."""
    found = re.search(r'action="([^"]+/resume)"', page)
    assert found is not None, page
    return found[1]


def joined(owner: PlainBrowser, space: str, somebody: Callable[..., PlainBrowser]) -> PlainBrowser:
    """A colleague who has been invited and has accepted."""
    form = {
        "name": "Marc Demo",
        "email": fresh_address(),
        "number": COLLEAGUE_NUMBER,
        "scope": "person",
        "role": "editor",
        "request_key": fresh_address(),
    }
    owner.open(f"{space}/members/invite").post(f"{space}/members/invite", form)
    colleague = somebody(COLLEAGUE)
    link = re.search(rf'href="(/spaces/invitations/{space.rsplit("/", 1)[1]}/[^"]+)"', colleague.page.text)
    assert link is not None
    colleague.open(link[1]).post(link[1], {"answer": "accept", "request_key": fresh_address()})
    assert colleague.path == space
    return colleague
