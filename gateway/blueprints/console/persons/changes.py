"""`/console/persons/<id>/<credential>/revoke` and `/reinstate`: a reason, a question, then it is done."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.persons import telling
from gateway.blueprints.console.persons.account import credential_of
from gateway.blueprints.console.persons.blueprint import blueprint
from gateway.ended_logins import revoke
from gateway.errors import problem_of
from gateway.forms import AreaField, Form
from gateway.forms.planning import filled
from services.contracts.credentials import GetAccount, ReinstateCredential, RevokeForPerson
from services.contracts.errors import InvalidField, NationalNumberTaken

LONGEST_REASON = 500
_NUMBER_TAKEN = _l(
    "Another account has registered this national number since then. Look for it by the number: of the two, "
    "only one can be open."
)
_PAGE = "/<person_id>/<credential_id>/<any(revoke, reinstate):action>"


def _short_enough(form: Any, field: Any) -> None:
    if len(field.data) > LONGEST_REASON:
        raise StopValidation(_("Use at most %(count)s characters.", count=LONGEST_REASON))


class ReasonForm(Form):
    reason = AreaField(
        _l("Reason"),
        [filled, _short_enough],
        description=_l("It is kept in the history for a year. Write nothing about anybody's health."),
    )


@blueprint.get(_PAGE)
@desk.helps
def ask_for_reason(person_id: str, credential_id: str, action: str) -> str:
    """Errors: NotFound(person | credential)."""
    return _page("reason", person_id, credential_id, action, ReasonForm(formdata=None))


@blueprint.post(_PAGE)
@desk.helps
def change(person_id: str, credential_id: str, action: str) -> Any:
    """With a reason the question is asked; once that is answered it is done, however often that is sent.

    Errors: NotFound(person | credential), ServiceUnavailable(sessions).
    """
    form = ReasonForm()
    if not form.validate():
        return _page("reason", person_id, credential_id, action, form), 422
    if request.form.get("confirmed") != "yes":
        return _page("confirm", person_id, credential_id, action, form)
    try:
        _do(person_id, credential_id, action, form.reason.data)
    except InvalidField as fault:
        form.blame(fault)
        return _page("reason", person_id, credential_id, action, form), problem_of(fault).status
    except NationalNumberTaken as taken:
        form.reason.errors = [str(_NUMBER_TAKEN)]
        return _page("reason", person_id, credential_id, action, form), problem_of(taken).status
    return redirect(url_for("console_persons.show", person_id=person_id), 303)


def _page(name: str, person_id: str, credential_id: str, action: str, form: ReasonForm) -> str:
    account = ask(GetAccount(person_id=person_id))
    credential = credential_of(account, credential_id)
    others = [c for c in account.credentials if c.state == "registered" and c is not credential]
    return render_template(
        f"console/persons/{name}.html",
        account=account,
        credential=credential,
        action=action,
        is_last=credential.state == "registered" and not others,
        form=form,
        telling=telling,
    )


def _do(person_id: str, credential_id: str, action: str, reason: str) -> None:
    """Errors: InvalidField(reason), NotFound, NationalNumberTaken, ServiceUnavailable(sessions)."""
    credential_of(ask(GetAccount(person_id=person_id)), credential_id)
    staff_id = desk.member().subject_id
    if action == "revoke":
        revoke(RevokeForPerson(credential_id=credential_id, staff_id=staff_id, reason=reason))
        flash(_("Revoked. Nobody can log in with it any more, and who had is out."))
    else:
        ask(ReinstateCredential(credential_id=credential_id, staff_id=staff_id, reason=reason))
        flash(_("Made valid again. The person can log in with it."))
