"""`/console/persons/`: a person by his national number, the number of a certificate or his proved address.

What is looked for travels in the form, never in an address.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _l

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.persons.blueprint import blueprint
from gateway.errors import sentence_of
from gateway.forms import Form, TextField
from gateway.forms.planning import filled
from services.contracts.credentials import Account, FindAccounts
from services.contracts.errors import InvalidField

_log = logging.getLogger(__name__)
_NONE_OF_THE_THREE = _l(
    "This is none of the three: 13 digits, the number of a certificate, an e-mail address."
)


class PersonForm(Form):
    query = TextField(
        _l("National number, number of the certificate or e-mail address"),
        [filled],
        description=_l(
            "In full: 13 digits, the number as the issuer gives it (LuxTrust: 20 digits), "
            "or the address that the person has proved."
        ),
    )


@blueprint.get("/")
@desk.helps
def search() -> Any:
    return render_template("console/persons/search.html", form=PersonForm(formdata=None), found=None)


@blueprint.post("/")
@desk.helps
def find() -> Any:
    """One who is found is opened; several are listed."""
    form = PersonForm()
    found = _found(form) if form.validate() else None
    _note(len(found or ()))
    if found and len(found) == 1:
        return redirect(url_for("console_persons.show", person_id=found[0].person_id), 303)
    status = 422 if form.errors else 200
    return render_template("console/persons/search.html", form=form, found=found), status


def _note(count: int) -> None:
    """Who looks often and finds nothing may be trying out numbers; what was typed is in no log."""
    _log.info("account looked for", extra={"staff_id": desk.member().subject_id, "found": count})


def _found(form: PersonForm) -> tuple[Account, ...] | None:
    try:
        return ask(FindAccounts(query=plain(form.query.data))).accounts
    except InvalidField as fault:
        unknown = fault.args[1] in ("format", "choice", "missing")
        form.blame(fault, str(_NONE_OF_THE_THREE) if unknown else sentence_of(fault))
        return None


def plain(text: str) -> str:
    """A number without the blanks and hyphens that it is written with."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if digits.isascii() and digits.isdigit() else text.strip()
