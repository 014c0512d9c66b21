"""A guest's link and the room that it opens: for an interpreter or a second agent whom an agent has invited.

The link is made from the invitation each time it is shown, and stored nowhere.  It names its room in a way of
its own, so that it is no citizen's link.  Whether the invitation holds is asked of `media` at each request.
"""

from __future__ import annotations

from flask import redirect, session, url_for
from werkzeug.wrappers import Response

from gateway.access import requires
from gateway.backends import runtime
from gateway.ended_logins import LOGINS
from gateway.room_access import RoomAccess
from gateway.settings import PagesSettings
from services.chassis.links import mint, verify
from services.contracts.errors import NotFound
from services.contracts.guests import GUEST, LINK_GENERATION, LINK_PLACE
from services.contracts.media import Participant

_PLACE = LINK_PLACE.format(room_id="")


def guest_link(room_id: str, guest_id: str) -> str:
    """The whole address, to be given to who is invited."""
    return f"{runtime().settings.public_url}/i/{mint(_key(), _PLACE + room_id, guest_id, LINK_GENERATION)}"


def open_for_guest(token: str) -> None:
    """Let this browser in as the guest whom the token names.  Raises NotFound(link)."""
    link = verify(_key(), token, LINK_GENERATION)
    if not link.appointment_id.startswith(_PLACE):
        raise NotFound("link")
    kept = {"room_id": link.appointment_id.removeprefix(_PLACE), "guest_id": link.recipient}
    if session.get("guest") != kept:
        session["guest"] = kept
        session.renew(begins_anew=not session.get(LOGINS), with_grace=True)  # type: ignore[attr-defined]


def guest_access() -> RoomAccess | None:
    """The room into which this browser was invited; None without an invitation."""
    kept = session.get("guest")
    if not kept:
        return None
    return RoomAccess(kept["room_id"], Participant(participant_id=kept["guest_id"], role=GUEST))


def _is_guest() -> Response | None:
    return None if guest_access() else redirect(url_for("link.needed"), 303)


guest_required = requires(_is_guest)
"""Whoever has opened a guest's link in this browser; what he may do in the room, `media` decides."""


def _key() -> bytes:
    settings = runtime().settings
    assert isinstance(settings, PagesSettings)
    return settings.link_key.reveal_bytes()
