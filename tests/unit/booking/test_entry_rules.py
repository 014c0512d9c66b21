"""Everything that the back office may mistype has an error of its own, named after its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.booking import entry_rules
from services.booking.domain.catalogue import Absence, Calendar, Subject
from services.booking.domain.change import with_entry
from services.contracts import calendars as contract
from services.contracts.errors import InvalidField
from tests.unit.booking.builders import EIGHT, agent, catalogue

CALENDAR = contract.CalendarEntry(
    code="night",
    zone="Europe/Luxembourg",
    hours=(("08:30-11:30", "13:00-16:00"),) * 5 + ((), ()),
    minutes=20,
    pause_minutes=0,
    notice_minutes=60,
    horizon_days=42,
    closures=(),
    holidays_of="LU",
)
AGENT = contract.AgentEntry(agent_id="agent-n", name="Nora Demo", calendar="office", languages=("fr",))
NAMES = {"lb": "Pensioun", "fr": "Pensions", "de": "Rente", "en": "Pensions"}
KIND = contract.KindEntry(code="video-long", channel="video", calendar="office", names=NAMES)
SUBJECT = contract.SubjectEntry(
    code="pensions",
    position=3,
    by_video=True,
    topics=("old-age",),
    kinds=("video",),
    names=NAMES,
    topic_names={"old-age": NAMES},
)
ABSENCE = contract.Absence(
    absence_id="absence-1", agent_id="agent-a", starts_at=EIGHT, until=EIGHT + timedelta(hours=8)
)
VALID = {"calendar": CALENDAR, "agent": AGENT, "kind": KIND, "subject": SUBJECT, "absence": ABSENCE}
WEEKEND: tuple[tuple[str, ...], ...] = ((), ())


def week(*monday: str) -> contract.Week:
    return (monday, *((),) * 6)


def check(change: contract.Change) -> Any:
    known = with_entry(catalogue(), Absence("absence-b", "agent-b", EIGHT, EIGHT + timedelta(days=1)), 1)
    return entry_rules.check(change, with_entry(known, agent("agent-b"), 2), lambda code: code == "LU", EIGHT)


def fault(change: contract.Change) -> dict[str, str]:
    with pytest.raises(InvalidField) as found:
        check(change)
    return found.value.details


FAULTS: list[tuple[str, str, Any, str]] = [
    ("calendar", "code", "", "missing"),
    ("calendar", "code", "x" * 61, "too_long"),
    ("calendar", "code", "Not A Code", "format"),
    ("calendar", "code", "-begins-with-a-dash", "format"),
    ("calendar", "zone", "Europe/Nowhere", "choice"),
    ("calendar", "zone", "", "choice"),
    ("calendar", "hours", WEEKEND, "range"),
    ("calendar", "hours", week("8:30-11:30"), "format"),
    ("calendar", "hours", week("08:30"), "format"),
    ("calendar", "hours", week("08:60-11:30"), "format"),
    ("calendar", "hours", week("08:30-11:30 "), "format"),
    ("calendar", "hours", week("11:30-08:30"), "range"),
    ("calendar", "hours", week("25:00-26:00"), "range"),
    ("calendar", "hours", week("08:00-33:00"), "range"),
    ("calendar", "hours", week("08:30-11:30", "11:00-12:00"), "overlap"),
    ("calendar", "hours", (("22:00-26:00",), ("01:00-03:00",), *((),) * 5), "overlap"),
    ("calendar", "hours", (("01:00-03:00",), *((),) * 5, ("22:00-26:00",)), "overlap"),
    ("calendar", "hours", week(*(f"{hour:02}:00-{hour:02}:30" for hour in range(13))), "too_long"),
    ("calendar", "minutes", 4, "range"),
    ("calendar", "minutes", 241, "range"),
    ("calendar", "pause_minutes", -1, "range"),
    ("calendar", "pause_minutes", 241, "range"),
    ("calendar", "notice_minutes", -1, "range"),
    ("calendar", "notice_minutes", 43_201, "range"),
    ("calendar", "horizon_days", 0, "range"),
    ("calendar", "horizon_days", 366, "range"),
    ("calendar", "closures", tuple(date(2026, 1, 1) for _ in range(401)), "too_long"),
    ("calendar", "holidays_of", "XX", "choice"),
    ("agent", "agent_id", "", "missing"),
    ("agent", "agent_id", "x" * 65, "too_long"),
    ("agent", "agent_id", "a b", "format"),
    ("agent", "name", " ", "missing"),
    ("agent", "name", "x" * 101, "too_long"),
    ("agent", "name", "Nora\x07Demo", "format"),
    ("agent", "languages", (), "missing"),
    ("agent", "languages", ("fr", "xx"), "choice"),
    ("agent", "hours", week("nonsense"), "format"),
    ("kind", "code", "", "missing"),
    ("kind", "channel", "pigeon", "choice"),
    ("subject", "code", "Ä", "format"),
    ("subject", "position", -1, "range"),
    ("subject", "position", 1_001, "range"),
    ("subject", "topics", ("old age",), "format"),
    ("subject", "topics", ("twice", "twice"), "repeated"),
    ("subject", "topics", tuple(f"t{n}" for n in range(51)), "too_long"),
    ("subject", "kinds", ("unknown",), "choice"),
    ("subject", "kinds", ("video", "video"), "repeated"),
    ("subject", "kinds", ("video",) * 51, "too_long"),
    ("subject", "by_video", False, "choice"),
    ("subject", "topic_names", {"Old Age": NAMES}, "format"),
    ("subject", "topic_names", {f"t{n}": NAMES for n in range(201)}, "too_long"),
    ("absence", "absence_id", "", "missing"),
    ("absence", "absence_id", "a|b", "format"),
    ("absence", "absence_id", "absence-b", "reused"),
    ("absence", "until", EIGHT, "range"),
    ("absence", "until", EIGHT + timedelta(days=366, minutes=1), "range"),
    ("absence", "starts_at", EIGHT + timedelta(days=733), "range"),
    ("absence", "starts_at", datetime(1, 1, 2, tzinfo=UTC), "range"),
    ("absence", "until", datetime(9999, 12, 31, tzinfo=UTC), "range"),
]
"""Kind of entry, the field that is set, to what, and which rule it breaks."""
_NAMED_AFTER = {"by_video": "kinds", datetime(1, 1, 2, tzinfo=UTC): "until"}


@pytest.mark.parametrize("kind", VALID)
def test_a_valid_entry_is_taken(kind: str) -> None:
    assert check(contract.Change(**{kind: VALID[kind]}))


@pytest.mark.parametrize(("kind", "field", "value", "rule"), FAULTS)
def test_each_fault_is_named(kind: str, field: str, value: Any, rule: str) -> None:
    wrong = replace(VALID[kind], **{field: value})
    named = _NAMED_AFTER.get(value if isinstance(value, datetime) else field, field)
    assert fault(contract.Change(**{kind: wrong})) == {"field": f"change.{kind}.{named}", "rule": rule}


@pytest.mark.parametrize(
    ("kind", "field", "value", "named", "rule"),
    [
        ("kind", "names", {}, "names.lb", "missing"),
        ("kind", "names", {**NAMES, "de": "x" * 81}, "names.de", "too_long"),
        ("subject", "names", {**NAMES, "xx": "Klingon"}, "names", "choice"),
        ("subject", "names", {**NAMES, "fr": " \t "}, "names.fr", "missing"),
        ("subject", "names", {**NAMES, "de": "Ren\x00te"}, "names.de", "format"),
        ("subject", "names", {**NAMES, "en": "\u202ePensions"}, "names.en", "format"),
        ("subject", "hints", {"de": "Alles zur Rente"}, "hints.lb", "missing"),
        ("subject", "hints", {**NAMES, "de": "x" * 161}, "hints.de", "too_long"),
        ("subject", "topic_names", {}, "topic_names.old-age.lb", "missing"),
        ("subject", "topic_names", {"old-age": {**NAMES, "en": ""}}, "topic_names.old-age.en", "missing"),
    ],
)
def test_each_word_that_readers_would_lack_is_named(
    kind: str, field: str, value: Any, named: str, rule: str
) -> None:
    wrong = replace(VALID[kind], **{field: value})
    assert fault(contract.Change(**{kind: wrong})) == {"field": f"change.{kind}.{named}", "rule": rule}


def test_words_are_tidied_and_a_former_topic_keeps_its_own() -> None:
    given = replace(
        SUBJECT,
        names={**NAMES, "de": "  Rente   und mehr "},
        hints={"lb": " ", "en": ""},
        topic_names={"former": NAMES, "old-age": NAMES},
    )
    subject = check(contract.Change(subject=given))
    assert (subject.names["de"], subject.hints) == ("Rente und mehr", {})
    assert subject.topic_names == {"old-age": NAMES, "former": NAMES}


def test_markup_is_text_like_any_other() -> None:
    marked = {**NAMES, "de": "<b>Rente</b> & {{ mehr }}"}
    assert check(contract.Change(kind=replace(KIND, names=marked))).names == marked


def test_a_change_is_exactly_one_entry() -> None:
    assert fault(contract.Change()) == {"field": "change", "rule": "missing"}
    assert fault(contract.Change(agent=AGENT, kind=KIND)) == {"field": "change", "rule": "choice"}
    assert fault(contract.Change(agent=AGENT, end_absence="a"))["rule"] == "choice"


def test_an_absence_that_is_over_cannot_be_entered() -> None:
    past = replace(ABSENCE, starts_at=EIGHT - timedelta(hours=2), until=EIGHT)
    assert fault(contract.Change(absence=past)) == {"field": "change.absence.until", "rule": "range"}


def test_an_absence_may_have_begun() -> None:
    assert check(contract.Change(absence=replace(ABSENCE, starts_at=EIGHT - timedelta(days=3))))


def test_what_is_entered_is_tidied() -> None:
    member = check(contract.Change(agent=replace(AGENT, name="  Nora   Demo ", languages=("en", "lb", "en"))))
    assert (member.name, member.languages) == ("Nora Demo", ("lb", "en"))
    days = check(contract.Change(calendar=replace(CALENDAR, hours=week("13:00-16:00", "08:30-11:30"))))
    assert isinstance(days, Calendar)
    assert days.hours.texts()[0] == ("08:30-11:30", "13:00-16:00")


def test_what_is_never_handled_by_video_has_no_kinds() -> None:
    bills = check(contract.Change(subject=replace(SUBJECT, by_video=False, kinds=())))
    assert bills == Subject("pensions", 3, False, ("old-age",), (), NAMES, {}, {"old-age": NAMES})


def test_a_calendar_may_be_closed_altogether_and_keep_no_holidays() -> None:
    assert check(contract.Change(calendar=replace(CALENDAR, hours=((),) * 7, holidays_of="")))
