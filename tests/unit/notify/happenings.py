"""What booking tells about the sample appointment."""

from datetime import datetime, timedelta
from typing import Any

from services.contracts import booking_events as events
from tests.unit.notify.samples import STARTS

SLOT = timedelta(minutes=20)


def _about(at: datetime) -> dict[str, Any]:
    return {"event_id": "event-1", "occurred_at": at, "appointment_id": "appointment-1"}


def booked(at: datetime, starts_at: datetime = STARTS) -> events.AppointmentBooked:
    return events.AppointmentBooked(
        **_about(at),
        appointment_version=1,
        kind="video-20",
        language="fr",
        agent_id="agent-anna",
        starts_at=starts_at,
        ends_at=starts_at + SLOT,
        assurance_method="none",
        person_id="",
    )


def moved(
    at: datetime, version: int, starts_at: datetime, before: datetime | None = None
) -> events.AppointmentMoved:
    return events.AppointmentMoved(
        **_about(at),
        appointment_version=version,
        agent_id="agent-berta",
        starts_at=starts_at,
        ends_at=starts_at + SLOT,
        starts_at_before=before,
    )


def cancelled(at: datetime, version: int, *, by_cns: bool = False) -> events.AppointmentCancelled:
    return events.AppointmentCancelled(**_about(at), appointment_version=version, by_cns=by_cns)


def displaced(at: datetime, version: int, event_id: str = "event-1") -> events.AppointmentDisplaced:
    return events.AppointmentDisplaced(**_about(at) | {"event_id": event_id}, appointment_version=version)


def restored(at: datetime, version: int, event_id: str = "event-2") -> events.AppointmentRestored:
    return events.AppointmentRestored(**_about(at) | {"event_id": event_id}, appointment_version=version)


def link_renewed(at: datetime, generation: int) -> events.LinkRenewed:
    return events.LinkRenewed(**_about(at), link_generation=generation)


def offered(
    at: datetime, offer_id: str, starts_at: datetime, answer_until: datetime
) -> events.EarlierSlotOffered:
    return events.EarlierSlotOffered(
        **_about(at),
        offer_id=offer_id,
        starts_at=starts_at,
        ends_at=starts_at + SLOT,
        answer_until=answer_until,
    )
