"""Steps 1 and 2: log in or not, welcome and consent."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask_babel import lazy_gettext as _l

from gateway.access import anyone
from gateway.blueprints.booking import company
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft, load
from gateway.blueprints.booking.steps import go_on, guarded, page
from gateway.consent import CONSENT_VERSION
from gateway.forms import Form, RadioField, TickField, chosen, ticked
from gateway.principals import citizen


class WayForm(Form):
    way = RadioField(
        _l("Do you want to log in?"),
        [chosen(_l("Choose whether you want to log in."))],
        choices=(
            (
                "with",
                _l("Yes, log in"),
                _l("With LuxTrust or an eID: faster, your data are filled in, nothing to upload"),
            ),
            (
                "without",
                _l("No, go on without logging in"),
                _l("You type your data and upload a copy of your identity document"),
            ),
        ),
    )


class ConsentForm(Form):
    consent = TickField(
        _l("I consent to the processing of my personal data for this appointment."),
        [ticked(_l("Tick the box to go on: without your consent we cannot book an appointment."))],
    )


@blueprint.get("/")
@anyone
def start() -> Any:
    """Where the path was left, or its first step."""
    return go_on(load())


@blueprint.get("/login")
@anyone
@guarded("way")
def way(draft: Draft) -> Any:
    return page("way", draft, form=WayForm(data={"way": draft.way}), logged_in=citizen())


@blueprint.post("/login")
@anyone
@guarded("way")
def choose_way(draft: Draft) -> Any:
    form = WayForm()
    if not form.validate():
        return page("way", draft, 422, form=form, logged_in=citizen())
    draft.way = form.way.data
    if draft.way == "without":
        company.leave(draft)
    draft.save()
    if draft.way == "with" and citizen() is None:
        return redirect(url_for("login.choose", next=url_for("booking.welcome")), 303)
    return redirect(url_for("booking.welcome"), 303)


@blueprint.get("/welcome")
@anyone
@guarded("welcome")
def welcome(draft: Draft) -> Any:
    return page("welcome", draft, form=ConsentForm(data={"consent": draft.consent}))


@blueprint.post("/welcome")
@anyone
@guarded("welcome")
def consent(draft: Draft) -> Any:
    form = ConsentForm()
    draft.consented_to = CONSENT_VERSION if form.validate() else ""
    draft.save()
    return (
        redirect(url_for("booking.subject"), 303) if draft.consent else page("welcome", draft, 422, form=form)
    )
