"""The call itself: a node for the room, a transport for each participant, news from the nodes."""

from __future__ import annotations

import logging

from services.contracts.errors import PlatformError, ServiceTimeout, ServiceUnavailable, StaleVersion
from services.contracts.media import CallAnswer, ConnectToCall
from services.contracts.media_errors import LinesBusy, NoMediaNode
from services.contracts.sfu import Answer
from services.media.control import figures
from services.media.control.domain.admission import Action
from services.media.control.domain.people import Who
from services.media.control.domain.placement import Placement
from services.media.control.domain.room import Room
from services.media.control.usecases import pages
from services.media.control.usecases.media import Media, found, require, who_is
from services.media.control.usecases.placing import move_room, people_after, place_room

_log = logging.getLogger(__name__)


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
        _give_back(media, room_id, placement)
        media.sfu.disconnect(placement, room_id, who.participant_id)
        raise


def _give_back(media: Media, room_id: str, placement: Placement) -> None:
    """A place taken after the call had ended, and its own was given back: nobody comes for it again."""
    room = media.rooms.get(room_id)
    if room is None or (room.is_over and not room.disconnecting):
        media.nodes.release(room_id, placement)
