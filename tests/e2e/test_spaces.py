"""A company's space through the whole platform: invited by mail, accepted, given another role, left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

COMPANY, GUEST, STRANGER = "pro", "parent", "resident"
"""Nora Beispiel with a Pro certificate, Marc Demo, Léa Muster."""
GUEST_NUMBER = "10000000000000000002"
SUBJECT = "Invitation to a professional space"


@pytest.fixture
def somebody(stage: World) -> Iterator[Callable[[str, str], PlainBrowser]]:
    """Open a browser of a person's own, logged in."""
    opened: list[PlainBrowser] = []

    def open_one(person: str, path: str = "/spaces") -> PlainBrowser:
        opened.append(PlainBrowser(stage.origin).log_in(path, person))
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.__exit__()


def created(browser: PlainBrowser) -> str:
    """The address of a new space."""
    browser.open("/spaces/new")
    assert "Beispiel &amp; Muster Sàrl" in browser.page.text
    browser.post("/spaces/new", {"name": "Branch <Esch>", "request_key": fresh_address()})
    assert re.fullmatch(r"/spaces/[\w-]{24}", browser.path), browser.text
    return browser.path


def invite(browser: PlainBrowser, space: str, address: str, number: str = GUEST_NUMBER) -> PlainBrowser:
    form = {
        "name": "Marc Demo",
        "email": address,
        "number": number,
        "scope": "certificate",
        "role": "editor",
        "request_key": fresh_address(),
    }
    return browser.post(f"{space}/members/invite", form)


def test_invited_by_mail_accepted_with_the_number_promoted_and_gone(
    stage: World, somebody: Callable[..., PlainBrowser]
) -> None:
    address = fresh_address()
    owner = somebody(COMPANY)
    space = created(owner)
    assert "exactly 20 digits" in invite(owner, space, address, GUEST_NUMBER[:19]).text
    assert "without blanks" in invite(owner, space, address, f"{GUEST_NUMBER[:10]} {GUEST_NUMBER[10:]}").text
    assert "waits for an answer" in invite(owner, space, address).text
    assert "could not be delivered" not in owner.text

    mail = stage.mailbox.entitled(address, SUBJECT)[-1]
    assert GUEST_NUMBER not in mail.text
    assert GUEST_NUMBER[-4:] in mail.text
    assert "&lt;Esch&gt;" in mail.html
    found = re.search(r"https?://\S+(/spaces/invitations/\S+)", mail.text)
    assert found is not None
    link = found[1]

    assert "meant for another certificate" in somebody(STRANGER, link).text
    guest = somebody(GUEST, link)
    assert "Nora Beispiel" in guest.text
    guest.post(link, {"answer": "accept", "request_key": "first"})
    assert guest.path == space
    assert "accepted already" in guest.post(link, {"answer": "accept", "request_key": "second"}).text

    member = re.search(
        rf'href="({space}/members/[\w-]{{24}})">Change<span[^>]*> – Marc Demo',
        owner.open(f"{space}/members").page.text,
    )
    assert member is not None
    owner.post(member[1], {"former_role": "editor", "role": "administrator"})
    assert "Role of Marc Demo changed to Administrator" in guest.open(f"{space}/trail").text

    owner.post(f"{space}/leave", {})
    assert owner.path == "/spaces"
    assert owner.open(space).page.status_code == 404
    assert "Make another member administrator first" in guest.post(f"{space}/leave", {}).text
    guest.post(f"{space}/delete", {})
    assert "can be restored until" in guest.text


def test_a_withdrawn_invitation_cannot_be_accepted(
    stage: World, somebody: Callable[..., PlainBrowser]
) -> None:
    address = fresh_address()
    owner = somebody(COMPANY)
    space = created(owner)
    invite(owner, space, address)
    path = re.search(rf'action="({space}/invitations/[\w-]+/withdraw)"', owner.page.text)
    assert path is not None
    guest = somebody(GUEST)
    link = re.search(r'href="(/spaces/invitations/[^"]+)"', guest.page.text)
    assert link is not None
    owner.post(path[1], {})
    answer = guest.post(link[1], {"answer": "accept", "request_key": "one"})
    assert (answer.page.status_code, "has been withdrawn" in answer.text) == (410, True)
    owner.post(f"{space}/delete", {})
