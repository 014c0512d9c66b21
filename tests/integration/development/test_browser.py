"""The browser of the tests can do what a call needs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from deploy.dev.platform import Platform

pytestmark = pytest.mark.integration

FRAMES = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  return stream.getTracks().map(track => track.kind).sort();
}"""


def test_the_browser_has_a_camera_and_a_microphone(
    stores: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto(stores.urls["mailbox"])
    assert page.evaluate(FRAMES) == ["audio", "video"]
