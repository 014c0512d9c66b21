"""Which room this browser may enter as a citizen, and as whom; agents enter by their role."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, redirect, session, url_for
from werkzeug.wrappers import Response

from gateway import link_generation
from gateway.access import requires
from gateway.ended_logins import LOGINS
from gateway.principals import citizen, staff
from services.contracts.booking import Appointment
from services.contracts.media import AGENT, CITIZEN, Participant

RECIPIENT = "citizen"
"""The applicant's role in an appointment: the recipient of his link, his participant id in the room."""


@dataclass(frozen=True)
class RoomAccess:
    room_id: str
    participant: Participant


def grant_room(appointment: Appointment, recipient: str = RECIPIENT) -> None:
    """Let this browser into the appointment's room, under a new session id.

    Where a person has booked who had logged in, only while that person is.
    """
    link_generation.note(appointment)
    granted = {
        "room_id": appointment.appointment_id,
        "recipient": recipient,
        "person_id": appointment.person_id,
        "generation": appointment.link_generation,
    }
    if session.get("room") != granted:
        session["room"] = granted
        # A link is a proof of its own; a log-in's eight hours are not made longer by going into rooms.
        is_in = bool(session.get(LOGINS))
        session.renew(begins_anew=not is_in, with_grace=True)  # type: ignore[attr-defined]


def room_access() -> RoomAccess | None:
    """The citizen's room; None without one, when its person has logged out, or the link was revoked."""
    if "room_access" not in g:  # found once: what a policy has let pass stays so for the request
        g.room_access = _access_kept()
    found: RoomAccess | None = g.room_access
    return found


def _access_kept() -> RoomAccess | None:
    kept = session.get("room")
    if not kept:
        return None
    who = citizen()
    if kept["person_id"] and (who is None or who.subject_id != kept["person_id"]):
        return None
    if link_generation.is_revoked(kept["room_id"], kept["generation"]):
        return None
    return RoomAccess(kept["room_id"], Participant(participant_id=kept["recipient"], role=CITIZEN))


def agent_access(room_id: str) -> RoomAccess | None:
    """The room as the agent enters it who is logged in with this browser; None for other staff."""
    who = staff()
    if who is None or "agent" not in who.roles:
        return None
    return RoomAccess(room_id, Participant(participant_id=who.subject_id, role=AGENT))


def has_room() -> Response | None:
    """The policy of `room_required`."""
    return None if room_access() else redirect(url_for("link.needed"), 303)


room_required = requires(has_room)
"""A citizen whose link or private space has opened a room; others learn where to find the link."""
