"""Forms: WTForms for parsing and rules, govuk-frontend's components for looks (`templates/forms.html`)."""

from __future__ import annotations

from gateway.forms.base import Form
from gateway.forms.fields import (
    AreaField,
    DayField,
    ManyField,
    RadioField,
    SelectField,
    TextField,
    TickField,
)
from gateway.forms.rules import chosen, ticked

__all__ = [
    "AreaField",
    "DayField",
    "Form",
    "ManyField",
    "RadioField",
    "SelectField",
    "TextField",
    "TickField",
    "chosen",
    "ticked",
]
