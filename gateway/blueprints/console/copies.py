"""Whose identity document each copy in a room shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.contracts.booking import Appointment, InsuredPerson, Person
from services.contracts.room_documents import Document


@dataclass(frozen=True)
class NamedCopy:
    name: str
    """Empty once booking has forgotten the person."""
    document: Document


def named_copies(appointment: Appointment | None, copies: Iterable[Document]) -> tuple[NamedCopy, ...]:
    """The applicant's copy, then the insured person's.

    One that the appointment does not name was replaced by the citizen, and is nobody's to see.
    """
    if appointment is None:
        return tuple(NamedCopy("", copy) for copy in copies)
    by_id = {copy.document_id: copy for copy in copies}
    return tuple(NamedCopy(name, by_id[copy_id]) for copy_id, name in _names(appointment) if copy_id in by_id)


def name_on(copy_id: str, appointment: Appointment) -> str:
    """Whose identity document a copy shows; its id where the appointment does not name it any more."""
    return dict(_names(appointment)).get(copy_id) or copy_id


def _names(appointment: Appointment) -> list[tuple[str, str]]:
    found = [(appointment.identity_copy_id, _name(appointment.applicant))]
    if appointment.insured is not None:
        found.append((appointment.insured_copy_id, _name(appointment.insured)))
    return found


def _name(person: Person | InsuredPerson) -> str:
    return f"{person.first_name} {person.last_name}"
