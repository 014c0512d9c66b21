"""What `media` tells of a consultation."""

from __future__ import annotations

from datetime import datetime

from services.contracts.wire import Event, event


@event("media")
class CitizenJoined(Event):
    """For the first time: from now on only staff can move the appointment."""

    room_id: str
    appointment_version: int = 0
    """As the room knew it; 0 in events from before the field was there."""


@event("media")
class CallBegan(Event):
    """The citizen was admitted for the first time."""

    room_id: str
    appointment_version: int
    agent_id: str
    """Who let him in."""


@event("media")
class AgentMissing(Event):
    """No agent is in the room some minutes after its start: anybody may take it over."""

    room_id: str
    appointment_version: int
    agent_id: str
    """Who should have been there."""
    citizen_waits: bool


@event("media")
class ConsultationEnded(Event):
    """An end, or the outcome of a slot in which nobody met.

    An agent may take his end back until T1 + 30 min, or record another outcome: it is told again, the last
    one counts.
    """

    room_id: str
    ended_at: datetime
    outcome: str
    """`held`, `no_show` (the citizen never joined), `technical_failure` (no agent ever came)."""
    appointment_version: int = 0
    """As the room knew it; 0 in events from before the field was there."""
    agent_id: str = ""
    """Who ended it; empty where the time did."""


@event("media")
class RoomForgotten(Event):
    """Keys first, then objects, rows, messages and log: everything is gone."""

    room_id: str
    documents: int
    messages: int
