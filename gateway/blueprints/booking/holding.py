"""Taking, renewing and giving back the slot of a draft."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime

from gateway import slots
from gateway.backends import ask, now
from gateway.blueprints.booking.draft import Draft
from gateway.principals import citizen
from services.contracts.errors import InvalidField, PlatformError, SlotNotOffered, SlotPast, SlotTaken
from services.contracts.media import OpenDraftRoom
from services.contracts.slots import HoldSlot, ReleaseHold, RenewHold

_log = logging.getLogger(__name__)
_REFUSED = (SlotTaken, SlotPast, SlotNotOffered, InvalidField)


def take_chosen(draft: Draft, form: Mapping[str, str]) -> tuple[slots.Wish, PlatformError] | None:
    """Hold the time that was pressed on a page of free times.

    None once the draft has it; else what to show again, and why.
    """
    wish = slots.wish_in(form)
    starts_at = slots.instant_in(form.get("starts_at", ""))
    if starts_at is None:
        return wish, SlotNotOffered()
    try:
        take(draft, wish.language, starts_at, form.get("page_key", "")[:64])
    except _REFUSED as refusal:
        return wish.around(starts_at), refusal
    draft.save()
    return None


def take(draft: Draft, language: str, starts_at: datetime, page_key: str) -> None:
    """Hold a slot in place of the one held before; the same page and slot take it once.

    Errors: those of HoldSlot and OpenDraftRoom; the earlier hold stands then.
    """
    if _already_held(draft, language, starts_at):
        return
    earlier = draft.held
    hold = ask(
        HoldSlot(
            hold_key=_hold_key(page_key, draft.kind, language, starts_at),
            holder=draft.holder,
            subject=draft.subject,
            kind=draft.kind,
            topic=draft.topic,
            language=language,
            starts_at=starts_at,
        )
    )
    draft.language = language
    draft.keep_hold(hold)
    if earlier is not None and earlier.appointment_id != hold.appointment_id:
        _give_back(earlier.appointment_id, draft.holder)


def open_room(draft: Draft) -> None:
    """Make the place for the identity copy; without effect where it exists."""
    if citizen() is None and draft.held is not None:
        ask(OpenDraftRoom(room_id=draft.held.appointment_id))


def renew(draft: Draft) -> None:
    """Ten minutes more.  Errors: HoldExpired, HoldRenewedOften."""
    if draft.held is not None:
        draft.keep_hold(ask(RenewHold(appointment_id=draft.held.appointment_id, holder=draft.holder)))


def release(draft: Draft) -> None:
    """Give the slot back because something was changed on which it depends."""
    if draft.held is not None:
        _give_back(draft.held.appointment_id, draft.holder)
    draft.forget_time()


def _already_held(draft: Draft, language: str, starts_at: datetime) -> bool:
    held = draft.held
    return (
        held is not None
        and held.lasts_at(now())
        and (held.starts_at, draft.language) == (starts_at, language)
    )


def _give_back(appointment_id: str, holder: str) -> None:
    """A hold that cannot be given back now lapses by itself."""
    try:
        ask(ReleaseHold(appointment_id=appointment_id, holder=holder))
    except PlatformError as error:
        _log.info("a hold was left to lapse", extra={"code": type(error).__name__})


def _hold_key(page_key: str, *choice: object) -> str:
    """One key per opened page and choice, so a page kept by the browser may be used for another slot."""
    return hashlib.sha256("\n".join([page_key, *map(str, choice)]).encode()).hexdigest()
