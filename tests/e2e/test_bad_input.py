"""Whatever people and scripts send: a clear sentence, the right status, nothing lost or half-written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.files_to_send import identity_card, letter
from tests.e2e.journey import Upload, walk_to_identity
from tests.e2e.plain_browser import PlainBrowser, hold, person, to_identity, to_times
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

MARKUP = "<script>alert('x')</script><b>"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(4_000)


def test_without_consent_there_is_no_way_on(plain: PlainBrowser) -> None:
    plain.open("/book/").post("/book/login", {"way": "without"}).post("/book/welcome", {})
    assert plain.page.status_code == 422
    assert "Tick the box to go on" in plain.error_at("consent")
    assert plain.open("/book/subject").path == "/book/welcome"


@pytest.mark.parametrize("starts_at", ["2001-01-01T10:00:00+00:00", "2099-01-01T10:07:00+00:00", "soon", ""])
def test_a_time_that_was_never_offered_is_refused_and_others_are_shown(
    plain: PlainBrowser, starts_at: str
) -> None:
    hold(to_times(plain), starts_at)
    assert (plain.page.status_code, plain.path) == (422, "/book/time")
    assert "There is a problem" in plain.text
    assert plain.offered_times()


def test_a_hold_that_has_lapsed_says_so_and_keeps_what_was_typed(plain: PlainBrowser, stage: World) -> None:
    to_identity(plain, street="7, rue des Essais")
    plain.upload("/files/identity-copy", identity_card())
    stage.travel(minutes=11)
    plain.open("/book/review")
    assert plain.path == "/book/time"
    assert "no longer reserved" in plain.text
    hold(plain, plain.offered_times()[0])
    plain.open("/book/person")
    assert plain.value_of("street") == "7, rue des Essais"


@pytest.mark.parametrize("token", ["x", "A" * 64, "../../etc/passwd", "%ff", "A" * 2_000])
def test_a_forged_link_opens_nothing(plain: PlainBrowser, token: str) -> None:
    plain.open(f"/l/{token}")
    assert plain.page.status_code == 404
    assert plain.open("/appointment").path == "/link"
    assert plain.page.status_code == 403


def test_a_national_number_with_a_wrong_check_digit_is_named_at_its_field(plain: PlainBrowser) -> None:
    hold(to_times(plain), plain.offered_times()[0])
    plain.post("/book/person", person(national_number="1985032712345", first_name="Léa"))
    assert plain.page.status_code == 422
    assert "Check all 13 digits" in plain.error_at("national_number")
    assert (plain.value_of("national_number"), plain.value_of("first_name")) == ("1985032712345", "Léa")


def test_markup_in_every_field_is_text(plain: PlainBrowser) -> None:
    fields = ("first_name", "last_name", "birth_place", "street", "postal_code", "city", "email", "phone")
    hold(to_times(plain), plain.offered_times()[0])
    plain.post("/book/person", person(**dict.fromkeys(fields, MARKUP)))
    assert plain.page.status_code == 422
    assert MARKUP not in plain.page.text
    assert plain.value_of("street") == MARKUP


@pytest.mark.parametrize(
    ("upload", "status", "words"),
    [
        (Upload("invoice.pdf", "application/pdf", PROGRAM), 415, "This type of file is not accepted"),
        (Upload("card.png", "image/png", b"only text\n" * 50), 415, "This type of file is not accepted"),
        (letter("large.pdf", 21 * 1024 * 1024, "large"), 413, "The file is too large"),
        (letter("huge.pdf", 30_000_000, "huge"), 413, "The file is too large"),
        (Upload("empty.pdf", "application/pdf", b""), 422, "Choose a file with a copy"),
    ],
    ids=["a program", "a text", "21 MB", "30 MB", "empty"],
)
def test_an_identity_copy_that_is_none_is_refused_at_its_field(
    plain: PlainBrowser, upload: Upload, status: int, words: str
) -> None:
    to_identity(plain)
    plain.upload("/files/identity-copy", upload)
    assert plain.page.status_code == status
    assert words in plain.error_at("file")
    assert plain.open("/book/review").path == "/book/identity"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_browser_really_shows_why_a_file_was_refused(
    stage: World, new_context: Callable[..., BrowserContext], scripts: bool
) -> None:
    """It must have the whole answer before the connection closes, however much it still wanted to send."""
    page = new_context(locale="en-GB", java_script_enabled=scripts).new_page()
    walk_to_identity(page, stage.origin)
    for upload, words in (
        (letter("large.pdf", 21 * 1024 * 1024, "large"), "The file is too large"),
        (Upload("invoice.pdf", "application/pdf", PROGRAM), "This type of file is not accepted"),
    ):
        page.goto(f"{stage.origin}/book/identity")
        page.get_by_label("File").set_input_files(upload.chosen())
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_text(words).first).to_be_visible()


def test_a_refusal_is_in_the_readers_language(stage: World) -> None:
    with PlainBrowser(stage.origin, "de") as german:
        to_identity(german)
        german.upload("/files/identity-copy", Upload("bild.png", "image/png", PROGRAM))
        assert german.page.status_code == 415
        assert german.error_at("file")
        assert "not accepted" not in german.text


def test_an_upload_without_the_forms_token_is_refused(plain: PlainBrowser) -> None:
    to_identity(plain)
    plain.upload("/files/identity-copy", identity_card(), token="forged")
    assert plain.page.status_code == 403
    assert plain.open("/book/review").path == "/book/identity"


def test_a_mail_scanner_that_opens_the_link_changes_nothing(plain: PlainBrowser, stage: World) -> None:
    address = "scanned@example.lu"
    starts_at = datetime.fromisoformat(to_identity(plain, email=address))
    plain.upload("/files/identity-copy", identity_card())
    plain.open("/book/review").post("/book/review")
    link = stage.mailbox.wait_for(address)[0].link
    stage.travel_to(starts_at)
    with PlainBrowser(stage.origin) as scanner:
        for _ in range(3):
            scanner.open(link)
            assert "The waiting room is open" in scanner.text
    stage.travel_to(starts_at + timedelta(minutes=20))
    plain.open(link)
    assert "You need a new appointment" in plain.text
