"""Papers held to the camera, through the SFU: the agent can read them, looks closely, holds them still."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, FLAGS, PATIENCE_MS
from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.printed_page import PrintedPage, film
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = pytest.mark.e2e

CAMERA = (1280, 720)
"""The least that may be called readable."""
ORDINARY = journey.SMALL_CAMERA.replace("320", "640").replace("180", "360")
READABLE = 0.95
BETTER_FRAMES = 60
"""The first pictures after a change are coarse."""

RIGID_CAMERA = """
MediaStreamTrack.prototype.applyConstraints = () => Promise.reject(new OverconstrainedError("width"));
"""
"""Follows no wish; and opened anew it gives no more either (`journey.SMALL_CAMERA`)."""

_MORE_FRAMES = """
(wanted) => new Promise((resolve) => {
  const video = document.querySelector("video[data-remote]");
  const count = () => (wanted-- > 0 ? video.requestVideoFrameCallback(count) : resolve());
  count();
})
"""
_GRAB = """
(which) => {
  const from = document.querySelector(which);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [from.videoWidth ?? from.width, from.videoHeight ?? from.height];
  canvas.getContext("2d").drawImage(from, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}
"""
REMOTE, STILL = "video[data-remote]", "canvas[data-still]"


@pytest.fixture(scope="module")
def paper() -> PrintedPage:
    return PrintedPage()


@pytest.fixture
def before_paper(browser: Browser, paper: PrintedPage, tmp_path: Path) -> Iterator[Browser]:
    """Another browser, whose camera looks at the page."""
    seen = film(paper.before_camera(*CAMERA), tmp_path / "page.y4m")
    flags = [*FLAGS, "--headless=new", f"--use-file-for-fake-video-capture={seen}"]
    opened = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield opened
    opened.close()


@pytest.fixture
def call(stage: World, browser: Browser, before_paper: Browser) -> Iterator[MainPath]:
    """A call in which the citizen's camera sends 360 lines, as many do."""
    theirs = before_paper.new_context(viewport={"width": 390, "height": 844})
    ours = browser.new_context(viewport={"width": 1280, "height": 800})
    theirs.add_init_script(ORDINARY)
    theirs.set_default_timeout(PATIENCE_MS)
    ours.add_init_script(RIGID_CAMERA)
    met = MainPath(stage, theirs.new_page(), journey.open_page(ours))
    met.book()
    met.receive_mail()
    met.meet()
    yield met
    for context in (theirs, ours):
        context.close()


def test_a_page_of_small_print_is_legible_when_shown_as_a_document(
    call: MainPath, paper: PrintedPage
) -> None:
    agent, citizen = call.agent, call.citizen
    sharp_within(agent, 360)
    assert paper.legible(grab(agent, REMOTE)) < READABLE / 2, "the reader reads what nobody can read"

    citizen.get_by_role("button", name="Show a document").click()
    expect(citizen.get_by_text("sharp, and not mirrored")).to_be_visible()
    assert citizen.locator("video[data-own]").evaluate("own => getComputedStyle(own).transform") == "none"
    expect(agent.get_by_text("The other side shows a document.")).to_be_visible()
    sharp_within(agent, CAMERA[1])
    eventually(lambda: paper.legible(grab(agent, REMOTE)) >= READABLE)

    looks_closely(agent)
    holds_still(agent, paper)

    citizen.get_by_role("button", name="Show a document").click()
    expect(agent.get_by_text("The other side shows a document.")).to_be_hidden()
    assert citizen.locator("video[data-own]").evaluate("own => getComputedStyle(own).transform") != "none"

    gives_what_it_can(agent, citizen)
    is_not_taken_for_live(agent, citizen)


def looks_closely(agent: Page) -> None:
    """With buttons, keys, wheel and by dragging; back to the whole with one key."""
    agent.get_by_role("button", name="Enlarge").click()
    expect(agent.locator("[data-zoom-words]")).to_have_text("150 %")
    before = seen_at(agent)
    agent.keyboard.press("ArrowLeft")
    assert seen_at(agent)["x"] > before["x"]
    box = agent.locator("[data-stage-area]").bounding_box()
    assert box is not None
    agent.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    agent.mouse.wheel(0, -300)
    expect(agent.locator("[data-zoom-words]")).not_to_have_text("150 %")
    before = seen_at(agent)
    agent.mouse.down()
    agent.mouse.move(box["x"] + box["width"] / 2 - 60, box["y"] + box["height"] / 2)
    agent.mouse.up()
    assert seen_at(agent)["x"] < before["x"]
    agent.get_by_role("button", name="Reduce").press("0")
    assert agent.locator(REMOTE).evaluate("video => video.style.transform") == ""


def holds_still(agent: Page, paper: PrintedPage) -> None:
    """The still picture is as readable, is called what it is, and nothing of it is left afterwards."""
    agent.get_by_role("button", name="Hold the picture still").click()
    expect(agent.locator("[data-still-words]")).to_contain_text("Still picture, not live")
    assert paper.legible(grab(agent, STILL)) >= READABLE
    agent.get_by_role("button", name="Show live again").press("Enter")
    expect(agent.locator(STILL)).to_be_hidden()
    expect(agent.locator("[data-still-words]")).to_be_hidden()
    assert agent.locator(STILL).evaluate("still => still.width * still.height") == 0
    expect(agent.get_by_role("button", name="Hold the picture still")).to_be_focused()


def gives_what_it_can(agent: Page, citizen: Page) -> None:
    """A camera that gives no more is said to be what it is; it goes on, and the others are told as well."""
    agent.get_by_role("button", name="Show a document").click()
    expect(agent.locator("[data-detail-words]")).to_contain_text("small print may not be legible: 320 × 180.")
    expect(citizen.get_by_text("The other side shows a document.")).to_be_visible()
    sharp_within(citizen, 180)


def is_not_taken_for_live(agent: Page, citizen: Page) -> None:
    """With the picture that it was taken from a still one goes, too."""
    agent.get_by_role("button", name="Hold the picture still").click()
    expect(agent.locator(STILL)).to_be_visible()
    citizen.get_by_role("button", name="Leave").click()
    expect(agent.locator(STILL)).to_be_hidden()
    expect(agent.locator("[data-still-words]")).to_be_hidden()
    expect(agent.get_by_text("The citizen is not connected at the moment.")).to_be_visible()


def seen_at(agent: Page) -> dict[str, float]:
    """Where the picture stands on the screen."""
    box: dict[str, float] = agent.locator(REMOTE).evaluate("video => video.getBoundingClientRect().toJSON()")
    return box


def sharp_within(page: Page, lines: int) -> None:
    """Until the picture has so many lines, and some more of its frames have come."""
    script = "lines => document.querySelector('video[data-remote]').videoHeight === lines"
    page.wait_for_function(script, arg=lines, timeout=PATIENCE_MS)
    page.evaluate(_MORE_FRAMES, BETTER_FRAMES)


def grab(agent: Page, which: str) -> bytes:
    """What a person sees there, pixel by pixel."""
    return base64.b64decode(agent.evaluate(_GRAB, which))
