"""Holding a slot, keeping it, giving it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking import views
from services.booking.asker import actor_of, origin
from services.booking.availability import Availability, Offer
from services.booking.domain.catalogue import Catalogue, Kind
from services.booking.domain.claim import HOLD, Claim, HoldRules, Step, held_until, renewed
from services.booking.domain.life import Transition
from services.booking.ports import CatalogueSource, Claims
from services.booking.scarcity import claim_time, give_back
from services.chassis.ids import new_id
from services.contracts.booking import LANGUAGES
from services.contracts.errors import (
    HoldExpired,
    HoldRenewedOften,
    InvalidField,
    NotByVideo,
    SlotTaken,
)
from services.contracts.slots import HoldSlot

MAX_KEY = 200
"""Characters of a holder or a hold key."""


@dataclass(frozen=True, slots=True)
class Holds:
    source: CatalogueSource
    claims: Claims
    availability: Availability
    rules: HoldRules

    def take(self, request: HoldSlot, now: datetime) -> Claim:
        """The hold with this key, or a new one.

        Errors: InvalidField, NotByVideo, SlotPast, SlotNotOffered, SlotTaken.
        """
        _check_keys(request)
        return self._repeated(request, now) or self._new(request, now)

    def renew(self, appointment_id: str, holder: str, now: datetime) -> Claim:
        """Errors: HoldExpired, HoldRenewedOften."""
        hold = self.claims.find(appointment_id)
        if hold is None or hold.holder != holder or hold.state != HOLD or hold.is_vacant(now):
            raise HoldExpired
        if hold.renewals_left < 1:
            raise HoldRenewedOften
        longer = renewed(hold, self.rules, now, actor=actor_of(holder), origin=origin())
        if not self.claims.renew(longer, now):
            raise HoldExpired
        return longer

    def release(self, appointment_id: str, holder: str, now: datetime) -> None:
        """Give it back; nothing happens if it is no hold of this holder."""
        hold = self.claims.find(appointment_id)
        if hold is not None and hold.holder == holder and hold.state == HOLD:
            give_back(self.claims, hold, now, actor=actor_of(holder), origin=origin())

    def lapse_due(self, now: datetime) -> None:
        """Give back what has run out, and remove what has been told of; safe in several replicas."""
        for hold in self.claims.run_out(now):
            give_back(self.claims, hold, now)
        self.claims.clear_lapsed()

    def _repeated(self, request: HoldSlot, now: datetime) -> Claim | None:
        """What the same request made before; a hold that has run out makes room for a new one."""
        found = self.claims.held_under(request.holder, request.hold_key)
        if found is not None and found.is_vacant(now):
            give_back(self.claims, found, now)
            return None
        return _same(found, request) if found is not None else None

    def _new(self, request: HoldSlot, now: datetime) -> Claim:
        kind = _check_choice(self.source.load(), request)
        for offer in self.availability.offers(kind, request.language, request.starts_at, now):
            hold = self._hold(request, kind, offer, now)
            if claim_time(self.claims, hold, now, views.held_event(hold, now)):
                return hold
        # Lost, perhaps to the same request sent twice at once.
        found = self.claims.held_under(request.holder, request.hold_key)
        if found is None:
            raise SlotTaken
        return _same(found, request)

    def _hold(self, request: HoldSlot, kind: Kind, offer: Offer, now: datetime) -> Claim:
        return Claim(
            appointment_id=new_id(),
            version=1,
            state=HOLD,
            holder=request.holder,
            hold_key=request.hold_key,
            held_until=held_until(offer.slot, self.rules, now),
            renewals_left=self.rules.renewals,
            subject=request.subject,
            topic=request.topic,
            fingerprint=request.fingerprint,
            kind=kind.code,
            calendar=kind.calendar,
            language=request.language,
            agent_id=offer.agent.agent_id,
            agent_name=offer.agent.name,
            starts_at=offer.slot.starts_at,
            ends_at=offer.slot.ends_at,
            day=offer.day,
            trail=(Step(now, Transition.HELD.value, actor_of(request.holder), 1, origin()),),
        )


def _same(found: Claim, request: HoldSlot) -> Claim:
    """What the key made before.  Errors: InvalidField(hold_key, reused) for another request."""
    if found.fingerprint != request.fingerprint:
        raise InvalidField("hold_key", "reused")
    return found


def _check_keys(request: HoldSlot) -> None:
    for name in ("hold_key", "holder"):
        text = getattr(request, name)
        if not text:
            raise InvalidField(name, "missing")
        if len(text) > MAX_KEY:
            raise InvalidField(name, "too_long")


def _check_choice(catalogue: Catalogue, request: HoldSlot) -> Kind:
    """The kind of appointment asked for.  Errors: NotByVideo, InvalidField(.., choice)."""
    subject = catalogue.subjects.get(request.subject)
    if subject is None:
        raise InvalidField("subject", "choice")
    if not subject.by_video:
        raise NotByVideo(subject.code)
    if request.kind not in subject.kinds or request.kind not in catalogue.kinds:
        raise InvalidField("kind", "choice")
    if request.topic and request.topic not in subject.topics:
        raise InvalidField("topic", "choice")
    if request.language not in LANGUAGES:
        raise InvalidField("language", "choice")
    return catalogue.kinds[request.kind]
