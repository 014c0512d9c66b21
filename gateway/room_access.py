"""Which room this browser may enter as a citizen, and as whom; agents enter by their role.

The applicant comes by his link or his own space. Another member of the company's space that it was booked for
comes from there, as a participant of his own; whether he still may is asked of `spaces` at each request.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import link_generation
from gateway.access import requires
from gateway.company_access import leave_to
from gateway.ended_logins import LOGINS
from gateway.principals import LoggedIn, citizen, staff
from services.contracts.booking import Appointment
from services.contracts.errors import NotAllowed, NotFound
from services.contracts.media import AGENT, CITIZEN, Identified, Participant

RECIPIENT = "citizen"
"""The applicant's role in an appointment: the recipient of his link, his participant id in the room."""
_HASH_BYTES = 12


@dataclass(frozen=True)
class RoomAccess:
    room_id: str
    participant: Participant
    identified: Identified | None = None
    """How a citizen who has logged in is; None without."""
    space_id: str = ""
    """Of a member of the space that it was booked for; empty for the applicant and for agents."""

    @property
    def counted_as(self) -> str:
        """Who this is where things are counted: the citizen of every room has the same id in it."""
        return f"participant {self.participant.participant_id} of {self.room_id}"


def grant_room(appointment: Appointment, recipient: str = RECIPIENT) -> None:
    """Let this browser into the appointment's room, under a new session id.

    Where a person has booked who had logged in, only while that person is.
    """
    link_generation.note(appointment)
    _grant(appointment, recipient, appointment.person_id)


def grant_member(appointment: Appointment, who: LoggedIn) -> None:
    """Let a member of the appointment's space into its room, of whom `spaces` has said that he may join."""
    if appointment.person_id == who.subject_id:
        grant_room(appointment)
    else:
        member_id = member_id_of(appointment.appointment_id, who.subject_id)
        _grant(appointment, member_id, who.subject_id, appointment.space_id)


def member_id_of(room_id: str, person_id: str) -> str:
    """A member's participant id: the same whenever he comes, and nobody's anywhere else."""
    digest = hashlib.sha256(f"{room_id} {person_id}".encode()).digest()[:_HASH_BYTES]
    return f"member-{base64.urlsafe_b64encode(digest).decode()}"


def _grant(appointment: Appointment, recipient: str, person_id: str, space_id: str = "") -> None:
    granted = {
        "room_id": appointment.appointment_id,
        "recipient": recipient,
        "person_id": person_id,
        "generation": appointment.link_generation,
    } | ({"space_id": space_id} if space_id else {})
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
    if _is_closed(kept):
        return None
    participant = Participant(participant_id=kept["recipient"], role=CITIZEN)
    identified = _identified(who) if who and kept["person_id"] else None
    return RoomAccess(kept["room_id"], participant, identified, kept.get("space_id", ""))


def _is_closed(kept: dict[str, Any]) -> bool:
    """The link by which the applicant has come was revoked, or a member is none any more."""
    if "space_id" not in kept:
        return link_generation.is_revoked(kept["room_id"], kept["generation"])
    if _may_join(kept["space_id"]):
        return False
    del session["room"]  # no other entry lets him in either, and his open stream ends
    g.left_space = True
    return True


def _may_join(space_id: str) -> bool:
    try:
        leave_to("join", space_id)
    except (NotFound, NotAllowed):
        return False
    return True


def _identified(who: LoggedIn) -> Identified:
    return Identified(name=who.name, method=who.method, level=who.level)


def agent_access(room_id: str) -> RoomAccess | None:
    """The room as the agent enters it who is logged in with this browser; None for other staff."""
    who = staff()
    if who is None or "agent" not in who.roles:
        return None
    return RoomAccess(room_id, Participant(participant_id=who.subject_id, role=AGENT))


def has_room() -> Response | None:
    """The policy of `room_required`."""
    if room_access():
        return None
    if "left_space" in g:
        flash(_("You may not join the appointments of this space, or not any more."))
        return redirect(url_for("spaces.home"), 303)
    return redirect(url_for("link.needed"), 303)


room_required = requires(has_room)
"""A citizen whose link or private space has opened a room; others learn where to find the link."""
