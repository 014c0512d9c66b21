"""Booking in one request: hold and confirm, repeatable as a whole."""

from __future__ import annotations

import hashlib
from datetime import UTC

from gateway.backends import ask
from gateway.blueprints.api.models import BookingIn
from services.contracts.booking import Appointment, Assurance, ConfirmAppointment, InsuredPerson, Person
from services.contracts.errors import InvalidField, PlatformError
from services.contracts.slots import Hold, HoldSlot, ReleaseHold

ASSURANCE = Assurance(method="back-office")


def book(wanted: BookingIn, key: str, client: str) -> Appointment:
    """The appointment that this key makes, or has made.

    It is answered as it is now, moved or cancelled since; a key sent with other data is refused
    (draft-ietf-httpapi-idempotency-key-header, section 2.7).  A hold whose data are refused is given
    back at once.  Errors: those of HoldSlot and ConfirmAppointment, InvalidField(Idempotency-Key, reused).
    """
    hold = _held(_hold(wanted, key, client))
    try:
        return ask(_confirmation(wanted, hold, client))
    except PlatformError as error:
        if not error.retryable:
            ask(ReleaseHold(appointment_id=hold.appointment_id, holder=client))
        raise


def _held(request: HoldSlot) -> Hold:
    try:
        return ask(request)
    except InvalidField as fault:
        if fault.details == {"field": "hold_key", "rule": "reused"}:
            raise InvalidField("Idempotency-Key", "reused") from None
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
        fingerprint=fingerprint(wanted, key),
    )


def fingerprint(wanted: BookingIn, key: str) -> str:
    """The same for the same data however they are written; the key makes that of others differ."""
    plain = wanted.model_copy(update={"starts_at": wanted.starts_at.astimezone(UTC)})
    return hashlib.sha256(f"{key}\0{plain.model_dump_json()}".encode()).hexdigest()


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
