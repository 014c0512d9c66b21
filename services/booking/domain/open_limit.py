"""Who may have how many appointments ahead: an owner is a person or an e-mail address, kept as a hash."""

from __future__ import annotations

import hashlib
from datetime import datetime

from services.booking.domain.claim import BOOKED, HOLD, Claim


def owner_of(person_id: str, address: str) -> str:
    """The identified person, else whoever reads that address; case and blanks of an address say nothing."""
    plain = f"person {person_id}" if person_id else f"address {''.join(address.split()).casefold()}"
    return hashlib.sha256(plain.encode()).hexdigest()


def owner_of_draft(procedure_id: str) -> str:
    """A draft, which becomes one appointment."""
    return hashlib.sha256(f"procedure {procedure_id}".encode()).hexdigest()


def owners_of(claim: Claim) -> tuple[str, ...]:
    """Whose tickets it may have."""
    draft = claim.details.procedure_id if claim.details else ""
    return (_owner(claim), *([owner_of_draft(draft)] if draft else ()))


def uses_ticket(claim: Claim | None, owner: str, now: datetime) -> bool:
    """True while a ticket is needed: for an appointment of that owner that is not over, or a hold that lives.

    What needs none will never need one again: a hold whose time is over must be given back to be sure of it.
    """
    if claim is None:
        return False
    if claim.state == HOLD:
        return not claim.is_vacant(now)
    return claim.state == BOOKED and claim.ends_at > now and _owner(claim) == owner


def _owner(claim: Claim) -> str:
    address = claim.details.applicant.get("email", "") if claim.details else ""
    return owner_of(claim.person_id, address)
