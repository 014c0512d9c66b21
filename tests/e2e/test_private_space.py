"""The private space through the whole platform: filled in, used, deleted, restored; more spaces, by mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser, hold, person
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = pytest.mark.e2e

CLAIRE, JONAS = "two-first", "commuter"
ADDRESS = "jonas.muster@example.de"
ANSWER = "Antwort auf Ihre Anfrage nach weiteren beruflichen Bereichen"
FIELDS = ("email", "phone", "street", "postal_code", "city")


@pytest.fixture
def somebody(stage: World) -> Iterator[Callable[..., PlainBrowser]]:
    """Open a browser of a person's own, logged in."""
    with ExitStack() as opened:

        def open_one(who: str, path: str = "/space") -> PlainBrowser:
            return opened.enter_context(PlainBrowser(stage.origin)).log_in(path, who)

        yield open_one


def fill_in(browser: PlainBrowser, city: str) -> None:
    browser.open("/space/data")
    form = person(city=city, version=browser.value_of("version"))
    form["national_number"] = browser.value_of("national_number")
    assert browser.post("/space/data", form).path == "/space", browser.text


def to_person(browser: PlainBrowser) -> PlainBrowser:
    """As far as the person's page of a booking, logged in."""
    browser.open("/book/").post("/book/login", {"way": "with"}).post("/book/welcome", {"consent": "yes"})
    browser.post("/book/subject", {"subject": "information-documents"})
    browser.post("/book/kind", {"kind": "video-demo", "topic": ""})
    browser.open("/book/time?language=en")
    for starts_at in browser.offered_times():
        if hold(browser, starts_at).path == "/book/person":
            return browser
    raise AssertionError("no time is free")


def appointment_of(browser: PlainBrowser) -> str:
    """The address of the first appointment in the space."""
    found = re.search(r'action="(/space/appointments/[\w-]+)"', browser.open("/space").page.text)
    assert found is not None, browser.text
    return found[1]


def test_data_are_filled_in_noted_deleted_and_restored_and_a_consent_is_withdrawn(
    somebody: Callable[..., PlainBrowser],
) -> None:
    claire = somebody(CLAIRE)
    claire.post("/space/open")
    fill_in(claire, "Vianden")
    fill_in(claire, "Clervaux")
    history = claire.open("/space/data/history").text
    assert "Data changed : Town" in history
    assert "in the private space" in history
    assert "Vianden" not in history

    to_person(claire)
    assert claire.value_of("city") == "Clervaux"
    filled = {name: claire.value_of(name) for name in FIELDS}
    number = claire.value_of("national_number")
    claire.post("/book/person", person(**filled, national_number=number))
    assert claire.post("/book/review").path == "/book/done", claire.text
    booked = appointment_of(claire)
    eventually(lambda: f'href="{booked}/cancel"' in claire.open("/space/consents").page.text)

    claire.open("/spaces/private/delete").post("/spaces/private/delete")
    assert "Your private space is deleted." in claire.open("/space").text
    assert appointment_of(claire) == booked, "appointments stay"
    to_person(claire)
    assert claire.value_of("city") == "", "nothing is filled in from it"
    assert claire.open("/space/data").path == "/space"

    claire.open("/space").post("/space/open")
    assert "You can still restore it" not in claire.text
    assert "By restoring it you consent again" in claire.text
    claire.post("/spaces/private/restore")
    assert (claire.path, "Clervaux" in claire.text) == ("/space", True)

    claire.open(f"{booked}/cancel").post(f"{booked}/cancel")
    withdrawn = re.compile(r"Processing of my data for an appointment .*? Withdrawn (?!no)")
    eventually(lambda: withdrawn.search(claire.open("/space/consents").text))


def test_who_needs_more_spaces_is_answered_by_mail(
    stage: World, somebody: Callable[..., PlainBrowser]
) -> None:
    jonas = somebody(JONAS, "/spaces")
    while 'href="/spaces/new"' in jonas.open("/spaces").page.text:
        jonas.open("/spaces/new").post(
            "/spaces/new", {"name": "Praxis <Trier>", "request_key": fresh_address()}
        )
    jonas.open("/spaces/more").post("/spaces/more", {"reason": "Eleven branches <b>"})
    assert "You have asked the helpdesk" in jonas.text

    desk = somebody("Hanna Demo", "/console/space-limits/")
    request = re.search(r'href="(/console/space-limits/[\w-]+)"', desk.page.text)
    assert request is not None, desk.text
    desk.open(request[1]).post(request[1], {"limit": "12", "reason": "Branches shown"})

    mail = stage.mailbox.entitled(ADDRESS, ANSWER)[-1]
    assert ": 12" in mail.text
    assert "branches" not in f"{mail.text}{mail.html}".casefold()
    assert "10 of 12" in jonas.open("/spaces").text
