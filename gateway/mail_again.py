"""The confirmation mail sent once more, from wherever somebody sees his appointment."""

from __future__ import annotations

from flask import flash, request
from flask_babel import gettext as _

from gateway.backends import ask
from gateway.errors import sentence_of
from gateway.limits.table import MAIL_AGAIN
from gateway.limits.taking import take
from services.contracts.errors import InvalidField, MailedTooOften
from services.contracts.notify import SendAgain

_MAX_KEY = 64


def send_again(appointment_id: str) -> None:
    """Ask for it and say so on the next page; the form's `request_key` makes a second click harmless.

    The address is not said: who sees the page need not be who reads the mails.  Errors: those of the limits.
    """
    key = request.form.get("request_key", "")
    if not 0 < len(key) <= _MAX_KEY:
        raise InvalidField("request_key", "format")
    take(MAIL_AGAIN)
    try:
        ask(SendAgain(appointment_id=appointment_id, request_key=key))
    except MailedTooOften as refusal:
        flash(sentence_of(refusal))
    else:
        flash(_("The mail is on its way to the address that was given with the appointment."))
