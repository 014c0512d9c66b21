"""The waiting list in memory, with the promises of the real one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.booking.domain.earlier import OFFERED, WAITING, Wish
from services.booking.earlier.ports import Queue
from services.contracts.wire import Event


class FakeWishes:
    """Wishes by appointment; `told` are the events that would be published, in order."""

    def __init__(self) -> None:
        self.by_id: dict[str, Wish] = {}
        self.told: list[Event] = []
        self._passed: dict[str, set[str]] = {}

    def find(self, appointment_id: str) -> Wish | None:
        return self.by_id.get(appointment_id)

    def add(self, wish: Wish) -> bool:
        return self.by_id.setdefault(wish.appointment_id, wish) is wish

    def change(self, before: Wish, after: Wish, *events: Event) -> bool:
        if not self._is_as_read(before):
            return False
        self.by_id[after.appointment_id] = after
        self.told.extend(events)
        return True

    def remove(self, wish: Wish) -> bool:
        return self._is_as_read(wish) and bool(self.by_id.pop(wish.appointment_id))

    def queues(self) -> list[Queue]:
        latest: dict[tuple[str, str], datetime] = {}
        for wish in self.waiting():
            place = (wish.kind, wish.language)
            latest[place] = max(latest.get(place, wish.before), wish.before)
        return [Queue(*place, before) for place, before in latest.items()]

    def waiting(self) -> list[Wish]:
        found = [wish for wish in self.by_id.values() if wish.state == WAITING]
        return sorted(found, key=lambda wish: (wish.asked_at, wish.appointment_id))

    def offered(self) -> list[Wish]:
        return [wish for wish in self.by_id.values() if wish.state == OFFERED]

    def begun(self, now: datetime) -> list[Wish]:
        return [wish for wish in self.by_id.values() if wish.before <= now]

    def note_passed(self, time_id: str, appointment_id: str, until: datetime) -> None:
        self._passed.setdefault(time_id, set()).add(appointment_id)

    def passed_by(self, time_ids: Iterable[str]) -> dict[str, int]:
        return {time_id: len(self._passed[time_id]) for time_id in time_ids if time_id in self._passed}

    def _is_as_read(self, wish: Wish) -> bool:
        there = self.by_id.get(wish.appointment_id)
        return there is not None and (there.asked_at, there.revision) == (wish.asked_at, wish.revision)
