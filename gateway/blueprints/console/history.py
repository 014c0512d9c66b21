"""What has happened to an appointment: its mails, and who did what; what cannot be read is left out."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask_babel import gettext as _

from gateway import words
from gateway.backends import ask
from gateway.blueprints.console.copies import name_on
from services.contracts.booking import MEMBER, Appointment, AuditStep, GetAuditTrail
from services.contracts.errors import NotFound, PlatformError
from services.contracts.identity import GetPrincipal
from services.contracts.notify import Delivery, ListDeliveries, ListNotices
from services.contracts.wire import Request

_log = logging.getLogger(__name__)
_NAMES_ASKED = 12
"""Different persons whose names are looked up for one page; others are shown by their ids."""

ReplyT = TypeVar("ReplyT")


@dataclass(frozen=True)
class Told:
    """One step of the audit trail, in words."""

    at: datetime
    what: str
    who: str
    channel: str
    place: str
    """The same for the same network address on one day; empty where none is known."""
    about: str = ""
    """Whose identity copy, what the case file answered, or the id of what it is about."""


def deliveries(appointment_id: str) -> tuple[Delivery, ...] | None:
    """Mails about an appointment, the latest first; None while `notify` does not answer."""
    found = _if_there(ListDeliveries(appointment_id=appointment_id))
    return tuple(reversed(found.deliveries)) if found else None


def notices(credential_ids: Iterable[str]) -> tuple[Delivery, ...] | None:
    """Mails about means of logging in, the latest first; None while `notify` does not answer."""
    found = _if_there(ListNotices(credential_ids=tuple(credential_ids)))
    return tuple(reversed(found.deliveries)) if found else None


def trail(appointment: Appointment) -> list[Told] | None:
    """Who did what, the latest first; None while it cannot be read."""
    found = _if_there(GetAuditTrail(appointment_id=appointment.appointment_id))
    if found is None:
        return None
    names = names_of({step.who for step in found.steps})
    return [_told(step, names, appointment) for step in reversed(found.steps)]


def _told(step: AuditStep, names: dict[str, str], appointment: Appointment) -> Told:
    channel, _colon, place = step.origin.partition(":")
    what, who, by = words.step(step.what), names[step.who], words.channel(channel)
    return Told(step.at, what, who, by, place, _about(step, appointment))


def _about(step: AuditStep, appointment: Appointment) -> str:
    if step.receipt:
        return str(_("receipt number %(receipt)s", receipt=step.receipt))
    return name_on(step.document_id, appointment) if step.document_id else ""


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """The actors of an audit trail by their names."""
    general = {"citizen": _("citizen"), "platform": _("the platform itself")}
    ids = sorted(set(ids))
    general |= {who: _("another member of the company") for who in ids if who.startswith(MEMBER)}
    return {who: general.get(who) or _name(who) for who in ids[:_NAMES_ASKED]} | {
        who: who for who in ids[_NAMES_ASKED:]
    }


def _name(staff_id: str) -> str:
    """A member of staff by his name; a machine client, or who has left, by the id."""
    found = _if_there(GetPrincipal(audience="staff", subject_id=staff_id))
    return found.name if found else staff_id


def _if_there(request: Request[ReplyT]) -> ReplyT | None:
    try:
        return ask(request)
    except NotFound:
        return None
    except PlatformError as error:
        _log.warning("a part of a page is missing", extra={"code": type(error).__name__})
        return None
