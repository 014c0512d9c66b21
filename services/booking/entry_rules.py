"""What the back office may enter: every field of a change is checked before anybody is hurt by it.

Errors: InvalidField named as in the contract (`change.calendar.hours`), NotFound(calendar | agent) for
one that an entry names, NotFound(absence).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from services.booking import entries, name_rules
from services.booking.domain import catalogue as domain
from services.booking.domain.change import Entry
from services.booking.domain.hours import WeeklyHours
from services.contracts import calendars as contract
from services.contracts.booking import LANGUAGES
from services.contracts.errors import InvalidField, NotFound

KnowsCountry = Callable[[str], bool]
"""True for the ISO 3166-1 alpha-2 code of a country whose public holidays are known."""

MINUTES, PAUSE, NOTICE, HORIZON = (5, 240), (0, 240), (0, 30 * 24 * 60), (1, 365)
MAX_CLOSURES, MAX_WINDOWS, MAX_TOPICS, MAX_KINDS = 400, 12, 50, 50
MAX_CODE, MAX_ID, MAX_NAME = 60, 64, 100
POSITIONS = (0, 1_000)
MAX_ABSENCE = timedelta(days=366)
MAX_AHEAD = timedelta(days=2 * 366)
"""Nobody plans his absences longer before: it is a typing error."""

_CODE = re.compile(r"[a-z0-9][a-z0-9-]*")
_ID = re.compile(r"[A-Za-z0-9_-]+")
_WINDOW = re.compile(r"([0-3]\d|4[0-8]):[0-5]\d-([0-3]\d|4[0-8]):[0-5]\d")


def check(
    change: contract.Change, known: domain.Catalogue, knows_country: KnowsCountry, now: datetime
) -> Entry:
    """The one entry of a change as the catalogue will have it."""
    given = [field.name for field in fields(change) if getattr(change, field.name)]
    if len(given) != 1:
        raise InvalidField("change", "choice" if given else "missing")
    with _within("change"):
        if change.end_absence:
            return _end_of_absence(change.end_absence, known, now)
        with _within(given[0]):
            return _entry(getattr(change, given[0]), known, knows_country, now)


def _entry(given: Any, known: domain.Catalogue, knows_country: KnowsCountry, now: datetime) -> Entry:
    match given:
        case contract.CalendarEntry():
            return _calendar(given, knows_country)
        case contract.AgentEntry():
            return _agent(given, known)
        case contract.KindEntry():
            return _kind(given, known)
        case contract.SubjectEntry():
            return _subject(given, known)
    return _absence(given, known, now)


def _calendar(entry: contract.CalendarEntry, knows_country: KnowsCountry) -> domain.Calendar:
    _code("code", entry.code)
    if entry.zone not in _zones():
        raise InvalidField("zone", "choice")
    _range("minutes", entry.minutes, MINUTES)
    _range("pause_minutes", entry.pause_minutes, PAUSE)
    _range("notice_minutes", entry.notice_minutes, NOTICE)
    _range("horizon_days", entry.horizon_days, HORIZON)
    _at_most("closures", entry.closures, MAX_CLOSURES)
    if entry.holidays_of and not knows_country(entry.holidays_of):
        raise InvalidField("holidays_of", "choice")
    return entries.calendar(replace(entry, hours=_hours(entry.hours)))


def _agent(entry: contract.AgentEntry, known: domain.Catalogue) -> domain.Agent:
    _id("agent_id", entry.agent_id)
    _known("calendar", entry.calendar, known.calendars)
    if not entry.languages:
        raise InvalidField("languages", "missing")
    _chosen("languages", entry.languages, LANGUAGES)
    hours = None if entry.hours is None else _hours(entry.hours)
    return entries.agent(replace(entry, name=_name(entry.name), hours=hours))


def _kind(entry: contract.KindEntry, known: domain.Catalogue) -> domain.Kind:
    _code("code", entry.code)
    _chosen("channel", (entry.channel,), ("video",))
    _known("calendar", entry.calendar, known.calendars)
    return entries.kind(replace(entry, names=name_rules.names(entry.names)))


def _subject(entry: contract.SubjectEntry, known: domain.Catalogue) -> domain.Subject:
    _code("code", entry.code)
    _range("position", entry.position, POSITIONS)
    _at_most("topics", entry.topics, MAX_TOPICS)
    for topic in entry.topics:
        _code("topics", topic)
    _once("topics", entry.topics)
    for topic in entry.topic_names:
        _code("topic_names", topic)
    _at_most("kinds", entry.kinds, MAX_KINDS)
    # What is never handled by video has no kind: nobody can book it by mistake.
    _chosen("kinds", entry.kinds, known.kinds if entry.by_video else ())
    _once("kinds", entry.kinds)
    return entries.subject(
        replace(
            entry,
            names=name_rules.names(entry.names),
            hints=name_rules.hints(entry.hints),
            topic_names=name_rules.topic_names(entry.topic_names, entry.topics),
        )
    )


def _absence(entry: contract.Absence, known: domain.Catalogue, now: datetime) -> domain.Absence:
    _id("absence_id", entry.absence_id)
    _known("agent", entry.agent_id, known.agents)
    before = known.absences.get(entry.absence_id)
    if before is not None and before.agent_id != entry.agent_id:
        raise InvalidField("absence_id", "reused")
    if entry.starts_at - now > MAX_AHEAD:
        raise InvalidField("starts_at", "range")
    if entry.until <= max(entry.starts_at, now) or entry.until - entry.starts_at > MAX_ABSENCE:
        raise InvalidField("until", "range")
    return entries.absence(entry)


def _end_of_absence(absence_id: str, known: domain.Catalogue, now: datetime) -> domain.Absence:
    before = known.absences.get(absence_id)
    if before is None:
        raise NotFound("absence")
    return before.ended(now)


# --- fields -----------------------------------------------------------------------


def _hours(week: contract.Week) -> contract.Week:
    """Seven days, each in order of time."""
    if len(week) != 7:
        raise InvalidField("hours", "range")
    days = tuple(tuple(sorted(day)) for day in week)
    for day in days:
        _at_most("hours", day, MAX_WINDOWS)
        if not all(_WINDOW.fullmatch(window) for window in day):
            raise InvalidField("hours", "format")
    spans = [(number, window) for number, day in enumerate(days) for window in day]
    try:
        WeeklyHours.parse(days)
    except ValueError:
        raise InvalidField("hours", "overlap" if _each_possible(spans) else "range") from None
    return days


def _each_possible(spans: Sequence[tuple[int, str]]) -> bool:
    """True where every window alone makes sense: then two of them overlap."""
    for number, window in spans:
        try:
            WeeklyHours.parse([[window] if day == number else [] for day in range(7)])
        except ValueError:
            return False
    return True


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise InvalidField("name", "missing")
    _at_most("name", tidy, MAX_NAME)
    if not tidy.isprintable():
        raise InvalidField("name", "format")
    return tidy


def _code(field: str, code: str) -> None:
    _word(field, code, _CODE, MAX_CODE)


def _id(field: str, code: str) -> None:
    _word(field, code, _ID, MAX_ID)


def _word(field: str, word: str, pattern: re.Pattern[str], most: int) -> None:
    if not word:
        raise InvalidField(field, "missing")
    _at_most(field, word, most)
    if not pattern.fullmatch(word):
        raise InvalidField(field, "format")


def _range(field: str, number: int, limits: tuple[int, int]) -> None:
    if not limits[0] <= number <= limits[1]:
        raise InvalidField(field, "range")


def _at_most(field: str, found: Collection[Any], most: int) -> None:
    if len(found) > most:
        raise InvalidField(field, "too_long")


def _chosen(field: str, found: Collection[str], possible: Collection[str]) -> None:
    if not set(found) <= set(possible):
        raise InvalidField(field, "choice")


def _once(field: str, found: Collection[str]) -> None:
    if len(set(found)) < len(found):
        raise InvalidField(field, "repeated")


def _known(kind: str, code: str, known: Collection[str]) -> None:
    if code not in known:
        raise NotFound(kind)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@contextmanager
def _within(name: str) -> Iterator[None]:
    """Faults inside are named with the path to the field."""
    try:
        yield
    except InvalidField as fault:
        raise InvalidField(f"{name}.{fault.details['field']}", fault.details["rule"]) from None
