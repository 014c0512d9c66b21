"""The words of spaces for codes of their contracts, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.contracts import members
from services.contracts.professional import Step

_ROLES: dict[str, Any] = {
    "administrator": _l("Administrator"),
    "manager": _l("Manager"),
    "editor": _l("Editor"),
    "reader": _l("Reader"),
}
_RIGHTS: dict[str, Any] = {
    "administrator": _l(
        "You may do everything here: work, sign, invite and remove members, delete the space."
    ),
    "manager": _l("You may work here and sign for it."),
    "editor": _l("You may work here: book appointments and join them."),
    "reader": _l("You see what is here, and change nothing."),
}
_SCOPES: dict[str, Any] = {
    members.THIS_CERTIFICATE: _l("this certificate only"),
    members.ALL_CERTIFICATES: _l("all registered certificates"),
}
_INVITATIONS: dict[str, Any] = {
    members.OPEN: _l("waits for an answer"),
    members.EXPIRED: _l("has run out"),
    members.REFUSED: _l("refused"),
    members.WITHDRAWN: _l("withdrawn"),
}
_STEPS: dict[str, Any] = {
    "opened": _l("Space created"),
    "renamed": _l("Renamed: %(about)s"),
    "deleted": _l("Space deleted"),
    "restored": _l("Space restored"),
    "invited": _l("%(about)s invited as %(role)s"),
    "invited_again": _l("Invitation sent again: %(about)s"),
    "withdrawn": _l("Invitation withdrawn: %(about)s"),
    "accepted": _l("Invitation accepted, as %(role)s"),
    "refused": _l("Invitation refused"),
    "role_changed": _l("Role of %(about)s changed to %(role)s"),
    "succeeded": _l("%(about)s is administrator now, because no other one can come in any more"),
    "removed": _l("%(about)s removed"),
    "left": _l("Left the space"),
}
_LIMIT_STEPS: dict[str, Any] = {
    "asked": _l("Asked for more spaces"),
    "raised": _l("Limit raised to %(limit)s"),
    "refused": _l("Refused; the limit stays at %(limit)s"),
}


def role(code: str) -> str:
    return str(_ROLES.get(code, code))


def rights(code: str) -> str:
    """What the reader may do in that role."""
    return str(_RIGHTS.get(code, ""))


def scope(code: str) -> str:
    return str(_SCOPES.get(code, code))


def invitation_state(code: str) -> str:
    return str(_INVITATIONS.get(code, code))


def step(found: Step) -> str:
    """One line of the trail."""
    if found.what not in _STEPS:
        return found.what
    return str(_STEPS[found.what]) % {"about": found.about or "–", "role": role(found.detail)}


def limit_step(what: str, limit: int) -> str:
    return str(_LIMIT_STEPS[what]) % {"limit": limit} if what in _LIMIT_STEPS else what


def made(opened: int, limit: int) -> str:
    """How many of the professional spaces that one may have there are."""
    return str(_("%(opened)s of %(limit)s", opened=opened, limit=limit))
