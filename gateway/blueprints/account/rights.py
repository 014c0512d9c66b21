"""What data protection law gives: all that is held on oneself, as an archive; and the way to leave."""

from __future__ import annotations

from flask import render_template

from gateway.access import fresh_person_required, person_required
from gateway.blueprints.account.blueprint import account_now, blueprint


@blueprint.get("/data")
@person_required
def data() -> str:
    """Both rights, and where they lead."""
    return render_template("account/data.html", gone_at=account_now().gone_at)


@blueprint.get("/export")
@fresh_person_required
def export() -> str:
    """The form is for the files entry, `/files/export`, which streams the archive."""
    return render_template("account/export.html")
