"""Papers are photographed and shared on a phone: in the booking, in the room, and with a line that breaks."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser import CHROMIUM, FLAGS
from tests.e2e import journey
from tests.e2e.files_to_send import letter
from tests.e2e.journey import Upload
from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.printed_page import PrintedPage, film
from tests.e2e.world import World
from tests.integration.gateway.looking import Look

pytestmark = pytest.mark.e2e

PHONE = {"width": 360, "height": 740}
AGENT = "Anna Demo"
SLOW = 300_000
"""Bytes a second: so that one can stop a file that is on its way."""
PATIENCE_MS = 30_000
PROGRAM = Upload("invoice.pdf", "application/pdf", b"MZ\x90\x00" + bytes(2_000))
EMPTY = Upload("empty.pdf", "application/pdf", b"")
LARGE = Upload("large.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(21_000_000))
NO_CAMERA = """
() => navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"))
"""


@pytest.fixture(scope="module")
def paper() -> PrintedPage:
    return PrintedPage()


@pytest.fixture
def phone(browser: Browser, paper: PrintedPage, tmp_path: Path) -> Iterator[Page]:
    """A phone whose camera looks at the paper."""
    seen = film(paper.before_camera(1280, 720), tmp_path / "page.y4m")
    flags = [*FLAGS, "--headless=new", f"--use-file-for-fake-video-capture={seen}"]
    with_paper = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    context = with_paper.new_context(viewport=PHONE, locale="en", has_touch=True)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    with_paper.close()


@dataclass(frozen=True)
class Desk:
    """An agent without scripts, in one room."""

    browser: PlainBrowser
    room_id: str

    def enter(self) -> None:
        self.browser.log_in("/console/", AGENT).open(self._page).post(f"{self._page}/join", {})

    def shared(self) -> list[str]:
        """Names of the documents that he sees."""
        return re.findall(r"download>([^<]+)</a>", self.browser.open(self._page).page.text)

    def link(self, name: str) -> str:
        """Where a document is to be had whose name begins so."""
        page = self.browser.open(self._page).page.text
        found = re.search(rf'href="([^"]+)" download>{re.escape(name)}', page)
        assert found is not None, page
        return html.unescape(found[1])

    def share_with_a_second_click(self, upload: Upload) -> None:
        self.browser.open(self._page)
        fields = {"request_key": self.browser.value_of("request_key")}
        for _click in range(2):
            self.browser.upload(f"/files/rooms/{self.room_id}?as=agent", upload, fields=fields)

    @property
    def _page(self) -> str:
        return f"/console/rooms/{self.room_id}"


@pytest.fixture
def plain(stage: World) -> Iterator[PlainBrowser]:
    with PlainBrowser(stage.origin) as browser:
        yield browser


def test_papers_are_photographed_and_shared_on_a_phone(
    stage: World, phone: Page, plain: PlainBrowser, paper: PrintedPage, tmp_path: Path
) -> None:
    look, address = Look(phone), fresh_address()
    starts_at = journey.walk_to_identity(phone, stage.origin, address)
    photographs_both_sides_of_the_card(phone, look)
    agent = Desk(plain, goes_into_the_waiting_room(stage, phone, address, starts_at))
    agent.enter()

    each_file_has_its_own_answer(phone, agent, look, tmp_path)
    what_is_stopped_is_not_kept(phone, agent)
    a_lost_answer_shows_nothing_twice(phone, agent)
    what_is_taken_back_is_gone(phone, agent, look)
    shares_a_photo(phone, agent, paper, look)
    agent.share_with_a_second_click(letter("answer.pdf", 20_000, "answer"))
    assert agent.shared().count("answer.pdf") == 1

    stage.travel(minutes=70)
    expect(phone.get_by_role("heading", name="Your consultation has ended")).to_be_visible()
    expect(phone.locator("[data-countdown-face]")).to_have_text(re.compile(r"^2[23]:\d\d:\d\d$"))
    look("after the call")
    take_back(phone, "Photo")
    expect(phone.get_by_text("The document is taken back.")).to_be_visible()
    assert look.faults == []


def photographs_both_sides_of_the_card(phone: Page, look: Look) -> None:
    """With the camera in the page; a side may be taken again, and Escape leaves nothing behind."""
    phone.get_by_role("button", name="Photograph the document").click()
    take_picture(phone)
    phone.keyboard.press("Escape")
    expect(phone.get_by_text("Uploaded:")).to_be_hidden()

    phone.get_by_role("button", name="Photograph the document").click()
    expect(phone.get_by_text("Front side", exact=True)).to_be_visible()
    look("the camera")
    take_picture(phone)
    expect(phone.get_by_text("Can everything be read?")).to_be_visible()
    look("a picture")
    phone.get_by_role("button", name="Take it again").click()
    take_picture(phone)
    phone.get_by_role("button", name="Use this picture").click()
    phone.get_by_role("button", name="Photograph the back, too").click()
    expect(phone.get_by_text("Back side", exact=True)).to_be_visible()
    take_picture(phone)
    phone.get_by_role("button", name="Use this picture").click()
    expect(phone.get_by_role("button", name="Photograph the back, too")).to_be_hidden()
    look("both sides")
    phone.get_by_role("button", name="Send the photo").click()
    uploaded = phone.locator("p").filter(has_text="Uploaded:")
    expect(uploaded).to_contain_text(re.compile(r"Photo \d\d\.\d\d\.jpg"))


def goes_into_the_waiting_room(stage: World, phone: Page, address: str, starts_at: str) -> str:
    """The room's id."""
    journey.go_on(phone)
    phone.get_by_role("button", name="Confirm and book").click()
    phone.wait_for_url("**/book/done")
    stage.travel_to(datetime.fromisoformat(starts_at) - timedelta(minutes=10))
    journey.go_to_waiting_room(phone, stage.mailbox.wait_for(address)[-1].link)
    return stage.stores.appointment_of(address)


def each_file_has_its_own_answer(phone: Page, agent: Desk, look: Look, folder: Path) -> None:
    """Several at once: one arrives, the others are refused, each with its reason; none is asked for again."""
    files = [letter("certificate.pdf", 40_000, "certificate"), PROGRAM, EMPTY, LARGE]
    for file in files:
        (folder / file.name).write_bytes(file.content)
    phone.get_by_label("Share a document").set_input_files([folder / file.name for file in files])
    expect(phone.locator("[data-uploads-state]")).to_have_text("1 of 4 uploaded, 3 not uploaded")
    expect(row(phone, "invoice.pdf")).to_contain_text("This type of file is not accepted.")
    expect(row(phone, "empty.pdf")).to_contain_text("The file is empty.")
    expect(row(phone, "large.pdf")).to_contain_text("The file is too large.")
    expect(document(phone, "certificate.pdf")).to_contain_text("sent by you")
    look("refused with reasons")
    assert agent.shared() == ["certificate.pdf"]


def what_is_stopped_is_not_kept(phone: Page, agent: Desk) -> None:
    line = phone.context.new_cdp_session(phone)
    line.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": SLOW})
    choose(phone, letter("slow.pdf", 2_000_000, "slow"))
    phone.wait_for_function("() => document.querySelector('[data-state=sending] progress')?.value > 0.1")
    assert agent.shared() == ["certificate.pdf"]
    phone.get_by_role("button", name="Stop the upload – slow.pdf").click()
    expect(row(phone, "slow.pdf")).to_contain_text("cancelled, nothing was kept")
    line.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": -1})
    line.detach()
    phone.get_by_role("button", name="Try again – slow.pdf").click()
    expect(document(phone, "slow.pdf")).to_be_visible()


def a_lost_answer_shows_nothing_twice(phone: Page, agent: Desk) -> None:
    """The line breaks when all has arrived: the page cannot know, and tries again."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    phone.route("**/files/rooms/**", lose, times=1)
    choose(phone, letter("decision.pdf", 30_000, "decision"))
    expect(row(phone, "decision.pdf")).to_contain_text("The connection was interrupted.")
    phone.get_by_role("button", name="Try again – decision.pdf").click()
    expect(row(phone, "decision.pdf")).to_have_count(0)
    expect(document(phone, "decision.pdf")).to_have_count(1)
    assert agent.shared() == ["certificate.pdf", "slow.pdf", "decision.pdf"]


def what_is_taken_back_is_gone(phone: Page, agent: Desk, look: Look) -> None:
    address = agent.link("slow.pdf")
    assert agent.browser.open(address).page.status_code == 200
    take_back(phone, "slow.pdf", look)
    expect(document(phone, "slow.pdf")).to_have_count(0)
    assert agent.browser.open(address).page.status_code == 404
    assert agent.shared() == ["certificate.pdf", "decision.pdf"]


def shares_a_photo(phone: Page, agent: Desk, paper: PrintedPage, look: Look) -> None:
    """The call lends its camera; for one that may not be used the phone's own program brings the picture."""
    phone.get_by_role("button", name="Photograph a document").click()
    take_picture(phone)
    phone.get_by_role("dialog").get_by_role("button", name="Close without sending").click()
    phone.wait_for_function("() => document.querySelector('video[data-own]').srcObject?.active")

    restore = phone.evaluate_handle("() => navigator.mediaDevices.getUserMedia")
    phone.evaluate(NO_CAMERA)
    phone.get_by_role("button", name="Photograph a document").click()
    expect(phone.get_by_text("The browser may not use the camera.")).to_be_visible()
    look("no camera")
    phone.get_by_label("camera app").set_input_files(photo(paper, blur=6).chosen())
    expect(phone.get_by_text("The picture looks blurred.")).to_be_visible()
    expect(phone.get_by_role("button", name="Take it again")).to_be_focused()
    look("blurred")
    phone.get_by_role("button", name="Take it again").click()
    phone.get_by_label("camera app").set_input_files(photo(paper, blur=0).chosen())
    expect(phone.get_by_text("Can everything be read?")).to_be_visible()
    phone.get_by_role("button", name="Take it again").click()
    phone.get_by_label("camera app").set_input_files(photo(paper, blur=6).chosen())
    phone.get_by_role("button", name="Use it anyway").click()
    phone.get_by_role("button", name="Send the photo").click()
    expect(document(phone, "Photo")).to_contain_text("sent by you")
    phone.evaluate("(ask) => { navigator.mediaDevices.getUserMedia = ask; }", restore)
    sent = agent.browser.open(agent.link("Photo")).page.content
    assert sent.startswith(b"\xff\xd8")
    assert b"Exif" not in sent, "where it was taken is nobody's business"


# --- what people do and see -----------------------------------------------------------


def take_picture(phone: Page) -> None:
    expect(phone.locator("[data-capture-live]")).to_be_visible()
    phone.wait_for_function("() => document.querySelector('[data-capture-live]').videoWidth > 0")
    phone.get_by_role("button", name="Take the picture").click()


def photo(paper: PrintedPage, blur: float) -> Upload:
    """As a phone's camera program gives it, with words on how it was taken."""
    seen, file = paper.before_camera(1920, 1080).filter(ImageFilter.GaussianBlur(blur)), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    seen.convert("RGB").save(file, "JPEG", exif=exif)
    return Upload("IMG_0001.jpg", "image/jpeg", file.getvalue())


def choose(phone: Page, *uploads: Upload) -> None:
    phone.get_by_label("Share a document").set_input_files([upload.chosen() for upload in uploads])


def take_back(phone: Page, name: str, look: Look | None = None) -> None:
    row = document(phone, name)
    row.locator("summary").click()
    if look:
        look("taking back")
    row.get_by_role("button", name="Yes, take it back").click()


def row(phone: Page, name: str) -> Locator:
    """A file on its way."""
    return phone.locator("[data-uploads-list] li").filter(has_text=name)


def document(phone: Page, name: str) -> Locator:
    """A document of the room."""
    return phone.locator("li[data-document-id]").filter(has_text=name)
