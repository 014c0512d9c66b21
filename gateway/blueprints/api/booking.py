"""Booking in one request: hold and confirm, repeatable as a whole."""

from __future__ import annotations

from gateway.backends import ask
from gateway.blueprints.api.models import BookingIn
from services.contracts.booking import (
    Appointment,
    Assurance,
    ConfirmAppointment,
    Hold,
    HoldSlot,
    InsuredPerson,
    Person,
    ReleaseHold,
)
from services.contracts.errors import InvalidField, PlatformError

ASSURANCE = Assurance(method="back-office")


def book(wanted: BookingIn, key: str, client: str) -> Appointment:
    """The appointment that this key makes, or has made.

    A hold whose data are refused is given back at once.  Errors: those of HoldSlot
    and ConfirmAppointment, InvalidField(Idempotency-Key, reused).
    """
    hold = ask(_hold(wanted, key, client))
    if hold.starts_at != wanted.starts_at:
        raise InvalidField("Idempotency-Key", "reused")
    try:
        return ask(_confirmation(wanted, hold, client))
    except PlatformError as error:
        if not error.retryable:
            ask(ReleaseHold(appointment_id=hold.appointment_id, holder=client))
        raise


def _hold(wanted: BookingIn, key: str, client: str) -> HoldSlot:
    return HoldSlot(
        hold_key=key,
        holder=client,
        subject=wanted.subject,
        kind=wanted.kind,
        language=wanted.language,
        starts_at=wanted.starts_at,
        topic=wanted.topic,
    )


def _confirmation(wanted: BookingIn, hold: Hold, client: str) -> ConfirmAppointment:
    return ConfirmAppointment(
        appointment_id=hold.appointment_id,
        holder=client,
        consent=wanted.consent,
        applicant=Person(**wanted.applicant.model_dump()),
        insured=InsuredPerson(**wanted.insured.model_dump()) if wanted.insured else None,
        assurance=ASSURANCE,
        mail_language=wanted.mail_language,
    )
