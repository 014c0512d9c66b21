"""What the back office's desk asks of `booking` beside what the citizen's pages ask."""

from __future__ import annotations

from datetime import date

from services.contracts.booking import Appointments
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


@rpc("booking", reply=AgentDays, repeatable=True, errors=())
class CountAppointments(Request[AgentDays]):
    """Appointments of each agent and day from `first` to `last` inclusive, cancelled ones left out.

    Errors: InvalidField(last, range) beyond 62 days.
    """

    first: date
    last: date


MAX_FOUND = 50


@rpc("booking", reply=Appointments, repeatable=True, errors=())
class FindAppointments(Request[Appointments]):
    """Appointments in which this exact address or number stands, of the applicant or the insured person.

    The latest start first, cancelled ones included; at most MAX_FOUND.  Errors: InvalidField (email |
    national_number: `missing` without exactly one of them, `format`, `date`, `check_digit`, `too_long`).
    """

    email: str = ""
    national_number: str = ""
