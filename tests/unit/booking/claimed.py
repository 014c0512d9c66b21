"""Claims in the states that tests begin with."""

from __future__ import annotations

from services.booking.domain.claim import Claim, Details, confirmed, moved
from services.booking.domain.slots import Slot
from services.booking.ports import Claims
from services.booking.views import booked_event
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, MONDAY, agent, claim

NEXT = Slot(FIRST_SLOT + LENGTH, FIRST_SLOT + 2 * LENGTH)
DETAILS = Details(
    space_id="space-1",
    company_name="Muster S.A.",
    applicant={"first_name": "Léa", "email": "lea.muster@example.org"},
    insured=None,
    assurance_method="none",
    assurance_level="",
    mail_language="fr",
    identity_copy_id="copy-1",
    consented_at=EIGHT,
)


def booked(hold: Claim, person_id: str = "person-1") -> Claim:
    return confirmed(hold, DETAILS, person_id, EIGHT)


def offer_of(appointment: Claim) -> Claim:
    """The time after it, held to be offered to it."""
    return claim(
        appointment_id="offer-1",
        holder=f"earlier|{appointment.appointment_id}",
        hold_key="offer-key-1",
        offered_to=appointment.appointment_id,
        starts_at=NEXT.starts_at,
        ends_at=NEXT.ends_at,
    )


def moved_on(appointment: Claim) -> Claim:
    return moved(appointment, agent("agent-a"), NEXT, MONDAY, "citizen", EIGHT)


def book(claims: Claims, **changes: object) -> Claim:
    """An appointment, held and confirmed."""
    hold = claim(**changes)
    assert claims.insert(hold)
    assert claims.confirm(booked(hold), EIGHT, booked_event(booked(hold), EIGHT))
    return booked(hold)
