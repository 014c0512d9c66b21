"""What the citizen's side may change: an appointment of one's own or of one's company, until it begins."""

from __future__ import annotations

from gateway.backends import ask, now
from gateway.blueprints.change.pages import CITIZEN, Change
from gateway.company_access import appointment_to
from gateway.principals import citizen
from gateway.room_access import RECIPIENT
from services.contracts import media
from services.contracts.booking import MEMBER, Appointment
from services.contracts.errors import NotFound

_NOBODY_HAS_JOINED = ("early", "open")


def change(appointment: Appointment, address: str, back: str, actor: str = CITIZEN) -> Change:
    """A change by the citizen who has shown that the appointment is his."""
    return Change(appointment, actor, address, back, _is_possible(appointment))


def change_by_member(space_id: str, appointment_id: str, address: str, back: str) -> Change:
    """A change by a member of the space that it was booked for, who may be the one who booked.

    Errors: NotFound(space | appointment), NotAllowed(book).
    """
    appointment, who = appointment_to("book", space_id, appointment_id), citizen()
    assert who is not None, "leave was given"
    actor = CITIZEN if appointment.person_id == who.subject_id else MEMBER + who.subject_id
    return change(appointment, address, back, actor)


def _is_possible(appointment: Appointment) -> bool:
    if appointment.state != "booked" or now() >= appointment.starts_at:
        return False
    participant = media.Participant(participant_id=RECIPIENT, role=media.CITIZEN)
    try:
        view = ask(media.LookAtRoom(room_id=appointment.appointment_id, participant=participant))
    except NotFound:
        return True  # booked a moment ago: the room is still to come
    return view.phase in _NOBODY_HAS_JOINED
