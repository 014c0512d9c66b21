"""Markup in whatever people may type is shown as they typed it, on every page and in the mail."""

from __future__ import annotations

import html

import pytest

from services.chassis.ids import new_id
from tests.e2e.files_to_send import identity_card
from tests.e2e.journey import BORN, Upload
from tests.e2e.plain_browser import PlainBrowser, person, to_identity
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

FIRST, LAST = "<i>Léa</i>", "<img src=x onerror=a()>"
TOWN, STREET = "<b>Esch", "1 <svg onload=a()>"
CHILD = "<u>Noé</u>"
FILE = "<img src=y onerror=b()>.png"
TYPED = {"first_name": FIRST, "last_name": LAST, "city": TOWN, "street": STREET, "birth_place": TOWN}


def _is_text(source: str, *markup: str) -> None:
    """All of it is there, and none of it as markup."""
    for piece in markup:
        assert piece not in source
        assert piece in html.unescape(source)


@pytest.fixture
def email(plain: PlainBrowser) -> str:
    """Somebody with such a name has booked for a child with such a name, with such a file."""
    address = f"{new_id().lower()}@example.lu"
    born = {f"birth_date-{part}": text for part, text in BORN.items()}
    child = {
        "first_name": CHILD,
        "last_name": LAST,
        "birth_place": TOWN,
        "national_number": "",
        "speaks": "no",
    }
    to_identity(plain, child | born, for_whom="another", email=address, **TYPED)
    card = identity_card()
    plain.upload("/files/identity-copy", Upload(FILE, card.media_type, card.content))
    _is_text(plain.page.text, FILE)
    return address


def test_in_the_booking_and_its_mail(plain: PlainBrowser, stage: World, email: str) -> None:
    plain.open("/book/review")
    _is_text(plain.page.text, FIRST, LAST, CHILD, TOWN, STREET, FILE)
    plain.post("/book/review")
    assert plain.path == "/book/done"
    (mail,) = stage.mailbox.wait_for(email)
    _is_text(mail.html, FIRST, LAST)
    assert FIRST in mail.text


def test_in_the_console(plain: PlainBrowser, stage: World, email: str) -> None:
    plain.open("/book/review").post("/book/review")
    (mail,) = stage.mailbox.wait_for(email)
    stage.travel_to(mail.event["DTSTART"].dt)
    room = f"/console/rooms/{stage.stores.appointment_of(email)}"
    with PlainBrowser(stage.origin) as desk:
        desk.log_in("/console/", "Anna Demo")
        _is_text(desk.page.text, FIRST, LAST, CHILD)
        desk.open(room).post(f"{room}/join")
        _is_text(desk.page.text, FIRST, LAST, CHILD, TOWN, STREET)


def test_in_the_private_space(plain: PlainBrowser) -> None:
    plain.log_in("/space", "Marie-Louise Muster-Demo").open("/space")
    plain.post("/space/open").open("/space/data")
    plain.post("/space/data", person(version=plain.value_of("version"), **TYPED))
    assert (plain.page.status_code, plain.path) == (200, "/space")
    _is_text(plain.page.text, *TYPED.values())
    _is_text(plain.open("/space/data").page.text, *TYPED.values())
