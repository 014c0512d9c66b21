"""Uploads into a space that go wrong: each is told in words, and nothing of it is left."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Semaphore
from typing import Any

import pytest

from gateway.blueprints.files import posting
from gateway.blueprints.files.checks import Checks
from gateway.blueprints.files.multipart import FileUpload
from gateway.errors import sentence_of
from gateway.inspection.client import Source, Verdict
from gateway.limits.turns import Turns
from services.contracts.document_errors import DocumentRefused, SentTooSlowly
from services.contracts.document_rules import REFUSALS
from services.contracts.errors import ServiceUnavailable
from services.contracts.space_documents import AbandonSpaceUpload, GrantSpaceUpload
from tests.documents.checks import FakeInspector, FakeScanner, passing
from tests.unit.gateway import people
from tests.unit.gateway.shelf import AT_HOME, OWN, PDF, PNG, Files, address_of, words
from tests.unit.gateway.shelf import files as files  # a fixture
from tests.unit.gateway_room.bodies import CONTENT_TYPE, TAIL, body

spaces, lea, owner = people.spaces, people.lea, people.owner


@pytest.fixture
def small_quota(world: Any) -> None:
    """A space has room for one letter, not for two."""
    service, quota = world.spaces.service, len(PDF) + 50_000
    rules = replace(service.spaces.documents.rules, quota=quota)
    documents = replace(service.spaces.documents, rules=rules)
    service.spaces = replace(service.spaces, documents=documents)


def nothing_is_kept(browser: Any, files: Files) -> bool:
    page = words(browser.get(OWN))
    return not files.store.objects and "no documents here yet" in page and page.count("0 byte of") == 1


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
    form = f"{OWN}/add?folder={folder}" if folder else f"{OWN}/add"
    assert (answer.status_code, answer.location) == (303, form)
    page = owner.get(form)
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


class SlowInspector(FakeInspector):
    """Each document takes until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.goes_on = Semaphore(0), Event()

    def examine(self, media_type: str, source: Source) -> Verdict:
        self.begun.release()
        self.goes_on.wait(60)
        return super().examine(media_type, source)


def test_one_person_does_not_take_the_places_of_all_others(owner: Any, files: Files) -> None:
    """However slowly he sends; the one too many is refused before anything of it is read."""
    inspector = SlowInspector()
    files.app.extensions["checks"] = Checks(FakeScanner(), inspector, turns=Turns(4, 4, 60.0))
    with ThreadPoolExecutor(4) as browsers:
        coming = [browsers.submit(files.bring, owner, key=f"key-{n}") for n in range(4)]
        begun = [inspector.begun.acquire(timeout=60) for _ in coming]
        refused = files.bring(owner, key="key-5").status_code if all(begun) else 0
        inspector.goes_on.set()
        assert refused == 429
        assert [answer.result().status_code for answer in coming] == [303] * 4
    assert files.bring(owner, key="key-5").status_code == 303


class Stalls(FileUpload):
    """A piece of it comes, then too little."""

    def chunks(self) -> Iterator[bytes]:
        yield next(super().chunks())
        raise SentTooSlowly

    def drain(self, limit: int) -> None:
        raise SentTooSlowly


@pytest.mark.parametrize("script", [False, True], ids=["form", "script"])
def test_what_comes_too_slowly_is_told_and_leaves_nothing(
    world: Any, owner: Any, files: Files, script: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "FileUpload", Stalls)
    answer = files.bring(owner, script=script)
    told = answer.json["title"] if script else words(owner.get(f"{OWN}/add"))
    assert (answer.status_code, "came in too slowly" in told) == (422 if script else 303, True)
    assert world.bus.times(AbandonSpaceUpload) == 1
    assert nothing_is_kept(owner, files)


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


def test_a_version_of_what_was_renamed_meanwhile_is_told_and_makes_no_other_document(
    owner: Any, files: Files
) -> None:
    files.bring(owner)
    document = address_of(owner, "letter.pdf")
    owner.post(document, {"name": "Notice.pdf", "folder": "insurance", "former_name": "letter.pdf"})
    asked_for = f"document={document.rpartition('/')[2]}"
    answer = files.bring(owner, PNG, "scan.png", to=f"private?{asked_for}", name="letter.pdf")
    assert answer.location == f"{OWN}/add?folder=insurance&{asked_for}"
    page = words(owner.get(answer.location))
    assert "This has changed in the meantime." in page
    assert "New version of “Notice.pdf”" in page
    assert len(files.store.objects) == 1
    assert files.bring(owner, PNG, "scan.png", to=f"private?{asked_for}", name="Notice.pdf").location == OWN
    assert "version 2" in words(owner.get(OWN))


def nothing_is_listed(browser: Any) -> bool:
    page = words(browser.get(OWN))
    return "no documents here yet" in page and page.count("0 byte of") == 1


@pytest.mark.parametrize("reason", REFUSALS)
@pytest.mark.parametrize("script", [False, True])
def test_why_a_document_is_refused_is_told_and_nothing_is_left(
    owner: Any, files: Files, reason: str, script: bool
) -> None:
    refusal = DocumentRefused(reason)
    files.app.extensions["checks"] = Checks(FakeScanner(), FakeInspector(refusal=refusal))
    refused = files.bring(owner, script=script)
    with files.app.test_request_context():
        sentence = sentence_of(refusal)
    told = refused.json["title"] if script else words(owner.get(refused.location))
    assert sentence in told
    files.app.extensions["checks"] = passing()
    assert nothing_is_listed(owner)


@pytest.mark.parametrize("part", ["scanner", "inspector"])
def test_while_a_check_is_away_nothing_is_taken_and_it_may_be_tried_again(
    owner: Any, files: Files, part: str
) -> None:
    away = ServiceUnavailable(part)
    checks = {
        "scanner": Checks(FakeScanner(away=away), FakeInspector()),
        "inspector": Checks(FakeScanner(), FakeInspector(refusal=away)),
    }
    files.app.extensions["checks"] = checks[part]
    refused = files.bring(owner)
    assert "Files cannot be checked at the moment" in words(owner.get(refused.location))
    scripted = files.bring(owner, script=True)
    assert (scripted.status_code, scripted.json["retryable"]) == (503, True)
    assert nothing_is_listed(owner)
    files.app.extensions["checks"] = passing()
    assert "is uploaded" in words(owner.get(files.bring(owner).location))
