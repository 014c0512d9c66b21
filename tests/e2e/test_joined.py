"""Who books with a certificate and links it later finds the appointment in the account; nobody else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from deploy.dev.platform import Platform
from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser, hold, person
from tests.e2e.world import World, world
from tests.service_process import eventually

pytestmark = pytest.mark.e2e

REGISTERED, FURTHER, STRANGER = "two-first", "two-second", "parent"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform of its own: a certificate is linked once and for all."""
    with Platform(tmp_path_factory.mktemp("joined")) as started:
        found = world(started)
        yield found
        found.close()


@pytest.fixture
def somebody(stage: World) -> Iterator[Callable[[str], PlainBrowser]]:
    """Open a browser in which somebody has logged in with this means."""
    opened: list[PlainBrowser] = []

    def open_one(means: str) -> PlainBrowser:
        opened.append(PlainBrowser(stage.origin))
        return opened[-1].log_in("/account", means)

    yield open_one
    for browser in opened:
        browser.__exit__()


def book(browser: PlainBrowser, email: str) -> None:
    """The whole path of somebody who has logged in, on the demonstration calendar."""
    browser.open("/book/").post("/book/login", {"way": "with"}).post("/book/welcome", {"consent": "yes"})
    browser.post("/book/subject", {"subject": "information-documents"})
    browser.post("/book/kind", {"kind": "video-demo", "topic": ""})
    browser.open("/book/time?language=en")
    hold(browser, browser.offered_times()[0])
    assert browser.path == "/book/person", browser.text
    browser.post("/book/person", person(email=email, national_number=browser.value_of("national_number")))
    assert browser.path == "/book/review", browser.text
    browser.post("/book/review")
    assert browser.path == "/book/done", browser.text


def test_what_was_booked_with_a_certificate_goes_along_when_it_is_linked(
    stage: World, somebody: Callable[[str], PlainBrowser]
) -> None:
    address = fresh_address()
    before = somebody(FURTHER)
    book(before, address)
    link = urlsplit(stage.mailbox.wait_for(address)[0].link).path
    account = somebody(REGISTERED)
    assert account.open(link).page.status_code == 404

    account.open("/account/link").post("/account/link", {"provider": "luxtrust"}).prove(FURTHER)
    assert "was added" in account.text, account.text
    assert before.open("/space").path == "/login", "what it had opened alone is over"

    eventually(lambda: account.open(link).path == "/appointment")
    assert "/space/appointments/" in account.open("/space").page.text
    assert before.log_in(link, FURTHER).path == "/appointment"
    assert somebody(STRANGER).open(link).page.status_code == 404
