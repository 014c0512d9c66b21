"""News from the calls, as media would tell of them."""

from __future__ import annotations

from datetime import datetime

from services.booking.progress import News
from services.contracts.booking import Appointment
from services.contracts.media_events import CallBegan, CitizenJoined, ConsultationEnded


def _came(event_id: str, at: datetime, seen: Appointment) -> News:
    return CitizenJoined(
        event_id=event_id, occurred_at=at, room_id=seen.appointment_id, appointment_version=seen.version
    )


def _began(event_id: str, at: datetime, seen: Appointment) -> News:
    return CallBegan(
        event_id=event_id,
        occurred_at=at,
        room_id=seen.appointment_id,
        appointment_version=seen.version,
        agent_id="agent-x",
    )


def _ended(event_id: str, at: datetime, seen: Appointment) -> News:
    return ConsultationEnded(
        event_id=event_id,
        occurred_at=at,
        room_id=seen.appointment_id,
        ended_at=at,
        outcome="held",
        appointment_version=seen.version,
    )


NEWS = (_came, _began, _ended)
