"""What the parts of an archive and their records are called, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

_PARTS: dict[str, Any] = {
    "identity": _l("Your account and your means of logging in"),
    "booking": _l("Your appointments"),
    "spaces": _l("Your spaces"),
    "notify": _l("Mails that were sent to you"),
    "media": _l("The rooms of your video consultations"),
    "sessions": _l("Where you are logged in"),
}
_KINDS: dict[str, Any] = {
    "person": _l("Account"),
    "registration_begun": _l("A registration that was begun"),
    "trail": _l("What was done with the account"),
    "credentials": _l("Means of logging in"),
    "appointments": _l("Appointments"),
    "waiting_list": _l("Waiting list for an earlier time"),
    "attendance": _l("Attendance"),
    "private_space": _l("Private space"),
    "data_changes": _l("Changes of your data"),
    "consents": _l("Consents"),
    "documents": _l("Documents"),
    "procedures": _l("Drafts and procedures"),
    "memberships": _l("Memberships in professional spaces"),
    "invitations": _l("Invitations to spaces"),
    "space_trail": _l("What you have done in professional spaces"),
    "space_limits": _l("Requests for more spaces"),
    "mails": _l("Mails"),
    "reminders": _l("Reminders to come"),
    "rooms": _l("Rooms"),
    "sessions": _l("Sessions"),
}


def part(code: str) -> str:
    return str(_PARTS.get(code, code))


def kind(code: str) -> str:
    return str(_KINDS.get(code, code))
