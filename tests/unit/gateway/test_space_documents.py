"""Documents of a space, as its pages show them, over the real rules in memory."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from gateway.blueprints.files.checks import Checks
from gateway.forms.documents import FOLDER_CHOICES
from gateway.limits.table import PREVIEW
from services.contracts.space_documents import FOLDERS
from tests.documents.checks import FakeInspector, FakeScanner
from tests.unit.gateway import people
from tests.unit.gateway.shelf import OWN, PDF, PNG, Files, address_of, download_of, words
from tests.unit.gateway.shelf import files as files  # a fixture

spaces, lea, owner = people.spaces, people.lea, people.owner


# --- what is there ---


def test_an_empty_space_says_what_it_is_good_for(owner: Any) -> None:
    page = owner.get(OWN)
    assert "There are no documents here yet" in words(page)
    assert "0 byte of 200 MB used, 200 MB free" in words(page)
    assert f'href="{OWN}/add"' in page.text


def test_a_document_lies_in_its_folder_with_size_day_and_who_brought_it(owner: Any, files: Files) -> None:
    answer = files.bring(owner)
    assert (answer.status_code, answer.location) == (303, OWN)
    page = words(owner.get(OWN))
    assert "“letter.pdf” is uploaded." in page
    assert "Insurance (1) letter.pdf 80 kB · 23 November 2026 · Léa Muster Download" in page
    assert "80 kB of 200 MB used" in page


def test_what_is_stored_cannot_be_read_and_what_is_fetched_is_what_was_brought(
    owner: Any, files: Files
) -> None:
    files.bring(owner)
    (sealed,) = files.store.objects.values()
    assert b"content" not in sealed
    assert files.fetch(owner, download_of(owner, "letter.pdf")).data == PDF


def test_a_download_is_never_run_sniffed_or_kept(owner: Any, files: Files) -> None:
    files.bring(owner)
    files.bring(owner, PNG, "scan.png")
    for name in ("letter.pdf", "scan.png"):
        headers = files.fetch(owner, download_of(owner, name)).headers
        assert headers["Content-Disposition"].startswith(f'attachment; filename="{name}"')
        assert headers["Content-Security-Policy"].startswith("sandbox")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers["Cache-Control"]


# --- what it looks like ---


@pytest.fixture
def three_pages(files: Files, owner: Any) -> Any:
    """Its owner has a letter of three pages."""
    files.app.extensions["checks"] = Checks(FakeScanner(), FakeInspector(pages=3))
    files.bring(owner)
    return owner


def test_each_page_is_shown_on_the_documents_page(three_pages: Any) -> None:
    place, pictures = address_of(three_pages, "letter.pdf"), download_of(three_pages, "letter.pdf")
    first, second = three_pages.get(place).text, three_pages.get(f"{place}?page=2").text
    assert f'src="{pictures}/pages/1"' in first
    assert f'href="{place}?page=2"' in first
    assert f'src="{pictures}/pages/2"' in second
    assert three_pages.get(f"{place}?page=4").status_code == 404


def test_a_page_is_drawn_anew_and_never_run_sniffed_or_kept(files: Files, three_pages: Any) -> None:
    answer = files.fetch(three_pages, f"{download_of(three_pages, 'letter.pdf')}/pages/3")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/webp", PDF[:16])
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_nobody_else_sees_a_page_and_one_that_is_none_is_not_drawn(
    files: Files, three_pages: Any, world: Any
) -> None:
    pictures = f"{download_of(three_pages, 'letter.pdf')}/pages"
    assert files.fetch(world.browser(), f"{pictures}/1").status_code == 303
    stranger = people.logged_in(world, "tom")
    stranger.post("/space/open")
    assert files.fetch(stranger, f"{pictures}/1").status_code == 404
    assert [files.fetch(three_pages, f"{pictures}/{page}").status_code for page in (0, 4)] == [404, 404]


def test_who_asks_for_too_many_pages_waits(files: Files, three_pages: Any) -> None:
    page = f"{download_of(three_pages, 'letter.pdf')}/pages/1"
    answers = [files.fetch(three_pages, page).status_code for _ in range(PREVIEW.free + 1)]
    assert answers == [200] * PREVIEW.free + [429]


def test_what_has_no_pages_shows_none(files: Files, owner: Any) -> None:
    files.app.extensions["checks"] = Checks(FakeScanner(), FakeInspector(pages=0))
    files.bring(owner)
    assert "app-sheet" not in owner.get(address_of(owner, "letter.pdf")).text


def test_every_folder_has_words() -> None:
    assert tuple(code for code, _words in FOLDER_CHOICES) == FOLDERS


def test_no_address_of_the_private_space_names_its_person(world: Any, owner: Any, files: Files) -> None:
    files.bring(owner)
    (person,) = world.spaces.private
    for path in (OWN, f"{OWN}/add", address_of(owner, "letter.pdf")):
        assert person not in owner.get(path).text


# --- versions ---


def test_the_same_name_in_the_same_folder_becomes_a_version(owner: Any, files: Files) -> None:
    files.bring(owner)
    files.bring(owner, PDF + b"more")
    page = words(owner.get(OWN))
    assert "“letter.pdf” is uploaded as version 2." in page
    assert "Insurance (1) letter.pdf 80 kB · 23 November 2026 · Léa Muster · version 2" in page
    shown = words(owner.get(address_of(owner, "letter.pdf")))
    assert "Version 1 80 kB · 23 November 2026 · Léa Muster kept until Wednesday, 23 December 2026" in shown
    path = download_of(owner, "letter.pdf")
    assert files.fetch(owner, path).data == PDF + b"more"
    assert files.fetch(owner, f"{path}/1").data == PDF
    assert files.fetch(owner, f"{path}/7").status_code == 404


def test_the_same_name_in_another_folder_is_another_document(owner: Any, files: Files) -> None:
    files.bring(owner)
    files.bring(owner, folder="care")
    assert "version 2" not in words(owner.get(OWN))


def test_a_file_of_any_name_is_brought_as_a_version_of_a_document(owner: Any, files: Files) -> None:
    files.bring(owner)
    address = address_of(owner, "letter.pdf")
    way = re.search(r'href="([^"]+/add[?]document=[^"]+)"', owner.get(address).text)
    assert way
    page = owner.get(unescape(way[1]))
    assert "New version of “letter.pdf”" in words(page)
    assert 'name="name" value="letter.pdf"' in page.text
    assert 'name="folder" value="insurance"' in page.text
    files.bring(owner, PNG, "scan.png", name="letter.pdf")
    assert "letter.pdf 516 byte · 23 November 2026 · Léa Muster · version 2" in words(owner.get(OWN))
    named = files.fetch(owner, download_of(owner, "letter.pdf")).headers["Content-Disposition"]
    assert 'filename="letter.pdf.png"' in named  # says what it is, and opens as nothing else


def test_an_upload_tried_again_is_kept_once(owner: Any, files: Files) -> None:
    for _attempt in range(2):
        assert files.bring(owner, key="one", script=True).json["version"] == 1
    assert "version 2" not in words(owner.get(OWN))


# --- rename, move, delete ---


def changed(browser: Any, address: str, **form: str) -> Any:
    return browser.post(
        address, {"former_name": "letter.pdf", "name": "letter.pdf", "folder": "insurance", **form}
    )


def test_a_document_is_renamed_and_moved_at_once(owner: Any, files: Files) -> None:
    files.bring(owner)
    answer = changed(owner, address_of(owner, "letter.pdf"), name="invoice", folder="care")
    assert answer.location == OWN
    page = words(owner.get(OWN))
    assert "“invoice” lies in the folder “Long-term care insurance”." in page
    assert "Long-term care insurance (1) invoice 80 kB" in page
    named = files.fetch(owner, download_of(owner, "invoice")).headers["Content-Disposition"]
    assert 'filename="invoice.pdf"' in named


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "This entry is missing"), ("../letter.pdf", "leave out / and \\"), ("x" * 121, "is too long")],
)
def test_a_bad_name_is_told_at_its_field(owner: Any, files: Files, name: str, sentence: str) -> None:
    files.bring(owner)
    page = changed(owner, address_of(owner, "letter.pdf"), name=name)
    assert page.status_code == 422
    assert sentence in page.text
    assert 'href="#name"' in page.text
    assert address_of(owner, "letter.pdf")


def test_a_folder_that_does_not_exist_is_refused(owner: Any, files: Files) -> None:
    files.bring(owner)
    page = changed(owner, address_of(owner, "letter.pdf"), folder="elsewhere")
    assert page.status_code == 422
    assert 'href="#folder"' in page.text


def test_a_name_that_another_has_is_told_at_its_field(owner: Any, files: Files) -> None:
    files.bring(owner)
    files.bring(owner, filename="other.pdf")
    page = changed(owner, address_of(owner, "letter.pdf"), name="other.pdf")
    assert page.status_code == 409
    assert "a document named “other.pdf” in that folder already" in words(page)
    assert 'href="#name"' in page.text


def test_a_name_that_somebody_else_has_changed_meanwhile_stays(owner: Any, files: Files) -> None:
    files.bring(owner)
    address = address_of(owner, "letter.pdf")
    changed(owner, address, name="first.pdf")
    assert changed(owner, address, name="second.pdf").status_code == 409
    assert address_of(owner, "first.pdf")


def test_who_renames_what_is_in_the_bin_meanwhile_finds_it_there(owner: Any, files: Files) -> None:
    files.bring(owner)
    address = address_of(owner, "letter.pdf")
    owner.post(f"{address}/delete")
    answer = changed(owner, address, name="invoice")
    assert answer.location == address
    assert owner.get(address).location == f"{OWN}/bin"
    page = words(owner.get(f"{OWN}/bin"))
    assert "This does not exist, or not any more." in page
    assert "letter.pdf" in page


def test_a_name_is_text_wherever_it_is_shown(owner: Any, files: Files) -> None:
    files.bring(owner)
    address = address_of(owner, "letter.pdf")
    changed(owner, address, name="<b>bold</b>.pdf".replace("/", "∕"))
    pages = [owner.get(path).text for path in (OWN, address)]
    owner.post(f"{address}/delete")
    pages += [owner.get(path).text for path in (OWN, f"{OWN}/bin", f"{address}/erase")]
    for page in pages:
        assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in pages[0]


def test_what_is_deleted_lies_in_the_bin_and_comes_back(owner: Any, files: Files) -> None:
    files.bring(owner)
    address = address_of(owner, "letter.pdf")
    assert owner.post(f"{address}/delete").location == OWN
    assert "Bin (1)" in words(owner.get(OWN))
    assert owner.get(address).location == f"{OWN}/bin"
    assert "letter.pdf Insurance · 80 kB gone for good on Wednesday, 23 December 2026" in words(
        owner.get(f"{OWN}/bin")
    )
    assert owner.post(f"{address}/restore").location == OWN
    assert files.fetch(owner, download_of(owner, "letter.pdf")).data == PDF
    assert "The bin is empty" in words(owner.get(f"{OWN}/bin"))


def test_what_has_its_place_taken_stays_in_the_bin(owner: Any, files: Files) -> None:
    files.bring(owner)
    address = address_of(owner, "letter.pdf")
    owner.post(f"{address}/delete")
    files.bring(owner, PDF + b"another")
    assert owner.post(f"{address}/restore").location == f"{OWN}/bin"
    assert "a document named “letter.pdf” in that folder already" in words(owner.get(f"{OWN}/bin"))


def test_what_is_erased_is_asked_twice_and_gone_at_once(owner: Any, files: Files) -> None:
    files.bring(owner)
    address = address_of(owner, "letter.pdf")
    assert owner.get(f"{address}/erase").status_code == 404  # only out of the bin
    owner.post(f"{address}/delete")
    assert "Erase “letter.pdf” for good?" in words(owner.get(f"{address}/erase"))
    assert "80 kB of" in words(owner.get(f"{OWN}/bin"))
    for _click in range(2):
        assert owner.post(f"{address}/erase").location == f"{OWN}/bin"
    assert "0 byte of" in words(owner.get(f"{OWN}/bin"))
    assert (
        files.fetch(owner, address.replace("/spaces", "/files/spaces").replace("/documents", "")).status_code
        == 404
    )


def test_what_was_restored_meanwhile_is_not_erased(owner: Any, files: Files) -> None:
    files.bring(owner)
    address = address_of(owner, "letter.pdf")
    owner.post(f"{address}/delete")
    owner.post(f"{address}/restore")
    owner.post(f"{address}/erase")
    assert "Only what is in the bin can be erased" in words(owner.get(f"{OWN}/bin"))
    assert address_of(owner, "letter.pdf")


# --- who may what ---


@pytest.fixture
def company(lea: Any, files: Files) -> str:
    """Documents of a company's space, with one in them."""
    address = people.created(lea)
    files.bring(lea, to=address.rpartition("/")[2])
    return f"{address}/documents"


def test_a_reader_sees_and_downloads_and_finds_no_button_to_change(
    world: Any, lea: Any, files: Files, company: str
) -> None:
    tom = people.joined(world, lea, company.removesuffix("/documents"), role="reader")
    address = address_of(tom, "letter.pdf", company)
    assert files.fetch(tom, download_of(tom, "letter.pdf", company)).data == PDF
    for path in (company, address):
        assert "<form" not in tom.get(path).text.partition("<main")[2]
        assert "/add" not in tom.get(path).text
    assert tom.get(f"{company}/add").status_code == 403
    assert tom.get(f"{company}/bin").status_code == 403
    assert changed(tom, address, name="mine.pdf").status_code == 403
    for step in ("delete", "restore", "erase"):
        assert tom.post(f"{address}/{step}").status_code == 403
    refused = files.bring(tom, to=company.split("/")[2])
    assert refused.status_code == 403
    assert "You may not do this" in refused.text
    assert len(files.store.objects) == 1


def test_a_colleague_brings_a_version_under_his_own_name(
    world: Any, lea: Any, files: Files, company: str
) -> None:
    tom = people.joined(world, lea, company.removesuffix("/documents"), role="editor")
    files.bring(tom, PDF + b"more", to=company.split("/")[2])
    assert "Tom Beispiel · version 2" in words(lea.get(company))


def test_a_space_of_others_is_not_there(world: Any, lea: Any, files: Files, company: str) -> None:
    address, path = address_of(lea, "letter.pdf", company), download_of(lea, "letter.pdf", company)
    tom = people.logged_in(world, "tom")
    for page in (company, f"{company}/add", f"{company}/bin", address, f"{address}/erase"):
        assert tom.get(page).status_code == 404
    for step in ("", "/delete", "/restore", "/erase"):
        assert tom.post(address + step, {"name": "x", "folder": "other"}).status_code == 404
    assert files.fetch(tom, path).status_code == 404
    refused = files.bring(tom, to=company.split("/")[2])
    assert refused.status_code == 404
    assert len(files.store.objects) == 1


def test_a_deleted_space_shows_and_takes_nothing(lea: Any, files: Files, company: str) -> None:
    path = download_of(lea, "letter.pdf", company)
    space = company.removesuffix("/documents")
    lea.post(f"{space}/delete")
    assert lea.get(company).status_code == 403
    assert files.fetch(lea, path).status_code == 403
    assert files.bring(lea, filename="late.pdf", to=company.split("/")[2]).status_code == 403
    lea.post(f"{space}/restore")
    assert "late.pdf" not in words(lea.get(company))


def test_a_space_that_is_deleted_during_an_upload_keeps_nothing_of_it(
    lea: Any, files: Files, company: str
) -> None:
    space = company.removesuffix("/documents")
    files.store.meanwhile.append(lambda: lea.post(f"{space}/delete"))
    assert files.bring(lea, filename="late.pdf", to=company.split("/")[2]).status_code == 403
    lea.post(f"{space}/restore")
    assert "late.pdf" not in words(lea.get(company))


def test_who_is_logged_out_is_led_to_the_log_in_and_back(world: Any, files: Files) -> None:
    stranger = world.browser()
    path = "/files/spaces/private/some-document"
    assert files.fetch(stranger, path).location == "/login?next=%2Ffiles%2Fspaces%2Fprivate%2Fsome-document"
    assert files.bring(stranger).location == "/login?next=%2Fspaces%2Fprivate%2Fdocuments%2Fadd"
    refused = files.bring(stranger, script=True)
    assert (refused.status_code, refused.json["code"]) == (403, "FreshLoginNeeded")
