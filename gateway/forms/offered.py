"""The forms of kinds and subjects: codes for machines, names for readers in each of their languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField

from gateway import words
from gateway.forms.base import Form
from gateway.forms.fields import ManyField, SelectField, TextField, TickField
from gateway.forms.planning import NARROW, PlanningForm, filled, whole
from gateway.forms.rules import chosen
from services.contracts.booking import LANGUAGES
from services.contracts.calendars import Catalogue, KindEntry, SubjectEntry
from services.contracts.subjects import Names

_MOST_TOPICS, _SPARE = 60, 3
"""Rows that are read, and rows that are left empty for new topics."""


class WordsForm(Form):
    """The same in every language."""

    lb = TextField(words.CALL_LANGUAGES["lb"])
    fr = TextField(words.CALL_LANGUAGES["fr"])
    de = TextField(words.CALL_LANGUAGES["de"])
    en = TextField(words.CALL_LANGUAGES["en"])

    def shown(self) -> list[Any]:
        """The fields as the page shows them."""
        return list(self)

    def texts(self) -> Names:
        """Those that were written."""
        return {code: self[code].data for code in LANGUAGES if self[code].data}

    def show(self, names: Mapping[str, str]) -> None:
        for code in LANGUAGES:
            self[code].data = names.get(code, "")


class NamesForm(WordsForm):
    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) and all([_is_there(self[code]) for code in LANGUAGES])


class TopicForm(NamesForm):
    """One topic; a row that was left empty is none."""

    code = TextField(_l("Code"))
    gone = TickField(_l("Take this topic away"))

    @property
    def is_kept(self) -> bool:
        return bool(self.code.data or self.texts()) and not self.gone.data

    def shown(self) -> list[Any]:
        """The code first; what is only being written cannot be taken away."""
        names = [self[language] for language in LANGUAGES]
        return [self.code, *names, *([self.gone] if self.code.data else [])]

    def validate(self, extra_validators: Any = None) -> bool:
        return not self.is_kept or all([super().validate(extra_validators), _is_there(self.code)])


class Rows(FieldList):
    """Numbered rows of fields, whatever numbers a browser sends."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        pattern = re.compile(re.escape(prefix) + "-([0-9]{1,3})-.*")
        return (int(found[1]) for found in map(pattern.fullmatch, formdata) if found)


class NamedForm(PlanningForm):
    """An entry that readers see: its faults name the language."""

    name = FormField(NamesForm, _l("Name"))

    def fill(self, entry: Any) -> None:
        super().fill(entry)
        self.name.form.show(entry.names)

    def field_of(self, path: list[str]) -> Any:
        return self.name.form[path[1]] if path[0] == "names" and path[1:] else super().field_of(path)


class KindForm(NamedForm):
    WHAT = "kind"
    FIRST = ("code",)
    code = TextField(_l("Code"), [filled])
    calendar = SelectField(_l("Calendar"), [chosen(_l("Choose one of the possibilities."))])
    demonstration = TickField(_l("For demonstrations only"))

    def know(self, catalogue: Catalogue) -> None:
        self.calendar.choices = [(entry.code, entry.code) for entry in catalogue.calendars]

    def entry(self) -> KindEntry:
        return KindEntry(
            code=self.code.data,
            channel="video",
            calendar=self.calendar.data,
            demonstration=bool(self.demonstration.data),
            names=self.name.form.texts(),
        )


class SubjectForm(NamedForm):
    WHAT = "subject"
    FIRST = ("code",)
    code = TextField(_l("Code"), [filled])
    hint = FormField(WordsForm, _l("Explanation (optional)"))
    position = TextField(_l("Place in the list"), [whole], inputmode="numeric", classes=NARROW)
    by_video = TickField(_l("Is treated by video"))
    kinds = ManyField(_l("Kinds of appointment"))
    topic = Rows(FormField(TopicForm), _l("Topics"), max_entries=_MOST_TOPICS)

    def know(self, catalogue: Catalogue) -> None:
        self.kinds.choices = [(entry.code, words.named(entry.names, entry.code)) for entry in catalogue.kinds]
        self._before = {entry.code: entry.topic_names for entry in catalogue.subjects}

    def fill(self, entry: SubjectEntry) -> None:
        super().fill(entry)
        self.hint.form.show(entry.hints)
        for topic in entry.topics:
            self.topic.append_entry({"code": topic, **entry.topic_names.get(topic, {})})

    def spare(self) -> None:
        """Rows for new topics at the end."""
        empty = sum(not (row.code.data or row.texts()) for row in self._rows())
        for _row in range(min(_SPARE - empty, _MOST_TOPICS - len(self.topic))):
            self.topic.append_entry({})

    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) and self._each_once()

    def entry(self) -> SubjectEntry:
        rows = self._kept()
        former = self._before.get(self.code.data, {})
        return SubjectEntry(
            code=self.code.data,
            position=int(self.position.data),
            by_video=bool(self.by_video.data),
            topics=tuple(row.code.data for row in rows),
            kinds=self.kinds.ticked,
            names=self.name.form.texts(),
            hints=self.hint.form.texts(),
            # Appointments about a topic that is taken away still say what they are about.
            topic_names={**former, **{row.code.data: row.texts() for row in rows}},
        )

    def field_of(self, path: list[str]) -> Any:
        match path:
            case ["hints", language]:
                return self.hint.form[language]
            case ["topic_names", code, language]:
                return next((row[language] for row in self._kept() if row.code.data == code), None)
            case ["topics" | "topic_names", *_]:
                return self._rows()[0].code if self._rows() else None
        return super().field_of(path)

    def _rows(self) -> list[TopicForm]:
        return [entry.form for entry in self.topic]

    def _kept(self) -> list[TopicForm]:
        return [row for row in self._rows() if row.is_kept]

    def _each_once(self) -> bool:
        seen: set[str] = set()
        for row in self._kept():
            if row.code.data in seen:
                row.code.errors = [_("A topic stands there twice.")]
                return False
            seen.add(row.code.data)
        return True


def _is_there(field: Any) -> bool:
    if not field.data:
        field.errors = [_("This entry is missing.")]
    return bool(field.data)
