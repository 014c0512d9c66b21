"""Reminders: planned when something is told of a start, swept by every replica, sent once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.notify.domain.delivery import Message, at_start
from services.notify.domain.reminders import Leads, Schedule, first_at, step
from services.notify.ports import Schedules
from services.notify.usecases import Notifier

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Reminders:
    """The use cases with what they need."""

    clock: Clock
    """Business time: when they are due."""
    schedules: Schedules
    notifier: Notifier
    leads: Leads

    def plan(self, appointment_id: str, version: int, starts_at: datetime, told_at: datetime) -> None:
        """Remind of this start from now on, and of no other."""
        next_at = first_at(starts_at, told_at, self.leads)
        self.schedules.put(Schedule(appointment_id, version, starts_at, next_at), self.clock.now())

    def drop(self, appointment_id: str, version: int) -> None:
        """Remind of nothing any more."""
        self.schedules.put(Schedule(appointment_id, version, None, None), self.clock.now())

    def sweep(self) -> int:
        """Send what is due, until nothing is; how many schedules were looked at."""
        seen = 0
        while due := self.schedules.due(self.clock.now(), _AT_ONCE):
            for schedule in due:
                self._remind(schedule)
            seen += len(due)
        return seen

    def _remind(self, schedule: Schedule) -> None:
        """First the message, then the schedule: who dies between leaves it to be found, and noted once."""
        if schedule.starts_at is None:
            return self.schedules.advance(schedule, None)
        kind, next_at = step(schedule.starts_at, self.clock.now(), self.leads)
        if kind is not None:
            # Version 0: an appointment with another agent at the same time is reminded of once.
            self.notifier.notify(
                Message(kind, schedule.appointment_id, 0, occasion=at_start(schedule.starts_at))
            )
        self.schedules.advance(schedule, next_at)
