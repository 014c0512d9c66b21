"""One participant, several pages (two windows, a second device): the newest has the call.

Each page names itself in its offers.  One that is loaded, or asked to by its reader, takes the call; one that
only comes back after a loss does not take it from a newer one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.contracts.errors import InvalidField
from services.contracts.media import ConnectToCall
from services.contracts.media_errors import ConnectedElsewhere
from services.media.control.domain import people
from services.media.control.domain.room import Room
from services.media.control.usecases.media import Change, Entry, Media, change_room, who_is

_LONGEST_NAME = 64


def require_newest(room: Room, request: ConnectToCall) -> None:
    """Errors: ConnectedElsewhere for a page that was overtaken and comes back, InvalidField(page)."""
    if len(request.page) > _LONGEST_NAME:
        raise InvalidField("page", "too_long")
    before = people.presence_of(room.presences, who_is(request.participant))
    if request.resumes and before is not None and before.page not in ("", request.page):
        raise ConnectedElsewhere


def take_call(media: Media, request: ConnectToCall) -> None:
    """From now on this page has its participant's call, and an older one is told.

    Errors: ConnectedElsewhere where a newer one was faster.
    """
    who = who_is(request.participant)

    def decide(room: Room, _: datetime) -> Change:
        require_newest(room, request)
        before = people.presence_of(room.presences, who)
        if before is None or before.page == request.page:
            return Change(room=room)
        told = Entry(type="elsewhere", by=who.participant_id, data={"page": request.page})
        presences = people.seen_at(room.presences, who, request.page)
        return Change(room=replace(room, presences=presences), log=(told,) if before.page else ())

    change_room(media, request.room_id, decide)
