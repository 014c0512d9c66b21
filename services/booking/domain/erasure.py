"""What is left of a claim when the person in it is erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.booking.domain.claim import Claim, noted
from services.booking.domain.life import PLATFORM, Transition

NOBODY: Mapping[str, Any] = dict.fromkeys(
    (
        "first_name",
        "last_name",
        "national_number",
        "birth_place",
        "email",
        "phone",
        "street",
        "postal_code",
        "city",
        "country",
    ),
    "",
) | {"birth_date": None}
"""In the place of an applicant who was erased."""


def names_somebody(claim: Claim) -> bool:
    """Whether there is anything of a person in it."""
    return claim.details is not None and claim.details.applicant != NOBODY


def erased(claim: Claim, now: datetime) -> Claim:
    """The same version with figures alone: when, what about, how it went; a company's stays in its space."""
    if claim.details is None:
        raise ValueError("nothing of a person is in a hold")
    is_own = not claim.details.space_id
    details = replace(
        claim.details,
        applicant=NOBODY,
        insured=None,
        identity_copy_id="",
        insured_copy_id="",
        procedure_id="" if is_own else claim.details.procedure_id,
        link_generation=claim.details.link_generation + 1,  # without a person it would open to anybody
    )
    nobodys = noted(claim, Transition.ERASED, PLATFORM, now)
    return replace(nobodys, person_id="", holder="", hold_key=None, fingerprint="", details=details)
