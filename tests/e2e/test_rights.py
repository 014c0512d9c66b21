"""All that is held on a person is told to him, and gone when he has left: held against the stores.

The person books, writes, uploads, makes a space, joins another; everything is found by words that nobody else
uses, in every database, in Redis and in both buckets.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any
from zipfile import ZipFile

import pytest

from deploy.dev.platform import Platform
from services.chassis.holdings import Subject
from services.chassis.mongo import uses_index
from services.contracts.document_rules import object_folder
from tests.architecture.test_holdings import TABLES
from tests.architecture.test_retention import KEYS
from tests.e2e.files_to_send import letter
from tests.e2e.mailbox import code_in, fresh_address
from tests.e2e.plain_browser import PlainBrowser, hold, person
from tests.e2e.raw_stores import RawStores
from tests.e2e.world import World
from tests.service_process import PATIENCE, eventually

pytestmark = pytest.mark.e2e

NEWCOMER, COMPANY, NUMBER, NATIONAL_NUMBER = "newcomer", "pro", "10000000000000000007", "1998020820651"
"""Inês Demo, and Nora Beispiel with a Pro certificate."""
STREET, TOWN, SPACE = "77, Zimtgaass", "Kiischtduerf", "Atelier Quetschen"
DOCUMENT = letter("Quetschekuch.pdf", 20_000, "plum cake")
KEPT_WITHOUT_CONTENT = {
    "mongo identity.persons",
    "mongo identity.proofs",
    "mongo identity.logins",
    "mongo spaces.spaces",
    "mongo booking.claims",
}
"""Where the person's id may still stand: two days beside digests, for a year in trails without content."""


@pytest.fixture
def raw(platform: Platform) -> Iterator[RawStores]:
    found = RawStores(platform)
    yield found
    found.close()


@pytest.fixture
def somebody(stage: World) -> Iterator[Callable[[str, str], PlainBrowser]]:
    """Open a browser of a person's own, logged in."""
    opened: list[PlainBrowser] = []

    def open_one(path: str, who: str) -> PlainBrowser:
        opened.append(PlainBrowser(stage.origin).log_in(path, who))
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.__exit__()


def registered(browser: PlainBrowser) -> str:
    """Registers unless somebody has before; the address that is proved from now on."""
    address = fresh_address()
    if browser.path == "/account/register":
        form = {"email": address, "national_number": NATIONAL_NUMBER, "request_key": fresh_address()}
        browser.post("/account/register", form)
    else:
        browser.log_in("/account/address", NEWCOMER)
        browser.post("/account/address", {"email": address, "request_key": fresh_address()})
    browser.post("/account/code", {"code": code_in(browser.mailbox, address)})
    return address


def fill_in_private_space(browser: PlainBrowser, address: str) -> None:
    if "/space/open" in browser.open("/space").page.text:
        browser.post("/space/open")
    browser.open("/space/data")
    typed = person(
        first_name="Inês",
        last_name="Demo",
        email=address,
        street=STREET,
        city=TOWN,
        national_number=NATIONAL_NUMBER,
    )
    browser.post("/space/data", typed | {"version": browser.value_of("version")})
    assert TOWN in browser.open("/space/data").page.text


def upload(browser: PlainBrowser) -> None:
    browser.open("/spaces/private/documents/add")
    fields = {
        "csrf_token": (None, browser.token),
        "request_key": (None, fresh_address()),
        "folder": (None, "insurance"),
        "document": (DOCUMENT.name, DOCUMENT.content, DOCUMENT.media_type),
    }
    browser.page = browser._http.post("/files/spaces/private", files=fields)
    assert DOCUMENT.name in browser.open("/spaces/private/documents").text


def book(browser: PlainBrowser, email: str) -> None:
    browser.open("/book/").post("/book/login", {"way": "with"}).post("/book/welcome", {"consent": "yes"})
    browser.post("/book/subject", {"subject": "information-documents"})
    browser.post("/book/kind", {"kind": "video-demo", "topic": ""})
    browser.open("/book/time?language=en")
    for starts_at in browser.offered_times()[::-1]:
        if hold(browser, starts_at).path == "/book/person":
            browser.post("/book/person", person(email=email, street=STREET, city=TOWN))
            assert browser.post("/book/review").path == "/book/done", browser.text
            return
    raise AssertionError("no time is free")


def make_space(browser: PlainBrowser) -> None:
    browser.open("/spaces/new").post("/spaces/new", {"name": SPACE, "request_key": fresh_address()})
    assert SPACE in browser.text


def companys_space(owner: PlainBrowser, newcomer: PlainBrowser, email: str, name: str) -> str:
    """Invited to it; the address of the space."""
    owner.open("/spaces/new").post("/spaces/new", {"name": name, "request_key": fresh_address()})
    space = owner.path
    form = {
        "name": "Inês Demo",
        "email": email,
        "number": NUMBER,
        "scope": "person",
        "role": "editor",
        "request_key": fresh_address(),
    }
    owner.open(f"{space}/members/invite").post(f"{space}/members/invite", form)
    return space


def accept(newcomer: PlainBrowser, space: str) -> None:
    link = re.search(
        rf'href="(/spaces/invitations/{space.split("/")[-1]}[^"]*)"', newcomer.open("/spaces").page.text
    )
    assert link is not None, newcomer.text
    newcomer.open(link[1]).post(link[1], {"answer": "accept", "request_key": fresh_address()})
    assert newcomer.path == space


def exported(browser: PlainBrowser) -> ZipFile:
    browser.log_in("/account/export", NEWCOMER).open("/account/export")
    browser.post("/files/export")
    assert browser.page.headers["content-type"] == "application/zip", browser.text
    archive = ZipFile(io.BytesIO(browser.page.content))
    assert archive.testzip() is None
    return archive


def records(archive: ZipFile, service: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(archive.read(f"{service}.json"))["records"]
    return found


def said(value: Any) -> Any:
    """A stored value as JSON has it."""
    return json.loads(json.dumps(value, default=lambda one: one.isoformat().replace("+00:00", "Z")))


def leave(browser: PlainBrowser) -> PlainBrowser:
    browser.log_in("/account/leave", NEWCOMER)
    assert "Erase your account?" in browser.text, browser.text
    browser.post("/account/leave")
    assert "is going to be erased" in browser.text
    return browser


def test_everything_is_told_then_kept_for_the_grace_then_gone(
    stage: World, raw: RawStores, somebody: Callable[[str, str], PlainBrowser]
) -> None:
    newcomer, owner = somebody("/space", NEWCOMER), somebody("/spaces", COMPANY)
    address, applicant = registered(newcomer), fresh_address()
    fill_in_private_space(newcomer, address)
    upload(newcomer)
    book(newcomer, applicant)
    make_space(newcomer)
    joined = companys_space(owner, newcomer, applicant, "Company one")
    accept(newcomer, joined)
    invited = companys_space(owner, newcomer, applicant, "Company two")
    words = (address, applicant, STREET, TOWN, SPACE, NUMBER, NATIONAL_NUMBER, "Inês")
    stage.mailbox.wait_for(applicant)
    (stored,) = raw.documents("identity.persons", {"address": address})
    person_id = stored["_id"]

    # --- what is told is what is held ---
    archive = exported(newcomer)
    told = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    index = told["index.html"]
    assert all(word in index for word in (address, applicant, STREET, TOWN, SPACE, NUMBER, NATIONAL_NUMBER))
    assert archive.read(f"documents/insurance/{DOCUMENT.name}") == DOCUMENT.content
    compare_with_stores(archive, raw, person_id, applicant)
    stage.mailbox.entitled(address, "Security of your account")

    # --- the search finds everything, so that finding nothing says something ---
    places = raw.places_of(*words)
    assert {
        "mongo identity.persons",
        "mongo identity.credentials",
        "mongo spaces.private_spaces",
        "mongo spaces.spaces",
        "mongo booking.claims",
    } <= places
    folder = object_folder("spaces", person_id)
    assert len(raw.objects("spaces", folder)) == 1
    assert raw.documents("spaces_keys.space_keys", {"_id": person_id})

    # --- until the grace ends he may stay, and everything is there ---
    leave(newcomer)
    back = somebody("/space", NEWCOMER)
    assert back.path == "/account/leaving"
    assert back.open("/spaces").path == "/account/leaving"
    assert "cancelled" in eventually(lambda: cancelled(raw, applicant))
    assert raw.places_of(*words) >= {place for place in places if place.startswith("mongo")}
    assert exported(back).read(f"documents/insurance/{DOCUMENT.name}") == DOCUMENT.content
    back.log_in("/account/leaving", NEWCOMER).post("/account/stay")
    assert "Your account stays" in back.text
    assert DOCUMENT.name in back.open("/spaces/private/documents").text
    assert TOWN in back.open("/space/data").page.text
    book(back, applicant)

    # --- then nothing is found any more ---
    leave(back)
    stage.travel(days=31)
    eventually(lambda: not raw.places_of(*words), 2 * PATIENCE, lambda: f"{raw.places_of(*words)}")
    assert raw.objects("spaces", folder) == []
    assert raw.documents("spaces_keys.space_keys", {"_id": person_id}) == []
    eventually(lambda: raw.places_of(person_id) <= KEPT_WITHOUT_CONTENT)
    stage.mailbox.entitled(address, "Your account with the CNS has been erased")
    assert "Nora Beispiel" in somebody(joined, COMPANY).text, "others keep what is theirs"
    assert somebody("/space", NEWCOMER).path == "/account/register", "who comes again begins anew"
    take_away(stage, raw, somebody("/spaces", COMPANY), joined, invited)


def take_away(stage: World, raw: RawStores, owner: PlainBrowser, *spaces: str) -> None:
    """For good: a person may make ten, and other tests need some of them."""
    for space in spaces:
        owner.open(space).post(f"{space}/delete", {})
    stage.travel(days=31)
    ids = [space.rpartition("/")[2] for space in spaces]
    eventually(
        lambda: not raw.documents("spaces.spaces", {"_id": {"$in": ids}, "members.0": {"$exists": True}})
    )


@pytest.mark.parametrize("service", TABLES)
def test_whatever_is_told_is_found_by_an_index(raw: RawStores, service: str) -> None:
    subject = Subject(person_id="p", numbers=("1",), appointment_ids=("a",), credential_ids=("c",))
    found = [(one.collection, query) for one in TABLES[service] for query in one.queries(subject)]
    assert found
    slow = [(name, query) for name, query in found if not uses_index(raw.mongo[service][name], query)]
    assert slow == []


def test_whoever_is_to_be_erased_or_told_of_again_is_found_by_an_index(raw: RawStores, stage: World) -> None:
    persons, deliveries = raw.mongo["identity"]["persons"], raw.mongo["notify"]["deliveries"]
    for name in ("gone_at", "erased_at", "tell_again_at"):
        assert uses_index(persons, {name: {"$lte": stage.now()}}), name
    assert uses_index(persons, {"erasing": {"$gt": ""}})
    assert uses_index(deliveries, {"recipient_hash": {"$in": ["hash"]}})


def test_every_collection_that_is_there_stands_in_a_table(raw: RawStores) -> None:
    known = {f"{service}.{one.collection}" for service, table in TABLES.items() for one in table}
    keys = {"media_keys.room_keys", "spaces_keys.space_keys"}
    assert raw.collections() <= known | keys


def test_every_key_that_is_there_stands_in_a_table_and_goes_in_its_time(raw: RawStores) -> None:
    found = raw.keys()
    rows = {key: [row for row in KEYS if fnmatchcase(key, row.pattern)] for key in found}
    assert [key for key, those in rows.items() if not those] == []
    late = [key for key, those in rows.items() if not any(_goes(found[key], row.lasts) for row in those)]
    assert late == []
    assert {"gateway:session:*"} <= {row.pattern for those in rows.values() for row in those}


def _goes(left: int, lasts: int | None) -> bool:
    """-2: it went a moment ago."""
    return left == -2 or lasts is None or 0 <= left <= lasts


def cancelled(raw: RawStores, applicant: str) -> str:
    found = raw.documents("booking.claims", {"details.applicant.email": applicant})
    return "cancelled" if {claim["state"] for claim in found} == {"cancelled"} else ""


def compare_with_stores(archive: ZipFile, raw: RawStores, person_id: str, applicant: str) -> None:
    """Each record holds what the stored document holds."""
    identity, booking = records(archive, "identity"), records(archive, "booking")
    spaces, mails = records(archive, "spaces"), records(archive, "notify")
    (stored,) = raw.documents("identity.persons", {"_id": person_id})
    assert identity["person"][0]["address"] == stored["address"]
    assert identity["trail"] == said(stored["trail"])
    assert identity["trail"][-1]["what"] == "exported"
    credentials = raw.documents("identity.credentials", {"person_id": person_id})
    assert identity["credentials"] == [
        said({k: v for k, v in one.items() if k != "_id"}) for one in credentials
    ]
    claims = raw.documents("booking.claims", {"person_id": person_id})
    assert len(booking["appointments"]) == len(claims) > 0
    for claim in claims:
        (told,) = [one for one in booking["appointments"] if one["appointment_id"] == claim["appointment_id"]]
        assert {name: told[name] for name in ("details", "trail", "state")} == said(
            {name: claim[name] for name in ("details", "trail", "state")}
        )
    (own,) = raw.documents("spaces.private_spaces", {"_id": person_id})
    assert spaces["private_space"][0]["data"] == said(own["data"])
    assert spaces["data_changes"] == said(own["changes"])
    assert sorted(one["space"]["name"] for one in spaces["memberships"]) == [SPACE, "Company one"]
    assert [one["space"]["name"] for one in spaces["invitations"]] == ["Company two"]
    assert [one["name"] for one in spaces["documents"]] == [DOCUMENT.name]
    about = [claim["appointment_id"] for claim in claims]
    sent = raw.documents("notify.deliveries", {"appointment_id": {"$in": about}})
    assert {(one["kind"], one["appointment_id"]) for one in sent} <= {
        (one["kind"], one.get("appointment_id")) for one in mails["mails"]
    }
    assert records(archive, "sessions")["sessions"]
