"""The life of a claim on one agent's time: hold, booked, moved, cancelled, lapsed.

Each function answers with the claim as it would be; whether it becomes so is
settled by the store, see SCARCITY.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from services.booking.domain.catalogue import Agent
from services.booking.domain.life import CITIZEN, PLATFORM, Transition, is_citizen
from services.booking.domain.slots import Slot

HOLD = "hold"
"""Kept for one holder until `held_until`; not to be confused with the outcome `held` of a consultation."""
BOOKED = "booked"
CANCELLED = "cancelled"
LAPSED = "lapsed"
"""Given back; anybody may take it over, and it vanishes once its event is told."""


@dataclass(frozen=True, slots=True)
class HoldRules:
    """How long a hold lasts, and how often it may be renewed."""

    length: timedelta = timedelta(minutes=10)
    renewals: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the audit trail: who did what, when; no personal data."""

    at: datetime
    what: str
    who: str
    version: int
    origin: str = ""
    """Channel and keyed hash of the network address; empty for what the platform did by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a confirmation adds; the two persons are never looked into here."""

    applicant: Mapping[str, Any]
    insured: Mapping[str, Any] | None
    assurance_method: str
    assurance_level: str
    mail_language: str
    identity_copy_id: str
    consented_at: datetime
    link_generation: int = 1
    insured_copy_id: str = ""
    consent_version: str = ""
    procedure_id: str = ""
    space_id: str = ""
    """The professional space that it was booked for; nobody's where it is the person's own."""
    company_name: str = ""
    company_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One agent's time from `starts_at` to `ends_at`, and the appointment that lies in it."""

    appointment_id: str
    version: int
    """Rises with every move and cancellation; of several documents the highest is the appointment."""
    state: str
    holder: str
    hold_key: str | None
    """None once it has lapsed, so that its holder may try again."""
    held_until: datetime
    renewals_left: int
    subject: str
    topic: str
    kind: str
    calendar: str
    language: str
    agent_id: str
    agent_name: str
    starts_at: datetime
    ends_at: datetime
    day: date
    """The calendar's own day of the start."""
    person_id: str = ""
    details: Details | None = None
    trail: tuple[Step, ...] = ()
    displaced: bool = False
    """True while its agent cannot keep it and no colleague can: the citizen is to choose another time."""
    fingerprint: str = ""
    """Of the request that made it, as the caller gave it; another one does not get this claim."""
    supersedes: str | None = None
    """The claim that this one replaces, until that is removed."""
    offered_to: str | None = None
    """Of a hold that the waiting list made: the appointment to which this time is offered."""
    accepted_offer: str = ""
    """The offer of an earlier time that was accepted last: accepting it again answers the same."""

    @property
    def claim_id(self) -> str:
        """One document per agent and start: whoever inserts it has the slot.

        A cancelled appointment claims nobody's time any more.
        """
        if self.state == CANCELLED:
            return f"{CANCELLED}|{self.appointment_id}"
        return time_id(self.agent_id, self.starts_at)

    @property
    def slot(self) -> Slot:
        return Slot(self.starts_at, self.ends_at)

    def is_vacant(self, now: datetime) -> bool:
        """True if the slot may be taken by somebody else: half-open, gone at `held_until`."""
        return self.state == LAPSED or (self.state == HOLD and self.held_until <= now)

    @property
    def is_appointment(self) -> bool:
        return self.state in (BOOKED, CANCELLED)


def time_id(agent_id: str, starts_at: datetime) -> str:
    """What is scarce: the time of one agent from one instant (UTC) on."""
    return f"{agent_id}|{starts_at:%Y-%m-%dT%H:%M:%SZ}"


def renewed(
    claim: Claim, rules: HoldRules, now: datetime, *, actor: str = CITIZEN, origin: str = ""
) -> Claim:
    """The hold with its full length from now on, and one renewal less."""
    return replace(
        noted(claim, Transition.RENEWED, actor, now, origin),
        held_until=held_until(claim.slot, rules, now),
        renewals_left=claim.renewals_left - 1,
    )


def held_until(slot: Slot, rules: HoldRules, now: datetime) -> datetime:
    """End of a hold that begins now; no hold outlives its slot."""
    return min(now + rules.length, slot.ends_at)


def lapsed(claim: Claim, actor: str, now: datetime, origin: str = "") -> Claim:
    """The hold once it is given back: its holder's key is free for another try."""
    given_back = noted(claim, Transition.LAPSED, actor, now, origin)
    return replace(given_back, state=LAPSED, hold_key=None, offered_to=None)


def confirmed(
    claim: Claim,
    details: Details,
    person_id: str,
    now: datetime,
    *,
    actor: str = CITIZEN,
    origin: str = "",
) -> Claim:
    """The hold as an appointment."""
    booked = noted(claim, Transition.BOOKED, actor, now, origin)
    return replace(booked, state=BOOKED, details=details, person_id=person_id)


def moved(
    claim: Claim, agent: Agent, slot: Slot, day: date, actor: str, now: datetime, origin: str = ""
) -> Claim:
    """The next version of an appointment, at another time."""
    return _placed(following(claim, Transition.MOVED, actor, now, origin), agent, slot, day)


def reassigned(claim: Claim, colleague: Agent, actor: str, now: datetime, origin: str = "") -> Claim:
    """The next version of an appointment, at the same time with a colleague."""
    after = following(claim, Transition.REASSIGNED, actor, now, origin)
    return _placed(after, colleague, claim.slot, claim.day)


def displaced(claim: Claim, actor: str, now: datetime, origin: str = "") -> Claim:
    """The same version, that no agent can keep: its time stays claimed until the citizen has chosen."""
    return replace(noted(claim, Transition.DISPLACED, actor, now, origin), displaced=True)


def restored(claim: Claim, actor: str, now: datetime, origin: str = "") -> Claim:
    """The same version, which its agent can keep after all."""
    return replace(noted(claim, Transition.RESTORED, actor, now, origin), displaced=False)


def accepted(claim: Claim, offer: Claim, actor: str, now: datetime, origin: str = "") -> Claim:
    """The next version of an appointment, in the time that was held to be offered to it."""
    return replace(
        following(claim, Transition.MOVED, actor, now, origin),
        agent_id=offer.agent_id,
        agent_name=offer.agent_name,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        day=offer.day,
        displaced=False,
        accepted_offer=offer.appointment_id,
    )


def cancelled(claim: Claim, actor: str, now: datetime, origin: str = "") -> Claim:
    """The last version of an appointment: it claims nobody's time any more."""
    return replace(following(claim, Transition.CANCELLED, actor, now, origin), state=CANCELLED)


def link_renewed(claim: Claim, actor: str, now: datetime, origin: str = "") -> Claim:
    """The next version of an appointment, with another personal link; it stays where it is."""
    if claim.details is None:
        raise ValueError("a hold has no link")
    details = replace(claim.details, link_generation=claim.details.link_generation + 1)
    return replace(following(claim, Transition.LINK_RENEWED, actor, now, origin), details=details)


def passed_on(claim: Claim, person_id: str, now: datetime, origin: str = "") -> Claim:
    """The same version, of another person: the same human being, as is known by now."""
    return replace(noted(claim, Transition.OWNER_CHANGED, PLATFORM, now, origin), person_id=person_id)


def too_late(claim: Claim, actor: str, *, joined: bool, ended: bool, now: datetime) -> bool:
    """True when `actor` may not move or cancel any more.

    The citizen may until the start, as long as nobody has joined; staff may until
    the end of the slot, as long as the consultation has not ended.
    """
    if is_citizen(actor):
        return joined or now >= claim.starts_at
    return ended or now >= claim.ends_at


def _placed(claim: Claim, agent: Agent, slot: Slot, day: date) -> Claim:
    return replace(
        claim,
        agent_id=agent.agent_id,
        agent_name=agent.name,
        calendar=agent.calendar,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        day=day,
        displaced=False,
    )


def following(claim: Claim, what: Transition, actor: str, now: datetime, origin: str = "") -> Claim:
    """The next version of an appointment, with its step in the audit trail."""
    step = Step(now, what.value, actor, claim.version + 1, origin)
    return replace(claim, version=step.version, supersedes=claim.claim_id, trail=(*claim.trail, step))


def noted(claim: Claim, what: Transition, actor: str, now: datetime, origin: str = "") -> Claim:
    """The same version, with one step more in the audit trail."""
    return replace(claim, trail=(*claim.trail, Step(now, what.value, actor, claim.version, origin)))
