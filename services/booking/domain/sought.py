"""By what an appointment is found: hashes, so that an index shows no address and no number."""

from __future__ import annotations

import hashlib

from services.booking.domain.claim import Details


def email_key(address: str) -> str:
    """The same however it is capitalised."""
    return _hash(f"email {address.strip().casefold()}")


def number_key(national_number: str) -> str:
    """Of 13 digits."""
    return _hash(f"number {national_number}")


def keys(details: Details | None) -> tuple[str, ...]:
    """Of both persons, each once."""
    people = [person for person in (details.applicant, details.insured) if person] if details else []
    found = [email_key(person["email"]) for person in people if person.get("email")]
    found += [number_key(person["national_number"]) for person in people if person.get("national_number")]
    return tuple(dict.fromkeys(found))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
