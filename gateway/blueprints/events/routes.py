"""`/events/rooms/<id>`: what happens in a room, as it happens, resumed without loss by `Last-Event-ID`."""

from __future__ import annotations

import re
from contextlib import ExitStack

from flask import Blueprint, Flask, Response, current_app, request, session
from redis import Redis
from werkzeug.exceptions import TooManyRequests

from gateway.backends import ask, runtime
from gateway.blueprints.events.fanout import FROM_THE_START, RoomLogReader
from gateway.blueprints.events.limits import OpenStreams, TooManyStreams
from gateway.blueprints.events.stream import Stream
from gateway.blueprints.events.welcome import welcome_of_this_session
from gateway.blueprints.room.log import grant
from gateway.blueprints.room.seat import seat, seat_required
from services.contracts.media import LookAtRoom

_BLOCK_SECONDS = 15.0
_ENTRY_ID = re.compile(r"\d{1,15}-\d{1,15}")

blueprint = Blueprint("events", __name__)


def register(app: Flask) -> None:
    """One reader and one count of streams for the process."""
    app.extensions["room_logs"] = RoomLogReader(lambda: _connect(app), _BLOCK_SECONDS)
    app.extensions["streams"] = OpenStreams()
    app.register_blueprint(blueprint)


@blueprint.get("/events/rooms/<room_id>")
@seat_required
def follow(room_id: str) -> Response:
    """Server-Sent Events: one per entry of the room's log, `id` is the entry's, `event` its type."""
    access = seat(room_id)
    phase = ask(LookAtRoom(room_id=room_id, participant=access.participant)).phase
    stream = Stream(access, grant(access), runtime().clock.now, welcome_of_this_session(phase))
    reader: RoomLogReader = current_app.extensions["room_logs"]
    with ExitStack() as opened:
        _count(opened)
        subscription = opened.enter_context(reader.follow(stream.grant.stream, _after()))
        response = Response(stream.events(subscription), mimetype="text/event-stream")
        response.call_on_close(opened.pop_all().close)
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _count(opened: ExitStack) -> None:
    streams: OpenStreams = current_app.extensions["streams"]
    try:
        opened.enter_context(streams.one_more(session.sid))  # type: ignore[attr-defined]
    except TooManyStreams:
        raise TooManyRequests(retry_after=5) from None


def _after() -> str:
    """The entry after which to go on: the browser's own memory, else what the page was made with."""
    wanted = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    return wanted if _ENTRY_ID.fullmatch(wanted) else FROM_THE_START


def _connect(app: Flask) -> Redis:
    """A connection for the reader alone: it waits longer than any other command may."""
    settings = app.extensions["runtime"].settings
    return Redis.from_url(
        settings.redis_url.reveal(),
        decode_responses=True,
        socket_timeout=_BLOCK_SECONDS + 5,
        health_check_interval=30,
    )
