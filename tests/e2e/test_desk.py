"""The back office's side, through the whole platform and without scripts: a caller's booking, an absence."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser, person
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = pytest.mark.e2e

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
AGENTS = {"Emma Demo": "agent-emma", "Felix Demo": "agent-felix"}
"""Those of the calendar with office hours, where nobody else works."""


@pytest.fixture
def staff(stage: World) -> Iterator[Callable[[str], PlainBrowser]]:
    """Open a browser in which a member of staff has logged in."""
    opened: list[PlainBrowser] = []

    def open_one(name: str) -> PlainBrowser:
        opened.append(PlainBrowser(stage.origin))
        return opened[-1].log_in("/console/", name)

    yield open_one
    for browser in opened:
        browser.__exit__()


def _to_review(
    desk: PlainBrowser, kind: str, subject: str = "information-documents", topic: str = "", **changed: str
) -> datetime:
    """As far as the last click, with the last free time of a week; returns its start.

    Three weeks ahead nobody else books here, so both agents are free.
    """
    desk.open("/console/book/").post("/console/book/", {"matter": f"{subject}/{kind}", "topic": topic})
    week = (datetime.now(LUXEMBOURG) + timedelta(weeks=3)).date()
    desk.open(f"/console/book/time?language=fr&week={week}")
    starts_at = desk.offered_times()[-1]
    choice = {"language": "fr", "starts_at": starts_at, "page_key": desk.value_of("page_key")}
    desk.post("/console/book/time", choice)
    desk.post("/console/book/person", person(consent="yes", mail_language="fr", **changed))
    assert desk.path == "/console/book/review", desk.text
    return datetime.fromisoformat(starts_at)


def _letter(desk: PlainBrowser) -> str:
    """The words of the printed confirmation."""
    answer = desk.open(f"{desk.path}letter.pdf").page
    assert answer.headers["content-type"] == "application/pdf"
    pages = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    words = " ".join(page.get_textpage().get_text_range() for page in pages)
    # The reader takes a hyphen at the end of a line for one that divides a word; here it is part of the link.
    return " ".join(words.replace("\ufffe", "- ").split())


def test_who_calls_and_has_no_address_gets_a_letter_with_the_link(
    stage: World, staff: Callable[[str], PlainBrowser], plain: PlainBrowser
) -> None:
    desk = staff("Hanna Demo")
    _to_review(desk, "video-demo", email="")
    second = desk.twin()
    desk.post("/console/book/review")
    page = desk.path
    assert second.post("/console/book/review").path == page, "the second click finds the same"
    second.__exit__()
    assert "Print the confirmation and send it by post" in desk.text
    eventually(lambda: "no e-mail address: to be printed" in desk.open(page).text)

    letter = _letter(desk)
    assert "Votre rendez-vous est confirmé" in letter
    assert "1, rue de l'Exemple 1111 Luxembourg" in letter
    printed = re.search(rf"{re.escape(stage.origin)}/l/([\w -]+?) Le lien est personnel", letter)
    assert printed is not None
    link = f"/l/{printed[1].replace(' ', '')}"
    eventually(lambda: plain.open(link).path == "/appointment")

    assert "rue de l" not in desk.open("/console/book/").text, "nothing of him is there for the next caller"


@contextmanager
def _absent(planner: PlainBrowser, agent: str, day: str) -> Iterator[str]:
    """Make an agent absent for a day; yields what the preview said, takes the absence back in the end."""
    address = f"/console/calendars/agent/{AGENTS[agent]}/absence"
    planner.open(address).post(address, {"first": day, "first_time": "", "last": day, "last_time": ""})
    said = planner.text
    _make(planner)
    try:
        yield said
    finally:
        ends = re.findall(r'action="(/console/calendars/absences/[\w-]+/end)"', _row_of(planner, agent))
        planner.post(ends[-1])
        _make(planner)


def _make(planner: PlainBrowser) -> None:
    assert planner.path == "/console/calendars/preview", planner.text
    shown = {name: planner.value_of(name) for name in ("key", "revision", "digest")}
    planner.post("/console/calendars/apply", shown)
    assert "The change is made" in planner.text


def _row_of(planner: PlainBrowser, agent: str) -> str:
    rows = planner.open("/console/calendars/").page.text.split("<tr>")
    return next(row for row in rows if agent in row)


def test_an_absence_is_taken_over_by_a_colleague_and_else_the_citizen_is_asked(
    stage: World, staff: Callable[[str], PlainBrowser]
) -> None:
    planner, email = staff("Sam Demo"), fresh_address()
    starts_at = _to_review(planner, "video", email=email)
    page = planner.post("/console/book/review").path
    assert stage.mailbox.wait_for(email)
    first = next(name for name in AGENTS if name in planner.open(page).text)
    other = next(name for name in AGENTS if name != first)
    day = starts_at.astimezone(LUXEMBOURG).date().isoformat()

    with _absent(planner, first, day) as said:
        assert f"taken over by {other}" in said
        eventually(lambda: "given to another agent" in planner.open(page).text)
        assert other in planner.text
        with _absent(planner, other, day) as said:
            assert "the citizen is asked to choose" in said
            eventually(lambda: page in planner.open("/console/displaced/").page.text)
            assert "+352621123456" in planner.text
            eventually(lambda: "Request to choose another time – sent" in planner.open(page).text)
        eventually(lambda: page not in planner.open("/console/displaced/").page.text)
    assert "stands after all" in planner.open(page).text


def _typed(place: str, lb: str, fr: str, de: str, en: str) -> dict[str, str]:
    return {f"{place}-lb": lb, f"{place}-fr": fr, f"{place}-de": de, f"{place}-en": en}


_PENSIONS = {
    "code": "pensions",
    "position": "900",
    "by_video": "yes",
    "kinds": "video-demo",
    **_typed("name", "Pensioun", "Pensions", "Rente & Ruhestand", "Retirement"),
    "topic-0-code": "survivors",
    **_typed("topic-0", "Hannerbliwwener", "Survivants", "Hinterbliebene", "Survivors"),
}


def test_a_new_subject_is_shown_to_citizens_by_its_name(
    stage: World, staff: Callable[[str], PlainBrowser]
) -> None:
    planner, address = staff("Sam Demo"), "/console/calendars/subject/"
    planner.open(address).post(address, {**_PENSIONS, "name-de": ""})
    assert planner.error_at("name-de") == "Error: This entry is missing."
    _make(planner.post(address, _PENSIONS))
    edited = planner.open(f"{address}pensions")
    assert [edited.value_of(name) for name in _PENSIONS if name.startswith(("name", "topic"))] == [
        text for name, text in _PENSIONS.items() if name.startswith(("name", "topic"))
    ]

    with PlainBrowser(stage.origin, language="de") as citizen:
        citizen.open("/book/").post("/book/login", {"way": "without"})
        citizen.post("/book/welcome", {"consent": "yes"})
        assert "Rente & Ruhestand" in citizen.open("/book/subject").text
        citizen.post("/book/subject", {"subject": "pensions"})
        assert "Hinterbliebene" in citizen.text
        assert "Demonstration: Videosprechstunde zu jeder Stunde, 20 Minuten" in citizen.text

    _to_review(planner, "video-demo", "pensions", "survivors", email=fresh_address())
    assert "Retirement – Survivors" in planner.text
    planner.post("/console/book/review")
    assert "Retirement · Survivors" in planner.text
    assert "Pensions – Survivants" in _letter(planner)
