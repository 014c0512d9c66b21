"""Links that were revoked: raising a link's generation closes the sessions that it has opened.

`booking` says which generation is the current one.  The pages entry asks it, for
one room every few seconds at most, and writes the answer into Redis, where all
entries compare it with the generation that a session was opened with.
"""

from __future__ import annotations

import logging
from typing import Any

from gateway.backends import ask, runtime
from gateway.sessions import ABSOLUTE_SECONDS
from gateway.settings import PagesSettings
from services.chassis import context
from services.contracts.booking import Appointment, GetAppointment
from services.contracts.errors import NotFound, ServiceTimeout, ServiceUnavailable

ASKED_EVERY_SECONDS = 10
_PATIENCE_SECONDS = 1.0
"""A call goes on while `booking` is away, so nobody waits for it as long as for an answer that he needs."""

_log = logging.getLogger(__name__)


def note(appointment: Appointment) -> None:
    """Tell all entries; kept as long as the longest session."""
    name = _latest(appointment.appointment_id)
    runtime().redis.set(name, str(appointment.link_generation), ex=ABSOLUTE_SECONDS)


def is_revoked(room_id: str, generation: int) -> bool:
    """True once a later generation than this one is known."""
    if isinstance(runtime().settings, PagesSettings) and _is_my_turn(room_id):
        _learn(room_id)
    return is_known_to_be_revoked(runtime().redis, room_id, generation)


def is_known_to_be_revoked(redis: Any, room_id: str, generation: int) -> bool:
    """The same without asking anybody, and outside of a request."""
    latest = redis.get(_latest(room_id))
    return latest is not None and int(latest) > generation


def _is_my_turn(room_id: str) -> bool:
    """False while somebody has asked a moment ago."""
    name = f"gateway:link-asked:{room_id}"
    return bool(runtime().redis.set(name, "1", ex=ASKED_EVERY_SECONDS, nx=True))


def _learn(room_id: str) -> None:
    here = context.current()
    brief = context.begin(
        correlation_id=here.correlation_id, language=here.language, timeout=_PATIENCE_SECONDS
    )
    try:
        with context.use(brief):
            note(ask(GetAppointment(appointment_id=room_id)))
    except NotFound:
        pass  # forgotten by `booking`, or only held: what may be done in the room, `media` decides
    except (ServiceUnavailable, ServiceTimeout) as error:
        _log.warning("a link's generation is not known anew", extra={"error": type(error).__name__})


def _latest(room_id: str) -> str:
    return f"gateway:link:{room_id}"
