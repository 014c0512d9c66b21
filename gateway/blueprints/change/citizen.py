"""What the citizen may change: his own appointment, until it begins or he has joined."""

from __future__ import annotations

from gateway.backends import ask, now
from gateway.blueprints.change.pages import CITIZEN, Change
from gateway.room_access import RECIPIENT
from services.contracts import media
from services.contracts.booking import Appointment
from services.contracts.errors import NotFound

_NOBODY_HAS_JOINED = ("early", "open")


def change(appointment: Appointment, address: str, back: str) -> Change:
    """A change by the citizen who has shown that the appointment is his."""
    return Change(appointment, CITIZEN, address, back, _is_possible(appointment))


def _is_possible(appointment: Appointment) -> bool:
    if appointment.state != "booked" or now() >= appointment.starts_at:
        return False
    participant = media.Participant(participant_id=RECIPIENT, role=media.CITIZEN)
    try:
        view = ask(media.LookAtRoom(room_id=appointment.appointment_id, participant=participant))
    except NotFound:
        return True  # booked a moment ago: the room is still to come
    return view.phase in _NOBODY_HAS_JOINED
