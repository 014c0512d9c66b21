"""Documents of a space over the real rules in memory: the pages, and the entry that moves their bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from gateway.blueprints.files import spaces as entry
from gateway.forms.documents import FOLDER_CHOICES
from services.chassis.vault.objects import ObjectMissing, ObjectStoreDown
from services.contracts.space_documents import FOLDERS, AbandonSpaceUpload, GrantSpaceUpload
from tests.unit.gateway import test_spaces as people
from tests.unit.gateway.conftest import make_world
from tests.unit.gateway_room.bodies import CONTENT_TYPE, TAIL, body

spaces, lea = people.spaces, people.lea

OWN = "/spaces/private/documents"
PDF = b"%PDF-1.7\n" + b"content " * 10_000
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(500)
AT_HOME = "https://localhost"
SCRIPT = {"Sec-Fetch-Dest": "empty"}


class FakeStore:
    """Objects in a dictionary; like S3, a body that breaks off stores nothing."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.is_down = False
        self.meanwhile: list[Callable[[], None]] = []
        """What others do while the next one is being stored."""

    def put(self, name: str, sealed: Iterator[bytes], size: int) -> None:
        if self.is_down:
            raise ObjectStoreDown
        if self.meanwhile:
            self.meanwhile.pop()()
        stored = b"".join(sealed)
        assert len(stored) == size
        self.objects[name] = stored

    def get(self, name: str) -> Iterator[bytes]:
        if name not in self.objects:
            raise ObjectMissing
        return iter([self.objects[name]])


class Files:
    """The files entry over the same sessions and services."""

    def __init__(self, world: Any) -> None:
        self.app, self.store = make_world("files").app, FakeStore()
        self.app.extensions["runtime"] = world.app.extensions["runtime"]
        self.app.session_interface = world.app.session_interface
        self.app.extensions[entry.OBJECTS] = self.store

    def bring(
        self,
        browser: Any,
        content: bytes = PDF,
        filename: str = "letter.pdf",
        *,
        to: str = "private",
        folder: str = "insurance",
        key: str = "",
        name: str = "",
        script: bool = False,
        token: str = "",
        cut: int = 0,
    ) -> Any:
        """Send the form of the page; `cut` bytes of the body never come."""
        fields = {
            "csrf_token": token or browser._token(),
            "request_key": key or f"key of {filename} {len(content)}",
            "folder": folder,
            "name": name,
        }
        data = body(content, filename, fields)
        headers = {"Sec-Fetch-Site": "same-origin", **(SCRIPT if script else {})}
        length = {"Content-Length": str(len(data))} if cut else {}
        return self._client(browser).post(
            f"/files/spaces/{to}",
            base_url=AT_HOME,
            data=data[: len(data) - cut],
            content_type=CONTENT_TYPE,
            headers=headers | length,
        )

    def fetch(self, browser: Any, path: str, **options: Any) -> Any:
        return self._client(browser).get(path, base_url=AT_HOME, **options)

    def _client(self, browser: Any) -> Any:
        client, cookie = self.app.test_client(), browser.client.get_cookie("__Host-sid")
        if cookie:
            client.set_cookie("__Host-sid", cookie.value, domain="localhost")
        return client


@pytest.fixture
def files(world: Any) -> Files:
    return Files(world)


@pytest.fixture
def owner(lea: Any) -> Any:
    """Has a private space."""
    lea.post("/space/open")
    return lea


@pytest.fixture
def small_quota(world: Any) -> None:
    """A space has room for one letter, not for two."""
    service, quota = world.spaces.service, len(PDF) + 50_000
    rules = replace(service.spaces.documents.rules, quota=quota)
    documents = replace(service.spaces.documents, rules=rules)
    service.spaces = replace(service.spaces, documents=documents)


def words(page: Any) -> str:
    """What a person reads, from the heading on."""
    main = page.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def address_of(browser: Any, name: str, listed_at: str = OWN) -> str:
    """The page of one document."""
    found = re.search(
        rf'href="({re.escape(listed_at)}/[^"/]+)">{re.escape(name)}<', browser.get(listed_at).text
    )
    assert found, f"{name} is not listed"
    return found[1]


def download_of(browser: Any, name: str, listed_at: str = OWN) -> str:
    space = listed_at.removesuffix("/documents").removeprefix("/spaces")
    return f"/files/spaces{space}/{address_of(browser, name, listed_at).rpartition('/')[2]}"


def nothing_is_kept(browser: Any, files: Files) -> bool:
    page = words(browser.get(OWN))
    return not files.store.objects and "no documents here yet" in page and page.count("0 B of") == 1


# --- what is there ---


def test_an_empty_space_says_what_it_is_good_for(owner: Any) -> None:
    page = owner.get(OWN)
    assert "There are no documents here yet" in words(page)
    assert "0 B of 209.7 MB used, 209.7 MB free" in words(page)
    assert f'href="{OWN}/add"' in page.text


def test_a_document_lies_in_its_folder_with_size_day_and_who_brought_it(owner: Any, files: Files) -> None:
    answer = files.bring(owner)
    assert (answer.status_code, answer.location) == (303, OWN)
    page = words(owner.get(OWN))
    assert "“letter.pdf” is uploaded." in page
    assert "Insurance (1) letter.pdf 80 kB · 23 November 2026 · Léa Muster Download" in page
    assert "80 kB of 209.7 MB used" in page


def test_what_is_stored_cannot_be_read_and_what_is_fetched_is_what_was_brought(
    owner: Any, files: Files
) -> None:
    files.bring(owner)
    (sealed,) = files.store.objects.values()
    assert b"content" not in sealed
    assert files.fetch(owner, download_of(owner, "letter.pdf")).data == PDF


def test_a_download_is_never_run_sniffed_or_kept(owner: Any, files: Files) -> None:
    files.bring(owner)
    path = download_of(owner, "letter.pdf")
    for query in ("", "?inline"):
        headers = files.fetch(owner, path + query).headers
        assert headers["Content-Disposition"].startswith('attachment; filename="letter.pdf"')
        assert headers["Content-Security-Policy"].startswith("sandbox")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers["Cache-Control"]


def test_a_picture_is_shown_on_its_page(owner: Any, files: Files) -> None:
    files.bring(owner, PNG, "scan.png")
    path = f"{download_of(owner, 'scan.png')}?inline"
    assert f'src="{path}"' in owner.get(address_of(owner, "scan.png")).text
    assert files.fetch(owner, path).headers["Content-Disposition"].startswith("inline")


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
    assert "letter.pdf 516 B · 23 November 2026 · Léa Muster · version 2" in words(owner.get(OWN))
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
    assert "0 B of" in words(owner.get(f"{OWN}/bin"))
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


# --- uploads that go wrong ---


@pytest.mark.parametrize(
    ("content", "filename", "folder", "sentence"),
    [
        (b"", "", "insurance", "Choose a file."),
        (b"", "empty.pdf", "insurance", "The file is empty."),
        (b"MZ\x90\x00" + bytes(2_000), "invoice.pdf", "insurance", "This type of file is not accepted."),
        (PDF, "../letter.pdf", "insurance", "leave out / and \\"),
        (PDF, "..\\letter.pdf", "insurance", "leave out / and \\"),
        (PDF, "x" * 200 + ".pdf", "insurance", "too long"),
        (PDF, "letter.pdf", "elsewhere", "Choose a folder."),
        (PDF, "letter.pdf", "", "Choose a folder."),
        (PDF + bytes(20 * 1024 * 1024), "large.pdf", "insurance", "The file is too large."),
    ],
    ids=[
        "none",
        "empty",
        "program",
        "path",
        "windows-path",
        "long-name",
        "no-such-folder",
        "no-folder",
        "large",
    ],
)
def test_what_cannot_be_taken_is_told_on_the_form_and_leaves_nothing(
    owner: Any, files: Files, content: bytes, filename: str, folder: str, sentence: str
) -> None:
    answer = files.bring(owner, content, filename, folder=folder)
    assert (answer.status_code, answer.location) == (
        303,
        f"{OWN}/add" + (f"?folder={folder}" if folder else ""),
    )
    page = owner.get(answer.location)
    assert sentence in words(page)
    field = "folder" if "folder." in sentence else "document"
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text
    assert f'id="{field}-error"' not in owner.get(f"{OWN}/add").text  # told once
    assert nothing_is_kept(owner, files)


def test_a_script_is_told_the_same_as_a_problem_document(owner: Any, files: Files) -> None:
    refused = files.bring(owner, b"", "empty.pdf", script=True)
    assert (refused.status_code, refused.json["title"]) == (422, "The file is empty.")
    told = files.bring(owner, script=True)
    assert (told.status_code, told.json["told"]) == (201, "uploaded")
    assert "is uploaded" not in words(owner.get(OWN))  # the script has said so


def test_a_forged_token_brings_nothing(owner: Any, files: Files) -> None:
    refused = files.bring(owner, token="forged")
    assert refused.status_code == 403
    assert "open for too long" in refused.text
    assert nothing_is_kept(owner, files)


def test_a_post_from_another_site_brings_nothing(owner: Any, files: Files) -> None:
    data = body(PDF, fields={"csrf_token": owner._token(), "folder": "insurance", "request_key": "key"})
    answer = files._client(owner).post(
        "/files/spaces/private",
        base_url=AT_HOME,
        data=data,
        content_type=CONTENT_TYPE,
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert nothing_is_kept(owner, files)


def test_an_upload_that_breaks_off_leaves_nothing(world: Any, owner: Any, files: Files) -> None:
    answer = files.bring(owner, cut=len(TAIL) + 30_000)
    assert answer.status_code == 422
    assert world.bus.times(AbandonSpaceUpload) == 1
    assert nothing_is_kept(owner, files)


def test_a_store_that_is_down_is_told_and_leaves_nothing(world: Any, owner: Any, files: Files) -> None:
    files.store.is_down = True
    assert files.bring(owner).location.startswith(f"{OWN}/add?")
    assert "does not answer at the moment" in words(owner.get(f"{OWN}/add"))
    assert nothing_is_kept(owner, files)


def test_two_uploads_at_once_that_do_not_fit_together_get_each_its_own_answer(
    owner: Any, files: Files, small_quota: None
) -> None:
    """The first is granted and on its way when the second asks: what is under way counts."""
    others: list[Any] = []
    files.store.meanwhile.append(
        lambda: others.append(files.bring(owner, filename="second.pdf", key="2", script=True))
    )
    first = files.bring(owner, key="1", script=True)
    assert first.status_code == 201
    (second,) = others
    assert (second.status_code, second.json["code"]) == (409, "QuotaExceeded")
    assert "50 kB are free" in second.json["title"]
    assert len(files.store.objects) == 1
    assert "Insurance (1) letter.pdf" in words(owner.get(OWN))


def test_a_grant_is_asked_for_before_the_bytes_are_read(world: Any, owner: Any, files: Files) -> None:
    files.bring(owner)
    (grant,) = [asked for asked in world.bus.asked if isinstance(asked, GrantSpaceUpload)]
    assert (grant.name, grant.size, grant.folder) == ("letter.pdf", len(PDF), "insurance")
