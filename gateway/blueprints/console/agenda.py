"""A day's appointments beside what is going on in their rooms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gateway.backends import ask, now
from gateway.i18n import ZONE, local
from services.contracts.booking import Appointment, ListAppointments
from services.contracts.media import RoomStatus

OPEN_AROUND = timedelta(hours=1)
"""Longer than anybody is in a room before his appointment begins, or after it has ended."""


@dataclass(frozen=True)
class Line:
    """One appointment with its room; the room may not be there yet, a moment after booking."""

    appointment: Appointment
    room: RoomStatus | None
    mine: bool

    @property
    def phase(self) -> str:
        return self.room.phase if self.room else "early"

    @property
    def waits(self) -> bool:
        """The citizen is there, and nobody has let him in or has come back to him."""
        return self.room is not None and self.room.citizen_waiting_since is not None

    @property
    def agent_here(self) -> bool:
        return bool(self.room and self.room.agents_present)

    @property
    def changeable(self) -> bool:
        """Whether staff may still move or cancel it, as far as the room knows."""
        return self.phase in ("early", "open", "waiting", "admitted")

    @property
    def enterable(self) -> bool:
        return self.phase in ("open", "waiting", "admitted", "documents")


def appointments_of(day: date) -> tuple[Appointment, ...]:
    """The day's; beside those of today the ones across midnight in whose rooms somebody may be now."""
    booked = ask(ListAppointments(day=day)).appointments
    hour = (now() - OPEN_AROUND, now() + OPEN_AROUND)
    today, around = local(now()).date(), {local(instant).date() for instant in hour}
    if day == today:
        for other in around - {today}:
            across = ask(ListAppointments(day=other)).appointments
            booked += tuple(one for one in across if one.ends_at >= hour[0] and one.starts_at <= hour[1])
    return booked


def lines(
    appointments: Iterable[Appointment], rooms: Iterable[RoomStatus], agent_id: str
) -> tuple[Line, ...]:
    """The day in order of start; who waits comes first among those at the same time."""
    by_id = {room.room_id: room for room in rooms}
    found = (_line(a, by_id.get(a.appointment_id), agent_id) for a in appointments)
    return tuple(sorted(found, key=lambda line: (line.appointment.starts_at, not line.waits)))


def _line(appointment: Appointment, room: RoomStatus | None, agent_id: str) -> Line:
    """It is among the own of who looks after the room: the appointment's agent, or who has it from him."""
    keeper_id = (room.keeper_id if room else "") or appointment.agent_id
    return Line(appointment, room, keeper_id == agent_id)


def agents_of(found: Iterable[Line]) -> list[tuple[str, str]]:
    """Id and name of everybody who has an appointment among these, by name."""
    agents = {(line.appointment.agent_name, line.appointment.agent_id) for line in found}
    return [(agent_id, name) for name, agent_id in sorted(agents)]


def rooms_around(day: date) -> tuple[datetime, datetime]:
    """[first, last) start of whatever `appointments_of` the day may name."""
    first, last = bounds(day)
    return first - 2 * OPEN_AROUND, last + OPEN_AROUND


def bounds(day: date) -> tuple[datetime, datetime]:
    """[midnight, next midnight) of a day in Luxembourg, in UTC: 23 to 25 hours."""
    first, last = (datetime.combine(d, time(), ZONE).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    return first, last
