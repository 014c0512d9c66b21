"""The call itself: a node for the room, a transport for each participant, news from the nodes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from services.contracts.errors import (
    LinesBusy,
    NoMediaNode,
    PlatformError,
    ServiceTimeout,
    ServiceUnavailable,
    StaleVersion,
)
from services.contracts.media import CallAnswer, ConnectToCall
from services.contracts.sfu import (
    Answer,
    DownlinkChanged,
    ParticipantConnected,
    ParticipantDisconnected,
    ScreenChanged,
)
from services.media.control import figures
from services.media.control.domain.admission import Action
from services.media.control.domain.people import Presence, Who
from services.media.control.domain.placement import Placement
from services.media.control.domain.room import Room
from services.media.control.usecases import pages
from services.media.control.usecases.media import Change, Entry, Media, change_room, found, require, who_is
from services.media.control.usecases.placing import move_room, people_after, place_room, reconnected

_log = logging.getLogger(__name__)

_AWAY = ("silent", "failed")
"""Reasons of a disconnection after which a participant is not there any more."""


def connect_to_call(media: Media, request: ConnectToCall) -> CallAnswer:
    """Place the room if need be, hand its node the offer, bring back the answer."""
    who = who_is(request.participant)
    room = found(media, request.room_id)
    require(room, who, Action.CONNECT, media.now(), media.rules)
    pages.require_newest(room, request)
    try:
        placement, answer = _connect(media, room, request)
    except (ServiceTimeout, ServiceUnavailable):
        # The node may be dying: the page asks again, by then another one has the room.
        figures.CALLS.labels("no_answer").inc()
        raise NoMediaNode from None
    except LinesBusy:
        figures.CALLS.labels("busy").inc()
        raise
    figures.CALLS.labels("ok").inc()
    _still_allowed(media, request.room_id, who, placement)
    pages.take_call(media, request)
    return CallAnswer(
        answer_sdp=answer.answer_sdp,
        node_id=placement.node_id,
        epoch=placement.epoch,
        slot=answer.slot,
        slots=answer.slots,
    )


def hear_connected(media: Media, event: ParticipantConnected) -> None:
    """Media flows: the others learn which of their slots it is."""
    _hear(media, event, lambda room, whose, now: _connected(room, whose, event, now))


def hear_disconnected(media: Media, event: ParticipantDisconnected) -> None:
    """A lost connection never ends anything; the others see that somebody is away."""
    _hear(media, event, lambda room, whose, now: _disconnected(room, whose, event, now))


def hear_screen(media: Media, event: ScreenChanged) -> None:
    """The room's shared screen is somebody else's now, or nobody's."""

    def decide(room: Room, _: datetime) -> Change:
        return Change(room=room, log=(Entry(type="screen", by=event.participant_id),))

    if _is_current(media, event):
        change_room(media, event.room_id, decide)


def hear_downlink(media: Media, event: DownlinkChanged) -> None:
    """Pictures to a participant pause, or come again: his page and the others' say so."""
    told = Entry(type="sound_only", by=event.participant_id, data={"on": event.sound_only})
    _hear(media, event, lambda room, _whose, _now: Change(room=room, log=(told,)))


# --- connecting ---------------------------------------------------------------------


def _connect(media: Media, room: Room, request: ConnectToCall) -> tuple[Placement, Answer]:
    """Twice at most: the first node may be full, draining, or fenced off by a newer placement."""
    placement = place_room(media, room)
    try:
        return placement, _ask(media, placement, request)
    except StaleVersion:
        media.nodes.release(request.room_id, placement)
        placement = place_room(media, room)
    except NoMediaNode:
        people = people_after(room, request.participant.participant_id)
        placement = move_room(media, room, placement, people=people)
    return placement, _ask(media, placement, request)


def _ask(media: Media, placement: Placement, request: ConnectToCall) -> Answer:
    participant_id = request.participant.participant_id
    return media.sfu.connect(placement, request.room_id, participant_id, request.offer_sdp)


def _still_allowed(media: Media, room_id: str, who: Who, placement: Placement) -> None:
    """While the node worked the agent may have ended, or the room may have moved.

    Nobody stays connected in a room that is over, or that is elsewhere.
    """
    try:
        require(found(media, room_id), who, Action.CONNECT, media.now(), media.rules)
        if media.nodes.placement(room_id) != placement:
            raise NoMediaNode
    except PlatformError:
        media.sfu.disconnect(placement, room_id, who.participant_id)
        raise


# --- news -----------------------------------------------------------------------------


_News = ParticipantConnected | ParticipantDisconnected | DownlinkChanged


def _hear(media: Media, event: _News, change: Callable[[Room, Presence, datetime], Change]) -> None:
    def decide(room: Room, now: datetime) -> Change:
        whose = next((p for p in room.presences if p.participant_id == event.participant_id), None)
        return change(room, whose, now) if whose is not None else Change(room=room)

    if _is_current(media, event):
        change_room(media, event.room_id, decide)


def _is_current(media: Media, event: _News | ScreenChanged) -> bool:
    """News of an earlier placement is worth nothing."""
    placement = media.nodes.placement(event.room_id)
    return placement == Placement(event.node_id, event.epoch) and media.rooms.get(event.room_id) is not None


def _connected(room: Room, whose: Presence, event: ParticipantConnected, now: datetime) -> Change:
    here = room.joined(whose.who, now)
    told = Entry(type="connected", by=event.participant_id, data={"slot": event.slot, "role": whose.role})
    return Change(room=here, log=(told,))


def _disconnected(room: Room, whose: Presence, event: ParticipantDisconnected, now: datetime) -> Change:
    if event.reason == "drained":
        return reconnected(room, event.epoch)
    told = Entry(type="disconnected", by=event.participant_id, data={"slot": event.slot, "role": whose.role})
    return Change(room=room.left(whose.who, now) if event.reason in _AWAY else room, log=(told,))
