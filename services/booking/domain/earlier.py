"""The waiting list: who has an appointment and would like an earlier one.

One wish per appointment.  Each function answers with the wish as it would be; whether it becomes
so is settled by the store, see SCARCITY.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.booking.domain.catalogue import Calendar, Kind
from services.booking.domain.claim import Claim
from services.booking.domain.slots import Slot

WAITING, OFFERED, ENDED = "waiting", "offered", "ended"


@dataclass(frozen=True, slots=True)
class OfferRules:
    """How long an offer lasts, how many are made, and when nobody is disturbed."""

    length: timedelta = timedelta(minutes=30)
    at_least: timedelta = timedelta(minutes=10)
    """A slot that leaves less time to answer is not offered."""
    per_citizen: int = 3
    """Offers that one wish brings; after that its citizen may ask again."""
    per_slot: int = 3
    """Citizens to whom one slot is offered; after that it is everybody's."""
    wakes_at: int = 7
    sleeps_at: int = 21
    """Hours of the calendar's own clock between which offers are made: nobody answers at night."""

    def are_made(self, kind: Kind, calendar: Calendar, now: datetime) -> bool:
        """False at night, except in the round-the-clock demonstration."""
        hour = now.astimezone(ZoneInfo(calendar.zone)).hour
        return kind.demonstration or self.wakes_at <= hour < self.sleeps_at

    def held_until(self, slot: Slot, notice: timedelta, now: datetime) -> datetime | None:
        """End of an offer that is made now: never after the slot could be booked; None if too soon."""
        until = min(now + self.length, slot.starts_at - notice)
        return until if until >= now + self.at_least else None


@dataclass(frozen=True, slots=True)
class Offered:
    """A slot that is held for one citizen until `answer_until`."""

    offer_id: str
    """The hold's own appointment id, which never becomes an appointment."""
    time_id: str
    starts_at: datetime
    ends_at: datetime
    answer_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one citizen has asked for."""

    appointment_id: str
    kind: str
    language: str
    asked_at: datetime
    """His place in the queue; of two who asked at the same instant the lower id comes first."""
    before: datetime
    """Start of his appointment as last heard of: the slot must be over by then."""
    not_before: datetime | None = None
    state: str = WAITING
    offers_made: int = 0
    passed: tuple[datetime, ...] = ()
    """Starts of slots that he declined or let pass: not offered to him again, whoever the agent."""
    offer: Offered | None = None
    revision: int = 0
    """Rises with every change: the store makes one only to what its author has read."""

    @property
    def holder(self) -> str:
        """Who holds the slots that are offered to him."""
        return f"earlier|{self.appointment_id}"

    @property
    def next_key(self) -> str:
        """Key of the hold of his next offer: whoever makes it, it is made once."""
        return f"{self.asked_at.isoformat()}|{self.offers_made + 1}"

    def suits(self, slot: Slot) -> bool:
        """True for a slot that lies wholly before his appointment and that he has not let pass."""
        in_time = self.not_before is None or slot.starts_at >= self.not_before
        return in_time and slot.ends_at <= self.before and slot.starts_at not in self.passed


def asked(appointment: Claim, not_before: datetime | None, now: datetime) -> Wish:
    """A new wish, at the end of the queue."""
    return Wish(
        appointment_id=appointment.appointment_id,
        kind=appointment.kind,
        language=appointment.language,
        asked_at=now,
        before=appointment.starts_at,
        not_before=not_before,
    )


def asked_again(wish: Wish, not_before: datetime | None, now: datetime) -> Wish:
    """The same place with another bound; who has had all his offers begins anew, at the end."""
    if wish.state != ENDED:
        return _changed(wish, not_before=not_before)
    return _changed(wish, state=WAITING, asked_at=now, offers_made=0, not_before=not_before)


def with_offer(wish: Wish, hold: Claim) -> Wish:
    """The wish once a slot is held for it."""
    offer = Offered(
        hold.appointment_id, hold.claim_id, hold.starts_at, hold.ends_at, answer_until=hold.held_until
    )
    return _changed(wish, state=OFFERED, offer=offer, offers_made=wish.offers_made + 1)


def passed_on(wish: Wish, rules: OfferRules) -> Wish:
    """The wish after its offer was declined, or ran out."""
    passed = (*wish.passed, *((wish.offer.starts_at,) if wish.offer else ()))
    state = WAITING if wish.offers_made < rules.per_citizen else ENDED
    return _changed(wish, state=state, offer=None, passed=passed)


def following(wish: Wish, appointment: Claim) -> Wish:
    """The wish after its appointment was moved."""
    return _changed(wish, before=appointment.starts_at)


def seen(wish: Wish, rules: OfferRules, now: datetime) -> Wish:
    """The wish as its citizen may see it: an offer that has run out is none, though nobody noted it yet."""
    is_over = wish.offer is not None and wish.offer.answer_until <= now
    return passed_on(wish, rules) if is_over else wish


def _changed(wish: Wish, **changes: object) -> Wish:
    return replace(wish, revision=wish.revision + 1, **changes)  # type: ignore[arg-type]
