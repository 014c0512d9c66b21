"""The words of the private space, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.contracts.consents import APPOINTMENT, KEEPING
from services.contracts.spaces import DataChange

FIELDS: dict[str, Any] = {
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "national_number": _l("National number (13 digits)"),
    "birth_date": _l("Date of birth"),
    "birth_place": _l("Place of birth"),
    "email": _l("E-mail address"),
    "phone": _l("Phone number"),
    "street": _l("Street and number"),
    "postal_code": _l("Postal code"),
    "city": _l("Town"),
    "country": _l("Country"),
}
_CHANGES: dict[str, Any] = {
    "opened": _l("Private space created"),
    "saved": _l("Data changed"),
    "joined": _l("Data of another log-in of yours taken over"),
    "deleted": _l("Private space deleted"),
    "restored": _l("Private space restored"),
}
_DOORS: dict[str, Any] = {
    "space": _l("in the private space"),
    "page": _l("while booking"),
    "link": _l("by the link in a mail"),
    "account": _l("in “My account”"),
    "console": _l("by the CNS"),
    "api": _l("by another system of the CNS"),
    "": _l("by the platform"),
}
_PURPOSES: dict[str, Any] = {
    KEEPING: _l("Keeping my data in the private space, to fill in forms"),
    APPOINTMENT: _l("Processing of my data for an appointment"),
}


def fields(names: tuple[str, ...]) -> str:
    """Names of fields, one after the other."""
    return ", ".join(str(FIELDS.get(name, name)) for name in names)


def change(found: DataChange) -> str:
    return str(_CHANGES.get(found.what, found.what))


def door(found: DataChange) -> str:
    return str(_DOORS.get(found.door, found.door))


def certificate(found: DataChange) -> str:
    """Empty for what nobody did with a log-in."""
    if not found.actor_name:
        return ""
    if found.certificate:
        return str(_("certificate ending in %(digits)s", digits=found.certificate))
    return str(_("another means of identification"))


def purpose(code: str) -> str:
    return str(_PURPOSES.get(code, code))
