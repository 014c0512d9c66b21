"""Which room this browser may enter as a citizen, and as whom; agents enter by their role."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, session, url_for
from werkzeug.wrappers import Response

from gateway.access import requires
from gateway.principals import citizen, staff
from services.contracts.media import AGENT, CITIZEN, Participant

RECIPIENT = "citizen"
"""The applicant's role in an appointment: the recipient of his link, his participant id in the room."""


@dataclass(frozen=True)
class RoomAccess:
    room_id: str
    participant: Participant


def grant_room(room_id: str, recipient: str = RECIPIENT, person_id: str = "") -> None:
    """Let this browser into one room; `person_id` binds it to who is logged in now."""
    session["room"] = {"room_id": room_id, "recipient": recipient, "person_id": person_id}


def room_access() -> RoomAccess | None:
    """The citizen's room, None without one or when the person it belongs to has logged out."""
    kept = session.get("room")
    if not kept:
        return None
    who = citizen()
    if kept["person_id"] and (who is None or who.subject_id != kept["person_id"]):
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
