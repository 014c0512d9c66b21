"""Registering the credential that one has logged in with; the same way leads to another address later.

An address and a national number are asked for, then the code that has come by mail.  `identity` makes the
codes and counts the attempts; the session keeps what was typed, so that another code can be asked for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.access import citizen_required, fresh_login_required
from gateway.backends import ask
from gateway.blueprints.account.blueprint import DONE, account_now, blueprint, member
from gateway.blueprints.booking.person import space_of
from gateway.blueprints.login.purpose import local_path
from gateway.errors import problem_of, sentence_of
from gateway.forms.account import EIDAS, AddressForm, CodeForm, RegistrationForm
from gateway.i18n import language
from gateway.limits.table import ADDRESS_CODE, ADDRESS_CODE_TO
from gateway.limits.taking import take
from gateway.principals import fresh_proof, remember_registered
from services.contracts.credentials import BeginRegistration, ConfirmRegistration
from services.contracts.errors import (
    AddressCodeExpired,
    AddressCodeWrong,
    InvalidField,
    MailedTooOften,
    NationalNumberTaken,
    ServiceUnavailable,
)

_KEPT = "registration"
_ONE_MAIL = ("request_key", "address", "national_number", "language")
"""What is the same when a form comes again: `identity` sends one mail for it, and it counts once."""
_REFUSALS = (NationalNumberTaken, MailedTooOften, ServiceUnavailable)
"""What is said above the form; the form stands as it was."""


@blueprint.get("/register")
@citizen_required
def register() -> Any:
    account_now()
    back = local_path(request.args.get("next", ""))
    if member().is_registered:
        return redirect(back or url_for("account.home"), 303)
    space = space_of(member())
    typed = {"email": space.data.email if space else ""}
    return _show_registration(RegistrationForm(member(), formdata=None, data=typed), back)


@blueprint.post("/register")
@citizen_required
def begin() -> Any:
    form, back = RegistrationForm(member()), local_path(request.form.get("next", ""))
    if member().is_registered:
        return redirect(back or url_for("account.home"), 303)
    if not form.validate():
        return _show_registration(form, back, 422)
    typed = form.national_number.data if "national_number" in form else ""
    wish = _wish(form, typed or member().national_number, next=back, page="account.register")
    try:
        return _send(wish, request.form.get("request_key", ""))
    except InvalidField as fault:
        return _show_registration(form, back, 422, "" if form.show_fault(fault) else sentence_of(fault))
    except _REFUSALS as refusal:
        return _show_registration(form, back, problem_of(refusal).status, sentence_of(refusal))


@blueprint.get("/address")
@fresh_login_required
def address() -> Any:
    known = {"email": account_now().address}
    return _show_address(AddressForm(formdata=None, data=known))


@blueprint.post("/address")
@fresh_login_required
def change_address() -> Any:
    """The new address counts once its code was typed; until then notices go to the one before."""
    form = AddressForm()
    if not form.validate():
        return _show_address(form, 422)
    wish = _wish(form, account_now().national_number, next=url_for("account.home"), page="account.address")
    try:
        return _send(wish, request.form.get("request_key", ""))
    except InvalidField as fault:
        return _show_address(form, 422, "" if form.show_fault(fault) else sentence_of(fault))
    except _REFUSALS as refusal:
        return _show_address(form, problem_of(refusal).status, sentence_of(refusal))


@blueprint.get("/code")
@citizen_required
def code() -> Any:
    return _show_code(CodeForm(formdata=None)) if _KEPT in session else _nothing_begun()


@blueprint.post("/code")
@citizen_required
def confirm() -> Any:
    if _KEPT not in session:
        return _nothing_begun()
    form = CodeForm()
    try:
        return _confirmed(form.typed_code())
    except (AddressCodeWrong, AddressCodeExpired) as refusal:
        form.code.errors = [sentence_of(refusal)]
        return _show_code(form, problem_of(refusal).status)
    except NationalNumberTaken as refusal:
        flash(sentence_of(refusal))
        return redirect(url_for(session[_KEPT]["page"]), 303)


@blueprint.post("/code/send")
@citizen_required
def send_again() -> Any:
    """A new code, in place of the one before; the second click brings the same key and sends none."""
    if _KEPT not in session:
        return _nothing_begun()
    try:
        return _send(session[_KEPT], request.form.get("request_key", ""))
    except (InvalidField, *_REFUSALS) as refusal:
        flash(sentence_of(refusal))
        return redirect(url_for("account.code"), 303)


def _wish(form: AddressForm, national_number: str, **kept: str) -> dict[str, Any]:
    """What the session keeps until the code was typed."""
    return {"address": form.email.data, "national_number": national_number, "request_key": "", **kept}


def _send(wish: dict[str, Any], request_key: str) -> Response:
    """Have a code sent, and go where it is typed.  Errors: those of BeginRegistration and of the limits."""
    kept, wish = session.get(_KEPT, {}), wish | {"request_key": request_key, "language": language()}
    if any(kept.get(name) != wish[name] for name in _ONE_MAIL):
        take(ADDRESS_CODE)
        take(ADDRESS_CODE_TO, whom=f"address {wish['address']}")
    asked = BeginRegistration(
        person_id=member().subject_id,
        credential_id=member().credential_id,
        address=wish["address"],
        national_number=wish["national_number"],
        language=wish["language"],
        request_key=request_key,
        proof=fresh_proof(),
    )
    sent = ask(asked)
    session[_KEPT] = wish | {"expires_at": sent.expires_at.isoformat()}
    return redirect(url_for("account.code"), 303)


def _confirmed(typed: str) -> Response:
    """Errors: those of ConfirmRegistration."""
    who, begun = member(), session[_KEPT]
    asked = ConfirmRegistration(person_id=who.subject_id, credential_id=who.credential_id, code=typed)
    account = ask(asked)
    del session[_KEPT]
    if who.is_registered:
        flash(_("Your e-mail address is confirmed. From now on we write to it."), DONE)
    else:
        remember_registered(account.national_number)
        flash(_("You are registered. From now on your private space opens with this log-in."), DONE)
    return redirect(begun["next"] or url_for("account.home"), 303)


def _nothing_begun() -> Response:
    """Finished in another tab or by the first click, or never begun."""
    return redirect(url_for("account.home" if member().is_registered else "account.register"), 303)


def _show_registration(form: RegistrationForm, back: str, status: int = 200, refusal: str = "") -> Any:
    page = render_template(
        "account/register.html",
        form=form,
        who=member(),
        by_eidas=member().method == EIDAS,
        back=back,
        refusal=refusal,
    )
    return page, status


def _show_address(form: AddressForm, status: int = 200, refusal: str = "") -> Any:
    return render_template("account/address.html", form=form, refusal=refusal), status


def _show_code(form: CodeForm, status: int = 200) -> Any:
    begun = session[_KEPT]
    expires_at = datetime.fromisoformat(begun["expires_at"])
    return render_template("account/code.html", form=form, begun=begun, expires_at=expires_at), status
