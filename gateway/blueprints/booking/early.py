"""The e-mail address proved before a time is chosen, in place of the proof of work: also without scripts.

It is the step `address` brought forward.  The choice that was made travels along in the forms, and the last
answer (307) has the browser send it once more to where it was sent first.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from gateway.access import anyone
from gateway.blueprints.booking import address
from gateway.blueprints.booking.address import CodeForm
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.booking.steps import BY_NAME, guarded, page
from gateway.errors import problem_of, sentence_of
from gateway.forms.base import Form
from gateway.forms.person import ContactForm
from gateway.limits.page import repeated_fields
from services.contracts.errors import AddressCodeExpired, AddressCodeWrong


class AddressForm(Form):
    email = ContactForm.email


@blueprint.post("/address/early")
@anyone
@guarded("time")
def prove_early(draft: Draft) -> Any:
    """Mail the code, unless one is on its way to this address; a new one only when it is asked for."""
    form = AddressForm()
    if not form.validate():
        return _show(draft, 422, email=form)
    _keep(draft, form.email.data)
    if not address.is_valid(draft) or request.form.get("sent") == str(draft.codes):
        address.send(draft)
    draft.save()
    return _show(draft, email=form)


@blueprint.post("/address/early/code")
@anyone
@guarded("time")
def take_early_code(draft: Draft) -> Any:
    form = CodeForm()
    try:
        address.check(draft, form)
    except (AddressCodeWrong, AddressCodeExpired) as refusal:
        form.code.errors = [sentence_of(refusal)]
        return _show(draft, problem_of(refusal).status, form=form)
    address.keep_proof(draft)
    return redirect(BY_NAME["time"].path, 307)


def _keep(draft: Draft, email: str) -> None:
    """What the person's step will show; whatever else was typed there before stays."""
    typed = draft.typed.get("person") or {"country": "LU"}
    draft.keep_form("person", {**typed, "email": email}, valid="person" in draft.valid)


def _show(
    draft: Draft, status: int = 200, email: AddressForm | None = None, form: CodeForm | None = None
) -> Any:
    return page(
        "time",
        draft,
        status,
        template="booking/early.html",
        email=email or AddressForm(formdata=None, data={"email": draft.address}),
        form=form or CodeForm(formdata=None),
        fields=repeated_fields("email", "code", "sent"),
        sent=address.is_valid(draft),
    )
