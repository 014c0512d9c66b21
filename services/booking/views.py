"""From what booking knows to what it answers and tells."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.booking.domain.attendance import Attendance, state_of
from services.booking.domain.catalogue import Catalogue, Kind, Subject
from services.booking.domain.claim import Claim, Details
from services.booking.domain.life import State, is_citizen
from services.booking.entries import by_topic
from services.chassis.codec import from_wire, to_wire
from services.chassis.ids import new_id
from services.contracts import booking as contract
from services.contracts import booking_events as events
from services.contracts import slots
from services.contracts import subjects as offered
from services.contracts.rights import AppointmentErased


def subjects(catalogue: Catalogue) -> offered.Subjects:
    """All subjects in the order of the pages."""
    ordered = sorted(catalogue.subjects.values(), key=lambda subject: (subject.position, subject.code))
    return offered.Subjects(subjects=tuple(_subject(subject, catalogue) for subject in ordered))


def _subject(subject: Subject, catalogue: Catalogue) -> offered.Subject:
    kinds = (catalogue.kinds[code] for code in subject.kinds if code in catalogue.kinds)
    return offered.Subject(
        code=subject.code,
        by_video=subject.by_video,
        topics=subject.topics,
        kinds=tuple(_kind(kind, catalogue) for kind in kinds),
        names=dict(subject.names),
        hints=dict(subject.hints),
        topic_names=by_topic(subject),
    )


def _kind(kind: Kind, catalogue: Catalogue) -> offered.Kind:
    spoken = catalogue.languages_of(kind)
    return offered.Kind(
        code=kind.code,
        channel=kind.channel,
        minutes=int(catalogue.calendars[kind.calendar].length.total_seconds() // 60),
        languages=tuple(language for language in contract.LANGUAGES if language in spoken),
        demonstration=kind.demonstration,
        names=dict(kind.names),
    )


def hold(claim: Claim) -> slots.Hold:
    return slots.Hold(
        appointment_id=claim.appointment_id,
        starts_at=claim.starts_at,
        ends_at=claim.ends_at,
        held_until=claim.held_until,
        renewals_left=claim.renewals_left,
    )


_FOR_SPACE = ("space_id", "company_name", "company_id", "procedure_id")
_GIVEN = (*_FOR_SPACE, "consent_version")
"""Fields that a confirmation and its details have in common."""


def details(request: contract.ConfirmAppointment, now: datetime) -> Details:
    """What a checked request adds to its hold."""
    return Details(
        applicant=to_wire(request.applicant),
        insured=to_wire(request.insured) if request.insured else None,
        assurance_method=request.assurance.method,
        assurance_level=request.assurance.level,
        mail_language=request.mail_language,
        identity_copy_id=request.identity_copy_id,
        insured_copy_id=request.insured_copy_id,
        consented_at=now,
        **{name: getattr(request, name) for name in _GIVEN},
    )


def appointment(claim: Claim, attendance: Attendance) -> contract.Appointment:
    """A claim that is an appointment, in the state to which the consultation has come."""
    state = state_of(claim, attendance)
    return contract.Appointment(
        **_of_claim(claim),
        **_of_details(claim.details),
        state=(State.BOOKED if state is State.DISPLACED else state).value,
    )


_SHARED = (
    "appointment_id",
    "version",
    "subject",
    "topic",
    "kind",
    "language",
    "starts_at",
    "ends_at",
    "agent_id",
    "agent_name",
    "person_id",
    "displaced",
)
"""Fields that a claim and an appointment have in common."""


def _of_claim(claim: Claim) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in _SHARED}


def _of_details(details: Details | None) -> dict[str, Any]:
    if details is None:
        raise ValueError("a hold is no appointment")
    return {
        "applicant": from_wire(contract.Person, details.applicant),
        "insured": from_wire(contract.InsuredPerson, details.insured) if details.insured else None,
        "assurance": contract.Assurance(method=details.assurance_method, level=details.assurance_level),
        "mail_language": details.mail_language,
        "link_generation": details.link_generation,
        "identity_copy_id": details.identity_copy_id,
        "insured_copy_id": details.insured_copy_id,
        **{name: getattr(details, name) for name in _FOR_SPACE},
    }


# --- events ---------------------------------------------------------------------


def held_event(claim: Claim, now: datetime) -> events.SlotHeld:
    return events.SlotHeld(
        event_id=new_id(),
        occurred_at=now,
        appointment_id=claim.appointment_id,
        kind=claim.kind,
        language=claim.language,
        held_until=claim.held_until,
        **_when(claim),
    )


def booked_event(claim: Claim, now: datetime) -> events.AppointmentBooked:
    return events.AppointmentBooked(
        **_event(claim, now),
        **_when(claim),
        kind=claim.kind,
        language=claim.language,
        person_id=claim.person_id,
        **_said(claim, "assurance_method", "consent_version"),
        **_said(claim, *_HOME),
    )


def moved_event(claim: Claim, now: datetime, before: datetime | None = None) -> events.AppointmentMoved:
    """`before` is where it began until now; nobody is told of a move that leaves it there."""
    return events.AppointmentMoved(
        **_event(claim, now), **_when(claim), **_said(claim, *_HOME), starts_at_before=before
    )


def displaced_event(claim: Claim, now: datetime) -> events.AppointmentDisplaced:
    return events.AppointmentDisplaced(**_event(claim, now))


def restored_event(claim: Claim, now: datetime) -> events.AppointmentRestored:
    return events.AppointmentRestored(**_event(claim, now))


def cancelled_event(claim: Claim, now: datetime) -> events.AppointmentCancelled:
    by_cns = bool(claim.trail) and not is_citizen(claim.trail[-1].who)
    return events.AppointmentCancelled(**_event(claim, now), **_said(claim, *_HOME), by_cns=by_cns)


def link_renewed_event(claim: Claim, now: datetime) -> events.LinkRenewed:
    generation = claim.details.link_generation if claim.details else 0
    return events.LinkRenewed(
        event_id=new_id(), occurred_at=now, appointment_id=claim.appointment_id, link_generation=generation
    )


def owner_changed_event(claim: Claim, former_id: str, now: datetime) -> events.AppointmentOwnerChanged:
    return events.AppointmentOwnerChanged(
        **_event(claim, now), person_id=claim.person_id, former_id=former_id
    )


def erased_event(claim: Claim, now: datetime) -> AppointmentErased:
    return AppointmentErased(**_event(claim, now))


def progressed_event(claim: Claim, state: State, at: datetime) -> events.AppointmentProgressed:
    return events.AppointmentProgressed(
        event_id=new_id(),
        occurred_at=at,
        appointment_id=claim.appointment_id,
        state=state.value,
        **_said(claim, *_HOME),
    )


def lapsed_event(claim: Claim, now: datetime) -> events.HoldLapsed:
    return events.HoldLapsed(event_id=new_id(), occurred_at=now, appointment_id=claim.appointment_id)


_HOME = ("space_id", "procedure_id")
"""Where an appointment belongs."""


def _said(claim: Claim, *names: str) -> dict[str, Any]:
    """What the confirmation said."""
    return {name: getattr(claim.details, name, "") for name in names}


def _event(claim: Claim, now: datetime) -> dict[str, Any]:
    return {
        "event_id": new_id(),
        "occurred_at": now,
        "appointment_id": claim.appointment_id,
        "appointment_version": claim.version,
    }


def _when(claim: Claim) -> dict[str, Any]:
    return {"agent_id": claim.agent_id, "starts_at": claim.starts_at, "ends_at": claim.ends_at}
