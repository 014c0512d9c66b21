"""The forms of calendars, agents and absences, and what all forms of the catalogue share.

They read what was typed; whether it can be so, `booking` says, and each of its faults is shown at
the field that it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms.validators import StopValidation

from gateway import words
from gateway.errors import sentence_of
from gateway.forms.base import Form
from gateway.forms.fields import AreaField, ManyField, SelectField, TextField, TickField
from gateway.forms.rules import chosen
from gateway.i18n import local, weekday
from services.contracts.booking import LANGUAGES
from services.contracts.calendars import (
    Absence,
    AgentEntry,
    CalendarEntry,
    Catalogue,
    Week,
)
from services.contracts.errors import InvalidField

_A_MONDAY = date(2026, 1, 5)
NARROW = "govuk-input--width-5"
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")

_FAULTS: dict[tuple[str, str], Any] = {
    ("hours", "format"): _l("Write working time like 08:30-11:30, 13:00-16:00."),
    ("hours", "range"): _l("A working time ends before it begins, or goes too far into the next day."),
    ("hours", "overlap"): _l("Two working times overlap."),
    ("code", "format"): _l("Small letters, figures and hyphens only."),
    ("agent_id", "format"): _l("Letters, figures, hyphens and underscores only."),
    ("topics", "format"): _l("Small letters, figures and hyphens only."),
    ("until", "range"): _l("The end has to come after the beginning and after now, within a year."),
    ("starts_at", "range"): _l("This is too far ahead."),
    ("kinds", "choice"): _l("What is never treated by video has no kind of appointment."),
}


def whole(form: Any, field: Any) -> None:
    """A number without a sign."""
    if not re.fullmatch("[0-9]{1,6}", field.data or ""):
        raise StopValidation(_("Enter a number."))


def filled(form: Any, field: Any) -> None:
    if not field.data:
        raise StopValidation(_("This entry is missing."))


def days_listed(form: Any, field: Any) -> None:
    try:
        _days(field.data or "")
    except ValueError:
        raise StopValidation(_("Write each day on a line of its own, like 24.12.2026.")) from None


class PlanningForm(Form):
    """A form that makes one entry of the catalogue."""

    WHAT: ClassVar[str]
    """Name of the entry's field in a `Change`."""
    CODE: ClassVar[str] = "code"

    def know(self, catalogue: Catalogue) -> None:
        """Offer what the catalogue has to choose from."""

    def fill(self, entry: Any) -> None:
        """Show an entry as it is."""
        for field in self:
            if hasattr(entry, field.short_name):
                value = getattr(entry, field.short_name)
                field.data = str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def spare(self) -> None:
        """Leave room for more, where a form has rows."""

    @property
    def errors(self) -> dict[str, Any]:
        """By field; also what was found after the rows of a form were looked at."""
        return {field.name: field.errors for _within, field in leaves(self) if field.errors}

    def error_list(self) -> list[dict[str, str]]:
        return [
            {"text": f"{within}{field.errors[0]}", "href": f"#{field.focus_id}"}
            for within, field in leaves(self.in_order())
            if field.errors
        ]

    def in_order(self) -> list[Any]:
        """The fields as the page shows them."""
        return sorted(self, key=lambda field: field.short_name not in self.FIRST)

    def blame(self, fault: InvalidField, sentence: str = "") -> bool:
        _change, _what, *path = fault.args[0].split(".") if "." in fault.args[0] else ("", "", fault.args[0])
        field = self.field_of(path)
        if field is None:
            return False
        said = _FAULTS.get((path[0], fault.args[1])) or sentence or sentence_of(fault)
        field.errors = [*field.errors, str(said)]
        return True

    def field_of(self, path: list[str]) -> Any:
        """Where a fault is shown whose entry names it so (`names.de`); None: nowhere."""
        return self._fields.get(_SHOWN_AT.get(path[-1], path[-1]))


def leaves(fields: Iterable[Any], group: str = "") -> Iterator[tuple[str, Any]]:
    """The fields that are typed into, in order; one inside of others with its place (`Name, German: `)."""
    for field in fields:
        if isinstance(field, FormField | FieldList):
            parts = field.form.shown() if isinstance(field, FormField) else field
            yield from leaves(parts, group or str(field.label.text))
        else:
            yield f"{group}, {field.label.text}: " if group else "", field


_SHOWN_AT = {"hours": "day_0", "starts_at": "first", "until": "last"}
"""Where the faults of entries are shown that the form asks for in parts."""


class HoursForm(PlanningForm):
    """Working time of the seven days of a week."""

    day_0 = TextField()
    day_1 = TextField()
    day_2 = TextField()
    day_3 = TextField()
    day_4 = TextField()
    day_5 = TextField()
    day_6 = TextField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, field in enumerate(self.days):
            field.label.text = weekday(_A_MONDAY + timedelta(days=number))

    @property
    def days(self) -> list[Any]:
        return [self[f"day_{number}"] for number in range(7)]

    def fill(self, entry: Any) -> None:
        super().fill(entry)
        for field, windows in zip(self.days, entry.hours or ((),) * 7, strict=True):
            field.data = ", ".join(windows)

    def week(self) -> Week:
        return tuple(tuple(_windows(field.data or "")) for field in self.days)


class CalendarForm(HoursForm):
    WHAT = "calendar"
    code = TextField(_l("Code"), [filled])
    zone = TextField(_l("Time zone"), [filled])
    minutes = TextField(
        _l("Length of an appointment, in minutes"), [whole], inputmode="numeric", classes=NARROW
    )
    pause_minutes = TextField(
        _l("Pause between two, in minutes"), [whole], inputmode="numeric", classes=NARROW
    )
    notice_minutes = TextField(
        _l("Can be booked until so many minutes before"), [whole], inputmode="numeric", classes=NARROW
    )
    horizon_days = TextField(
        _l("Can be booked so many days ahead"), [whole], inputmode="numeric", classes=NARROW
    )
    closures = AreaField(
        _l("Closed on"),
        [days_listed],
        description=_l("Each day on a line of its own, like 24.12.2026. Public holidays are known already."),
    )
    holidays_of = TextField(
        _l("Country whose public holidays are kept"),
        description=_l("Two letters, LU for Luxembourg; empty: none"),
        classes=NARROW,
    )

    def fill(self, entry: CalendarEntry) -> None:
        super().fill(entry)
        self.closures.data = "\n".join(f"{day:%d.%m.%Y}" for day in entry.closures)

    def entry(self) -> CalendarEntry:
        return CalendarEntry(
            code=self.code.data,
            zone=self.zone.data,
            hours=self.week(),
            minutes=int(self.minutes.data),
            pause_minutes=int(self.pause_minutes.data),
            notice_minutes=int(self.notice_minutes.data),
            horizon_days=int(self.horizon_days.data),
            closures=tuple(sorted(set(_days(self.closures.data or "")))),
            holidays_of=(self.holidays_of.data or "").upper(),
        )


class AgentForm(HoursForm):
    WHAT = "agent"
    CODE = "agent_id"
    agent_id = TextField(
        _l("Id"), [filled], description=_l("As the staff's log-in knows the person; it never changes.")
    )
    name = TextField(_l("Name"), [filled])
    calendar = SelectField(_l("Calendar"), [chosen(_l("Choose one of the possibilities."))])
    languages = ManyField(_l("Languages"))
    own_hours = TickField(_l("Own working time, not that of the calendar"))
    active = TickField(_l("Takes appointments"))

    def know(self, catalogue: Catalogue) -> None:
        self.calendar.choices = [(entry.code, entry.code) for entry in catalogue.calendars]
        self.languages.choices = [(code, words.call_language(code)) for code in LANGUAGES]

    def fill(self, entry: AgentEntry) -> None:
        super().fill(entry)
        self.own_hours.data = entry.hours is not None

    def entry(self) -> AgentEntry:
        return AgentEntry(
            agent_id=self.agent_id.data,
            name=self.name.data,
            calendar=self.calendar.data,
            languages=self.languages.ticked,
            hours=self.week() if self.own_hours.data else None,
            active=bool(self.active.data),
        )


class AbsenceForm(PlanningForm):
    """From a day and time on until another; without times, whole days."""

    WHAT = "absence"
    first = TextField(_l("First day"), [filled], input_type="date")
    first_time = TextField(_l("From (empty: the whole day)"), input_type="time")
    last = TextField(_l("Last day"), [filled], input_type="date")
    last_time = TextField(_l("Until (empty: the whole day)"), input_type="time")

    def absence(self, absence_id: str, agent_id: str, zone: ZoneInfo) -> Absence:
        """Errors: InvalidField(starts_at or until, format)."""
        starts_at = _instant("starts_at", self.first.data, self.first_time.data or "00:00", zone)
        whole_day = not self.last_time.data
        until = _instant("until", self.last.data, self.last_time.data or "00:00", zone, whole_day)
        return Absence(absence_id=absence_id, agent_id=agent_id, starts_at=starts_at, until=until)


def _instant(name: str, day: str, clock: str, zone: ZoneInfo, next_day: bool = False) -> datetime:
    try:
        at = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), zone)
        return local(at + timedelta(days=1) if next_day else at)
    except (ValueError, OverflowError):
        raise InvalidField(name, "format") from None


def _windows(text: str) -> Iterable[str]:
    """`8:30 – 11:30; 13:00-16:00` as the contract writes it."""
    tidy = re.sub(r"\s*[-–—]\s*", "-", text)
    for window in re.split(r"[,;\s]+", tidy):
        if window:
            yield _CLOCK.sub(lambda found: f"{int(found[1]):02}:{found[2]}", window)


def _days(text: str) -> list[date]:
    return [_day(line) for line in text.split("\n") if line]


def _day(text: str) -> date:
    found = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
