"""What data protection law gives: all that is held on oneself, as an archive; and the way to leave."""

from __future__ import annotations

from flask import render_template

from gateway.access import fresh_person_required, person_required
from gateway.backends import ask
from gateway.blueprints.account.blueprint import account_now, blueprint
from services.contracts.rights import GetDeparture


@blueprint.get("/data")
@person_required
def data() -> str:
    """Both rights, and where they lead.  Errors: NotFound(person)."""
    departure = ask(GetDeparture(person_id=account_now().person_id))
    return render_template("account/data.html", departure=departure)


@blueprint.get("/export")
@fresh_person_required
def export() -> str:
    """The form is for the files entry, `/files/export`, which streams the archive."""
    return render_template("account/export.html")
