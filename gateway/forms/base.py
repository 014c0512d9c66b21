"""The base of all forms."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_wtf import FlaskForm

from gateway.errors import sentence_of
from services.contracts.errors import InvalidField


class Form(FlaskForm):
    """A form whose token is checked for the whole application, with errors in the reader's language.

    WTForms' own sentences are not used: every rule here brings its own.
    """

    FIRST: ClassVar[tuple[str, ...]] = ()
    """Names of fields that the page shows before all others, where they are not declared so."""

    class Meta(FlaskForm.Meta):
        csrf = False  # CSRFProtect has looked at the token before the view runs

    def error_list(self) -> list[dict[str, str]]:
        """One entry per field in error, in the order of the page, for the summary at its top."""
        shown = sorted(self, key=lambda field: field.short_name not in self.FIRST)
        return [
            {"text": str(field.errors[0]), "href": f"#{field.focus_id}"} for field in shown if field.errors
        ]

    def blame(self, fault: InvalidField, sentence: str = "") -> bool:
        """Put a service's complaint at the field that it names; False if this form has no such field."""
        name = fault.args[0].rpartition(".")[2]
        field: Any = self._fields.get(name)
        if field is None:
            return False
        field.errors = [*field.errors, sentence or sentence_of(fault)]
        return True

    def values(self) -> dict[str, Any]:
        """What was typed, as plain values for the session, valid or not."""
        return {field.short_name: field.typed() for field in self}
