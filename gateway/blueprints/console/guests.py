"""`/console/rooms/<id>/guests`: the agent invites, lets in and revokes; the links are shown to him alone."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.console.invited import guests_of, still_awaited
from gateway.blueprints.console.room import access_of, acted, agent_only, back_to
from gateway.i18n import LANGUAGES
from services.contracts import person_rules
from services.contracts.errors import InvalidField
from services.contracts.guests import InviteGuest, LetGuestIn, RevokeInvitation
from services.contracts.media import LookAtRoom
from services.contracts.notify import SendGuestLink

blueprint = Blueprint("console_guests", __name__, url_prefix="/console/rooms/<room_id>/guests")
_MAX_KEY = 64


@blueprint.get("")
@agent_only
def listed(room_id: str) -> str:
    """Who is invited, and whether he is here: a part of the room's page, as it is now."""
    return render_template("console/_invited.html", room_id=room_id, guests=guests_of(access_of(room_id)))


@blueprint.post("")
@agent_only
def invite(room_id: str) -> Response:
    """One more; the form's key makes a second click the same."""
    kind, key = request.form.get("kind", ""), request.form.get("request_key", "")
    return acted(room_id, InviteGuest, kind=kind, idempotency_key=key)


@blueprint.post("/<guest_id>/mail")
@agent_only
def mail(room_id: str, guest_id: str) -> Response:
    """Mail the link to the address that the agent has typed; it is kept nowhere."""
    access, key = access_of(room_id), request.form.get("request_key", "")
    if not 0 < len(key) <= _MAX_KEY:
        raise InvalidField("request_key", "format")
    address, language = _addressee()
    invitation = still_awaited(access, guest_id)
    view = ask(LookAtRoom(room_id=room_id, participant=access.participant))
    ask(
        SendGuestLink(
            address=address,
            language=language,
            room_id=room_id,
            guest_id=guest_id,
            kind=invitation.kind,
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            until=invitation.until,
            request_key=key,
        )
    )
    flash(_("The link was sent."), "guests")
    return back_to(room_id)


@blueprint.post("/<guest_id>/let-in")
@agent_only
def let_in(room_id: str, guest_id: str) -> Response:
    return acted(room_id, LetGuestIn, guest_id=guest_id)


@blueprint.post("/<guest_id>/revoke")
@agent_only
def revoke(room_id: str, guest_id: str) -> Response:
    """Out at once, and the link is void."""
    return acted(room_id, RevokeInvitation, guest_id=guest_id)


def _addressee() -> tuple[str, str]:
    """Errors: InvalidField(email | language)."""
    address, language = request.form.get("email", ""), request.form.get("language", "")
    if language not in LANGUAGES:
        raise InvalidField("language", "choice")
    tidied = person_rules.tidy("email", address)
    if not tidied:
        raise InvalidField("email", "missing")
    return tidied, language
