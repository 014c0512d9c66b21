"""The form of the private space's data: mandatory fields have a star, the others are advised."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField

from gateway.forms.person import ContactForm
from services.contracts.spaces import ADVISED, MANDATORY


class DataForm(ContactForm):
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in MANDATORY:
            self[name].label.text = f"{self[name].label.text} *"
        for name in ADVISED:
            self[name].label.text = _("%(field)s (advised)", field=self[name].label.text)

    def read_version(self) -> int:
        """Of the data that the page has shown; 0 where somebody has written something else there."""
        said = self.version.data or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
