"""Fields as the pages show them; each can say again what was typed, valid or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import wtforms
from flask_babel import gettext as _

_MAX_TYPED = 1000
_MAX_LINES = 20_000


class _Shown:
    """What the field macro asks of every field."""

    autocomplete = ""
    inputmode = ""
    input_type = "text"
    classes = ""

    @property
    def focus_id(self: Any) -> str:
        """Where a link from the error summary leads."""
        return str(self.id)

    def typed(self: Any) -> Any:
        return self.data


class TextField(_Shown, wtforms.StringField):
    """One line of text, blanks around it removed."""

    def __init__(
        self,
        label: Any = None,
        validators: Iterable[Any] = (),
        *,
        autocomplete: str = "",
        inputmode: str = "",
        input_type: str = "text",
        classes: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.autocomplete, self.inputmode = autocomplete, inputmode
        self.input_type, self.classes = input_type, classes

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = " ".join(str(valuelist[0])[:_MAX_TYPED].split())


class AreaField(TextField):
    """Some lines of text."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            lines = str(valuelist[0])[:_MAX_LINES].splitlines()
            self.data = "\n".join(" ".join(line.split()) for line in lines if line.strip())


class TickField(_Shown, wtforms.Field):
    """One box: ticked or not."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist == ["yes"]


class RadioField(_Shown, wtforms.Field):
    """One of a few; `choices` are (value, text) or (value, text, hint)."""

    def __init__(
        self, label: Any = None, validators: Iterable[Any] = (), *, choices: Any = (), **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.choices: list[tuple[Any, ...]] = list(choices)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0])[:_MAX_TYPED]

    def items(self) -> list[dict[str, Any]]:
        return [
            {"value": value, "text": str(text), "hint": {"text": str(hint[0])} if hint else None}
            for value, text, *hint in self.choices
        ]


class SelectField(RadioField):
    """One of many, as a drop-down list."""

    def __init__(
        self, label: Any = None, validators: Iterable[Any] = (), *, autocomplete: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.autocomplete = autocomplete

    def items(self) -> list[dict[str, Any]]:
        return [
            {"value": value, "text": str(text), "selected": value == self.data}
            for value, text in self.choices
        ]


class ManyField(_Shown, wtforms.Field):
    """Any of a few, each a box; `ticked` are those of the choices that were, in their order."""

    def __init__(
        self, label: Any = None, validators: Iterable[Any] = (), *, choices: Any = (), **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.choices: list[tuple[str, Any]] = list(choices)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [str(value)[:_MAX_TYPED] for value in valuelist]

    @property
    def ticked(self) -> tuple[str, ...]:
        return tuple(value for value, _text in self.choices if value in (self.data or ()))

    def items(self) -> list[dict[str, Any]]:
        return [
            {"value": value, "text": str(text), "checked": value in self.ticked}
            for value, text in self.choices
        ]


class DayField(_Shown, wtforms.Field):
    """A day in three boxes; `data` is a date, or None while there is none or an impossible one.

    Posted as `<name>-day`, `<name>-month`, `<name>-year`; takes any input whatsoever.
    """

    BIRTH = ("bday-day", "bday-month", "bday-year")

    def __init__(
        self, label: Any = None, validators: Iterable[Any] = (), *, birth: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.birth = birth
        self.texts: list[str] = ["", "", ""]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        if formdata:
            self.texts = [
                formdata.get(f"{self.name}-{part}", "").strip()[:10] for part in ("day", "month", "year")
            ]
        elif isinstance(data, list):
            self.texts = list(data)
        self.raw_data = self.texts if self.given else []
        self.data = _day(self.texts)

    @property
    def given(self) -> bool:
        """Whether anything was typed in any of the boxes."""
        return any(self.texts)

    @property
    def focus_id(self) -> str:
        return f"{self.id}-day"

    def typed(self) -> list[str]:
        return self.texts

    def parts(self) -> list[dict[str, Any]]:
        labels = (_("Day"), _("Month"), _("Year"))
        error = " govuk-input--error" if self.errors else ""
        return [
            {
                "id": f"{self.id}-{part}",
                "name": f"{self.name}-{part}",
                "label": label,
                "value": text,
                "classes": f"govuk-input--width-{width}{error}",
                "autocomplete": hint if self.birth else "",
            }
            for part, label, text, width, hint in zip(
                ("day", "month", "year"), labels, self.texts, (2, 2, 4), self.BIRTH, strict=True
            )
        ]


def _day(texts: list[str]) -> date | None:
    if not all(text.isascii() and text.isdigit() for text in texts):
        return None
    try:
        return date(int(texts[2]), int(texts[1]), int(texts[0]))
    except ValueError:
        return None
