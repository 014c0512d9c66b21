"""Why somebody could not log in, in the words of the reader."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from services.contracts.credentials import MOST_CREDENTIALS

_NO_ANSWER = _l(
    "The service that would identify you does not answer at the moment. Try again in a few minutes, "
    "or choose another way."
)

LOGIN_REASONS: dict[str, Any] = {
    "not_registered": _l("This account has no access to the console. Ask an administrator for it."),
    "level_too_low": _l(
        "You have been identified, but with a means that is not secure enough for this service. "
        "Log in with a means of the level “substantial” or “high”."
    ),
    "cancelled": _l(
        "You have stopped before the end, or could not be identified there. You can try again at any time."
    ),
    "acr": _l(
        "You have been identified, but not in a way that is secure enough for this service. "
        "Choose a stronger way with your provider."
    ),
    "no_role": _l(
        "Your account has no role here. Whoever looks after accounts in your office can give you one."
    ),
    "credential_of_other": _l(
        "This means of logging in is registered for another account and stays there. If both are yours, log "
        "in with it to use that one, or ask the helpdesk."
    ),
    "other_national_number": _l(
        "This means of logging in is one of a person with another national number. Only your own can be "
        "added."
    ),
    "too_many_credentials": _l(
        "You have %(limit)s means of logging in already. Revoke one to add another.", limit=MOST_CREDENTIALS
    ),
    "revoked": _l(
        "This means of logging in has been revoked and opens nothing any more. Log in with another one, "
        "or ask the helpdesk."
    ),
    "other_person": _l(
        "You have to prove again that it is you: somebody else has logged in. Choose a means of logging in "
        "that belongs to your account."
    ),
    **dict.fromkeys(
        ("expired", "not_yet_valid", "too_old", "login_too_old", "valid_too_long"),
        _l(
            "The answer came too late, or the clock of the service that identified you does not agree with "
            "ours. Begin again. If this happens several times, tell the helpdesk the code below."
        ),
    ),
    **dict.fromkeys(
        ("not_begun_here", "unknown_or_spent", "replay", "code_refused", "in_response_to"),
        _l(
            "No log-in waits for this answer in this browser. It may have taken longer than ten minutes, the "
            "answer may have been used already, or another log-in was begun in the meantime. Begin again."
        ),
    ),
    "logged_out": _l("The session in which you began has ended since. Log in, and begin again."),
    "unknown_provider": _l("This way of logging in does not exist, or not any more. Choose another one."),
    "provider_unreachable": _NO_ANSWER,
    "provider_faulty": _NO_ANSWER,
}
"""Sentences for some reasons of LoginRefused; every other reason has the general one of its row."""
