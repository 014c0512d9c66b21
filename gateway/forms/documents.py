"""The form of a document in a space; whether what was typed can be so, `spaces` says."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from gateway.forms.fields import SelectField, TextField
from gateway.forms.planning import filled
from gateway.forms.rules import chosen
from gateway.forms.spaces import SpaceForm

FOLDER_CHOICES = (
    ("insurance", _l("Insurance")),
    ("benefits", _l("Benefits and reimbursements")),
    ("maternity", _l("Maternity")),
    ("incapacity", _l("Incapacity for work")),
    ("cash_benefits", _l("Cash benefits")),
    ("care", _l("Long-term care insurance")),
    ("appointments", _l("Appointments")),
    ("other", _l("Other documents")),
)
"""The contract's FOLDERS, each with its words."""
_CHOOSE = _l("Choose one of the possibilities.")


class DocumentForm(SpaceForm):
    name = TextField(_l("Name"), [filled], autocomplete="off")
    folder = SelectField(_l("Folder"), [chosen(_CHOOSE)], choices=FOLDER_CHOICES)
