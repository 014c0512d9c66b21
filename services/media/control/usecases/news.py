"""News from the SFU's nodes: who is connected, who speaks, what comes and what does not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from services.contracts.errors import PlatformError
from services.contracts.sfu import (
    DownlinkChanged,
    ParticipantConnected,
    ParticipantDisconnected,
    PictureUnseen,
    ScreenChanged,
    SendingChanged,
    SpeakerChanged,
)
from services.media.control.domain.admission import Action
from services.media.control.domain.people import Presence
from services.media.control.domain.placement import Placement
from services.media.control.domain.room import Room
from services.media.control.usecases.media import Change, Entry, Media, change_room
from services.media.control.usecases.placing import reconnected

_log = logging.getLogger(__name__)

_AWAY = ("silent", "failed")
"""Reasons of a disconnection after which a participant is not there any more."""


def hear_connected(media: Media, event: ParticipantConnected) -> None:
    """Media flows: the others learn which of their slots it is.

    Who should not be there is let go: leave may have ended, or the room moved, while he was being let in by a
    process that did not live to see it.
    """
    if _is_current(media, event):
        _hear(media, event, lambda room, whose, now: _connected(media, room, whose, event, now))
    elif media.rooms.get(event.room_id) is not None:
        _let_go(media, event)


def hear_disconnected(media: Media, event: ParticipantDisconnected) -> None:
    """A lost connection never ends anything; the others see that somebody is away."""
    _hear(media, event, lambda room, whose, now: _disconnected(room, whose, event, now))


def hear_screen(media: Media, event: ScreenChanged) -> None:
    """The room's shared screen is somebody else's now, or nobody's."""
    _say(media, event, Entry(type="screen", by=event.participant_id))


def hear_speaker(media: Media, event: SpeakerChanged) -> None:
    """Somebody else of three or more speaks now, or nobody."""
    _say(media, event, Entry(type="speaker", by=event.participant_id))


def hear_downlink(media: Media, event: DownlinkChanged) -> None:
    """Pictures to a participant pause, or come again: his page and the others' say so."""
    _say_of(media, event, Entry(type="sound_only", by=event.participant_id, data={"on": event.sound_only}))


def hear_sending(media: Media, event: SendingChanged) -> None:
    """A participant's microphone or camera has gone silent, or comes again."""
    comes = {"microphone": event.microphone, "camera": event.camera}
    _say_of(media, event, Entry(type="sending", by=event.participant_id, data=comes))


def hear_unseen(media: Media, event: PictureUnseen) -> None:
    """A browser cannot show another's pictures: that one connects anew where it helps, else it is said."""
    told = Entry(type="unseen", by=event.participant_id, data={"of": event.of})
    _say_of(media, event, Entry(type="reconnect", by=event.of) if event.curable else told)


# --- inside ---


_News = ParticipantConnected | ParticipantDisconnected | DownlinkChanged | SendingChanged | PictureUnseen


def _hear(media: Media, event: _News, change: Callable[[Room, Presence, datetime], Change]) -> None:
    def decide(room: Room, now: datetime) -> Change:
        whose = next((p for p in room.presences if p.participant_id == event.participant_id), None)
        return change(room, whose, now) if whose is not None else Change(room=room)

    if _is_current(media, event):
        change_room(media, event.room_id, decide)


def _say_of(media: Media, event: _News, entry: Entry) -> None:
    """Tell the room, if it is about one of those who are in it."""
    _hear(media, event, lambda room, _whose, _now: Change(room=room, log=(entry,)))


def _say(media: Media, event: ScreenChanged | SpeakerChanged, entry: Entry) -> None:
    if _is_current(media, event):
        change_room(media, event.room_id, lambda room, _now: Change(room=room, log=(entry,)))


def _is_current(media: Media, event: _News | ScreenChanged | SpeakerChanged) -> bool:
    """News of an earlier placement is worth nothing."""
    placement = media.nodes.placement(event.room_id)
    return placement == Placement(event.node_id, event.epoch) and media.rooms.get(event.room_id) is not None


def _let_go(media: Media, event: ParticipantConnected) -> None:
    """A room that is elsewhere by now has nobody to speak with here, and keeps places."""
    try:
        media.sfu.disconnect(Placement(event.node_id, event.epoch), event.room_id, event.participant_id)
    except PlatformError:
        _log.warning("a participant stays where his room is not", extra={"node_id": event.node_id})


def _connected(
    media: Media, room: Room, whose: Presence, event: ParticipantConnected, now: datetime
) -> Change:
    if not room.admission(whose.who, now, media.rules).allows(Action.CONNECT):
        return Change(room=room if room.disconnecting else room.expelling(event.participant_id))
    here = room.joined(whose.who, now)
    told = Entry(type="connected", by=event.participant_id, data={"slot": event.slot, "role": whose.role})
    return Change(room=here, log=(told,))


def _disconnected(room: Room, whose: Presence, event: ParticipantDisconnected, now: datetime) -> Change:
    if event.reason == "drained":
        return reconnected(room, event.epoch)
    told = Entry(type="disconnected", by=event.participant_id, data={"slot": event.slot, "role": whose.role})
    return Change(room=room.left(whose.who, now) if event.reason in _AWAY else room, log=(told,))
