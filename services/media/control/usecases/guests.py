"""Guests: a second agent or an interpreter comes by invitation, and the agent in the room lets him in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.contracts.errors import InvalidField, NotFound
from services.contracts.guests import (
    GUEST,
    KINDS,
    Invitation,
    Invitations,
    InviteGuest,
    LetGuestIn,
    ListInvitations,
    RevokeInvitation,
)
from services.contracts.media_errors import RoomFull
from services.media.control.domain.admission import Action
from services.media.control.domain.guest import Guest, with_guest
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.usecases.media import Change, Entry, Media, change_room, found, require, who_is
from services.media.control.usecases.presence import tend_now_or_later

_LONGEST_KEY = 200
_MOST = 20
"""Invitations of one room, revoked and expired ones too."""


def invite(media: Media, request: InviteGuest) -> Invitation:
    """Make one, or answer with the one that the same key has made."""
    who, key = who_is(request.participant), request.idempotency_key
    if request.kind not in KINDS:
        raise InvalidField("kind", "choice")
    if not 0 < len(key) <= _LONGEST_KEY:
        raise InvalidField("idempotency_key", "too_long" if key else "missing")

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.INVITE, now, media.rules)
        if any(guest.key == key for guest in room.guests):
            return Change(room=room)
        if len(room.guests) >= _MOST:
            raise RoomFull
        until = now + media.rules.invitation_lasts
        # The link is made of the id: none may come again when the room is moved, and with it its link.
        guest_id = f"guest-{room.version}-{len(room.guests) + 1}"
        guest = Guest(guest_id=guest_id, kind=request.kind, key=key, until=until)
        return Change(room=replace(room, guests=(*room.guests, guest)))

    room = change_room(media, request.room_id, decide)
    return next(_shown(room, guest, media.now()) for guest in room.guests if guest.key == key)


def list_invitations(media: Media, request: ListInvitations) -> Invitations:
    """All of the room, for agents who are in it."""
    room, now = found(media, request.room_id), media.now()
    require(room, who_is(request.participant), Action.INVITE, now, media.rules)
    return _all(room, now)


def let_in(media: Media, request: LetGuestIn) -> Invitations:
    """He may connect from now on."""

    def change(room: Room, guest: Guest, now: datetime) -> Change:
        if guest.let_in_at is not None:
            return Change(room=room)
        let = replace(guest, let_in_at=now)
        entry = Entry(type="let_in", by=request.participant.participant_id, data={"guest": guest.guest_id})
        return Change(room=replace(room, guests=with_guest(room.guests, let)), log=(entry,))

    return _change(media, request, change, welcome=True)


def revoke(media: Media, request: RevokeInvitation) -> Invitations:
    """The link is void and he is out; the SFU is told now, or by the timer."""

    def change(room: Room, guest: Guest, now: datetime) -> Change:
        if guest.revoked_at is not None:
            return Change(room=room)
        who = Who(participant_id=guest.guest_id, role=GUEST)
        gone = room.left(who, now)
        # Told even if he is away: a stream that he has open ends with it.
        came = room.presence_of(who) is not None
        log = (Entry(type="left", by=guest.guest_id, data={"role": GUEST}),) if came else ()
        guests = with_guest(room.guests, replace(guest, revoked_at=now))
        return Change(room=replace(gone, guests=guests).expelling(guest.guest_id), log=log)

    invitations = _change(media, request, change, welcome=False)
    tend_now_or_later(media, request.room_id)
    return invitations


def _change(
    media: Media,
    request: LetGuestIn | RevokeInvitation,
    change: Callable[[Room, Guest, datetime], Change],
    *,
    welcome: bool,
) -> Invitations:
    who = who_is(request.participant)

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.INVITE, now, media.rules)
        guest = room.guest(request.guest_id)
        if guest is None or (welcome and not guest.is_welcome(now)):
            raise NotFound("guest")
        return change(room, guest, now)

    return _all(change_room(media, request.room_id, decide), media.now())


def _all(room: Room, now: datetime) -> Invitations:
    return Invitations(invitations=tuple(_shown(room, guest, now) for guest in room.guests))


def _shown(room: Room, guest: Guest, now: datetime) -> Invitation:
    presence = room.presence_of(Who(participant_id=guest.guest_id, role=GUEST))
    here = presence is not None and presence.here_since is not None
    return Invitation(
        guest_id=guest.guest_id, kind=guest.kind, until=guest.until, state=guest.state(now, here=here)
    )
