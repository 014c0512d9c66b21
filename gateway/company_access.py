"""What a member does with the appointments of a company's space: leave is asked of `spaces` right before."""

from __future__ import annotations

from gateway.actors import actor_of
from gateway.backends import ask
from gateway.principals import citizen
from services.contracts.booking import Appointment, GetAppointment
from services.contracts.errors import NotFound
from services.contracts.professional import ActInSpace
from services.contracts.space_access import SpaceCard


def leave_to(permission: str, space_id: str) -> SpaceCard:
    """The space, for who has logged in and may do that there now.  Errors: NotFound(space), NotAllowed."""
    who = citizen()
    if who is None:
        raise NotFound("space")
    return ask(ActInSpace(actor=actor_of(who), space_id=space_id, permission=permission))


def appointment_to(permission: str, space_id: str, appointment_id: str) -> Appointment:
    """An appointment of the space.  Errors: as `leave_to`, NotFound(appointment) for one of another space."""
    leave_to(permission, space_id)
    appointment = ask(GetAppointment(appointment_id=appointment_id))
    if appointment.space_id != space_id:
        raise NotFound("appointment")
    return appointment
