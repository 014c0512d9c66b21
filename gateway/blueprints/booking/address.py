"""Between steps 6 and 7, only without authentication: a code by mail proves the address.

The code is neither kept nor sent back: it follows from the form key and the
draft, and is reckoned again when somebody types one.  Attempts are counted in
Redis, one key each, so that many at once are no more than one after another.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, request
from flask_babel import lazy_gettext as _l

from gateway.access import anyone
from gateway.backends import ask, now, runtime
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.booking.steps import BY_NAME, first_open, go_on, guarded, page
from gateway.errors import problem_of, sentence_of
from gateway.forms import Form, TextField
from gateway.i18n import language
from gateway.limits import caller
from gateway.limits.caller import remember_proved
from gateway.limits.table import ADDRESS_CODE, ADDRESS_CODE_TO
from gateway.limits.taking import take
from services.contracts.errors import AddressCodeExpired, AddressCodeWrong, PlatformError
from services.contracts.notify import SendAddressCode

VALID_FOR = timedelta(minutes=10)
ATTEMPTS = 5
_COUNTED_SECONDS = 3600
"""Longer than a code is valid, whatever the platform's clock says."""
_DIGITS = 6


class CodeForm(Form):
    code = TextField(
        _l("Code from the mail"),
        description=_l("6 digits"),
        autocomplete="one-time-code",
        inputmode="numeric",
        classes="govuk-input--width-5",
    )


@blueprint.get("/address")
@anyone
@guarded("address")
def address(draft: Draft) -> Any:
    return _show(draft, CodeForm(formdata=None))


@blueprint.post("/address")
@anyone
@guarded("address", needs_slot=False)
def prove(draft: Draft) -> Any:
    form = CodeForm()
    try:
        check(draft, form)
    except (AddressCodeWrong, AddressCodeExpired) as refusal:
        form.code.errors = [sentence_of(refusal)]
        return _show(draft, form, problem_of(refusal).status)
    keep_proof(draft)
    return go_on(draft)


@blueprint.post("/address/send")
@anyone
@guarded("address", needs_slot=False)
def send_another(draft: Draft) -> Any:
    """A new code; the page says how many were sent before it, so its second click sends none."""
    if request.form.get("sent") == str(draft.codes):
        send(draft)
    return redirect(BY_NAME["address"].path, 303)


def lead_on(draft: Draft) -> Any:
    """To the next step; where that asks for a code, the code is on its way."""
    if first_open(draft).name == "address" and not is_valid(draft):
        send(draft)
    return go_on(draft)


def send(draft: Draft) -> None:
    """Mail a new code, in place of the one before; what went wrong is said on the page that follows.

    Errors: those of the limits, with nothing changed.
    """
    take(ADDRESS_CODE)
    take(ADDRESS_CODE_TO, whom=f"address {draft.address}")
    draft.codes += 1
    draft.code = {"address": draft.address, "expires_at": (now() + VALID_FOR).isoformat()}
    wanted = SendAddressCode(
        address=draft.address,
        code=_code(draft, draft.codes),
        language=language(),
        request_key=_keyed(draft, draft.codes, "request"),
        requester=caller.hashed(caller.network()),
    )
    try:
        ask(wanted)
    except PlatformError as refusal:
        draft.code = {}
        flash(sentence_of(refusal))
    draft.save()


def check(draft: Draft, form: CodeForm) -> None:
    """That the code in the form is the one in the mail.  Errors: AddressCodeExpired, AddressCodeWrong."""
    if not is_valid(draft):
        raise AddressCodeExpired
    typed = "".join((form.code.data or "").replace("-", " ").split())
    attempt = _next_attempt(draft)
    if not hmac.compare_digest(typed.encode(), _code(draft, draft.codes).encode()):
        raise AddressCodeWrong(str(ATTEMPTS - attempt)) if attempt < ATTEMPTS else AddressCodeExpired


def keep_proof(draft: Draft) -> None:
    """The address is proved: for this journey, and for the limits as long as the session lasts."""
    draft.proved, draft.code = draft.address, {}
    draft.save()
    remember_proved(draft.proved)


def is_valid(draft: Draft) -> bool:
    """Whether a code was sent to the address as it is now, and not too long ago: [sent, sent + 10 min)."""
    sent = draft.code
    return (
        bool(sent) and sent["address"] == draft.address and now() < datetime.fromisoformat(sent["expires_at"])
    )


def _next_attempt(draft: Draft) -> int:
    """Number of this attempt, from 1.  Raises AddressCodeExpired after the last one."""
    name = f"gateway:address-code:{_keyed(draft, draft.codes, 'attempt')}"
    for attempt in range(1, ATTEMPTS + 1):
        if runtime().redis.set(f"{name}:{attempt}", "1", ex=_COUNTED_SECONDS, nx=True):
            return attempt
    raise AddressCodeExpired


def _code(draft: Draft, number: int) -> str:
    """The digits of the draft's n-th code for its address."""
    return f"{int(_keyed(draft, number, 'code'), 16) % 10**_DIGITS:0{_DIGITS}}"


def _keyed(draft: Draft, number: int, purpose: str) -> str:
    """Hexadecimal digits that nobody without the form key can reckon."""
    text = "\n".join((purpose, draft.holder, draft.address, str(number)))
    key = runtime().settings.form_key.reveal().encode()
    return hmac.new(key, f"address code\n{text}".encode(), hashlib.sha256).hexdigest()


def _show(draft: Draft, form: CodeForm, status: int = 200) -> Any:
    return page("address", draft, status, form=form, sent=is_valid(draft))
