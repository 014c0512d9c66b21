"""The two people of the main path in their browsers, and what each of them does; steps, not assertions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.mailbox import code_in, fresh_address
from tests.sandbox import card_of

SMALL_CAMERA = """
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = (wish) => {
  if (wish.video) wish.video = { ...wish.video, width: 320, height: 180, frameRate: 15 };
  return ask(wish);
};
"""
"""Two browsers that code and decode without a graphics card share a few cores: the picture may be small."""

CONNECTED_MS = 120_000
EMAIL = "lea.muster@example.lu"


@dataclass(frozen=True)
class Upload:
    """A file as a person chooses it."""

    name: str
    media_type: str
    content: bytes

    def chosen(self) -> dict[str, object]:
        return {"name": self.name, "mimeType": self.media_type, "buffer": self.content}


def open_page(context: BrowserContext) -> Page:
    """A page of one person, with a small camera."""
    context.add_init_script(SMALL_CAMERA)
    return context.new_page()


# --- the citizen books -----------------------------------------------------------


def book_without_login(page: Page, origin: str, copy: Upload, email: str = "") -> str:
    """Walk all nine steps on the demonstration calendar; returns the chosen start (ISO-8601)."""
    starts_at = walk_to_identity(page, origin, email)
    page.get_by_label("File").set_input_files(copy.chosen())
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Uploaded:")).to_be_visible()
    go_on(page)
    page.get_by_role("button", name="Confirm and book").click()
    page.wait_for_url("**/book/done")
    return starts_at


def walk_to_identity(page: Page, origin: str, email: str = "") -> str:
    """As far as the upload of the identity copy; returns the chosen start (ISO-8601)."""
    email = email or fresh_address()
    page.goto(f"{origin}/book/")
    page.get_by_label("No, go on without logging in").check()
    go_on(page)
    page.get_by_label("I consent").check()
    go_on(page)
    page.get_by_label("Information – documents").check()
    go_on(page)
    page.get_by_label(re.compile("Demonstration")).check()
    go_on(page)
    starts_at = choose_time(page)
    type_person(page, email=email)
    go_on(page)
    prove_address(page, email)
    page.wait_for_url("**/book/identity")
    return starts_at


def prove_address(page: Page, email: str) -> None:
    """Type the code that has come by mail."""
    page.wait_for_url("**/book/address")
    mailbox = page.locator(".app-development__links a").last.get_attribute("href")
    assert mailbox is not None
    page.locator("[name=code]").fill(code_in(mailbox, email))
    page.locator("#step-form button.govuk-button").click()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def choose_time(page: Page) -> str:
    """Hold the first free time, in English."""
    page.goto(f"{page.url.split('?')[0]}?language=en")
    slot = page.locator("button[name=starts_at]").first
    starts_at = slot.get_attribute("value")
    assert starts_at is not None
    slot.click()
    page.wait_for_url("**/book/person")
    return starts_at


PERSON = {
    "first_name": "Léa",
    "last_name": "Muster",
    "birth_place": "Esch-sur-Alzette",
    "email": EMAIL,
    "phone": "+352 621 123 456",
    "street": "1, rue de l'Exemple",
    "postal_code": "1111",
    "city": "Luxembourg",
}
BORN = {"day": "27", "month": "3", "year": "1985"}


def type_person(page: Page, **changed: str) -> None:
    page.locator("[name=for_whom]").first.check()
    for name, text in (PERSON | changed).items():
        page.locator(f"[name={name}]").fill(text)
    for part, text in BORN.items():
        page.locator(f"[name=birth_date-{part}]").fill(text)
    page.locator("[name=country]").select_option("LU")


# --- the call ----------------------------------------------------------------------


def log_in(page: Page, person: str) -> None:
    """From the choice of providers through the sandbox, as this person (a name or a card's code)."""
    provider, code = card_of(person)
    page.locator(f"form[action='/login/{provider}'] button").click()
    page.locator(f".cards button[value='{code}']").click()


def log_in_as_agent(page: Page, origin: str, name: str) -> None:
    page.goto(f"{origin}/console/")
    log_in(page, name)
    expect(page.get_by_role("heading", name=re.compile("Today"))).to_be_visible()


def go_to_waiting_room(page: Page, link: str) -> None:
    """From the mail's link through the device check into the waiting room."""
    page.goto(link)
    page.get_by_role("button", name="Go to the waiting room").click()
    expect(page.locator("[data-check-state=ready]")).to_be_visible()
    page.get_by_role("button", name="Join the call").click()
    expect(page.locator("[data-call][data-stage=waiting]")).to_be_visible()


def open_room_of_who_waits(page: Page, room_id: str) -> None:
    """From the list, which the page has refreshed by itself, into the room."""
    row = page.locator(f"tr[data-waiting][data-room='{room_id}']")
    row.get_by_role("link", name=re.compile("^Open")).click()
    page.wait_for_url(f"**/console/rooms/{room_id}")


def alarm_of(page: Page, room_id: str) -> Locator:
    """That nobody has come to this room; others may be without an agent, too."""
    return page.locator(f"[data-alarm][data-room='{room_id}']")


def place_of(page: Page, room_id: str) -> Locator:
    """Of whoever waits for this room, among others who wait."""
    return page.locator(f".app-queue__place[data-room='{room_id}']")


def let_the_call_begin(page: Page) -> None:
    page.get_by_role("button", name="Let the call begin").click()


def wait_until_live(page: Page) -> None:
    """The page itself says so only while frames keep coming."""
    page.locator("[data-call][data-stage=live]").wait_for(timeout=CONNECTED_MS)


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def share(page: Page, upload: Upload) -> None:
    page.get_by_label("Share a document").set_input_files(upload.chosen())


def fetch(page: Page, name: str) -> bytes:
    """Download a document from the list as a person does."""
    with page.expect_download() as started:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(started.value.path()).read_bytes()


def show_copy(page: Page) -> None:
    """The identity copy, beside the live picture."""
    page.get_by_role("link", name="Show the copy").click()
    wait_until_drawn(page.get_by_role("region", name="Identity copy"))


def wait_until_drawn(place: Locator) -> None:
    """The picture of a document's page has come there, and is one."""
    place.locator("[data-preview-picture]").evaluate("(picture) => picture.decode()")


def end_the_call(page: Page) -> None:
    """The page asks twice."""
    page.get_by_text("End the call", exact=True).click()
    page.get_by_role("button", name="Yes, end the call").click()
    page.get_by_role("button", name="Open the call again").wait_for(timeout=CONNECTED_MS)
