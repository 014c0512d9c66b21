"""What the back office's desk asks of `booking` beside what the citizen's pages ask."""

from __future__ import annotations

from datetime import date

from services.contracts.wire import Request, rpc, value


@value
class AgentDay:
    """How many appointments an agent has on one day; who has none is left out."""

    day: date
    agent_id: str
    agent_name: str
    booked: int


@value
class AgentDays:
    days: tuple[AgentDay, ...]


@rpc("booking", reply=AgentDays, repeatable=True)
class CountAppointments(Request[AgentDays]):
    """Appointments of each agent and day from `first` to `last` inclusive, cancelled ones left out.

    Errors: InvalidField(last, range) beyond 62 days.
    """

    first: date
    last: date
