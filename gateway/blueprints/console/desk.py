"""Who works in the console, and what each role finds there."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from gateway.access import staff_required
from gateway.principals import LoggedIn, staff

DESK = ("agent", "supervisor", "helpdesk")
"""Roles that see appointments, and book, move and cancel for callers."""
PLANNING = ("supervisor", "administrator")
"""Roles that see and change calendars."""
HELPS = ("helpdesk", "administrator")
"""Roles that see persons' means of logging in, and revoke and reinstate them."""
ADMINISTERS = ("administrator",)
"""Who decides which other systems may come in."""

OPERATES = ("operator",)
"""Who runs the machines: they see no appointment and no person."""

AUDITS = ("auditor",)
"""Who looks after data protection: they see what was deleted and when, and no appointment and no person."""

at_the_desk = staff_required(*DESK)
plans = staff_required(*PLANNING)
helps = staff_required(*HELPS)
administers = staff_required(*ADMINISTERS)
operates = staff_required(*OPERATES)
audits = staff_required(*AUDITS)

_MENU: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("console.today", _l("Appointments"), DESK),
    ("console_week.week", _l("Week"), DESK),
    ("console_search.search", _l("Find"), DESK),
    ("console_phone.matter", _l("Book for a caller"), DESK),
    ("console_displaced.displaced", _l("Without an agent"), DESK),
    ("console_calendars.overview", _l("Calendars"), PLANNING),
    ("console_persons.search", _l("Accounts"), HELPS),
    ("console_space_limits.requests", _l("More spaces"), HELPS),
    ("console_machines.overview", _l("Machine clients"), ADMINISTERS),
    ("console_fleet.overview", _l("Machines for video"), OPERATES),
    ("console_forgetting.overview", _l("Deletion in rooms"), OPERATES),
    ("console_deletions.search", _l("Records of deletion"), AUDITS),
)


def member() -> LoggedIn:
    """The member of staff whom the policy has let in."""
    found = staff()
    assert found is not None, "the policy has looked"
    return found


def has_role(*roles: str) -> bool:
    return bool(set(roles) & set(member().roles))


def menu() -> list[tuple[str, str, Any]]:
    """Endpoint, address and words of the pages that the member's roles open."""
    return [(endpoint, url_for(endpoint), words) for endpoint, words, roles in _MENU if has_role(*roles)]


def context() -> dict[str, Any]:
    """For the frame of the console's pages."""
    return {"menu": menu, "has_role": has_role}
