"""Where wishes for an earlier time are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from services.booking.domain.earlier import Wish
from services.contracts.wire import Event


class Queue(NamedTuple):
    """Those who wait for an earlier slot of one kind and language."""

    kind: str
    language: str
    before: datetime
    """Start of the latest of their appointments."""


class Wishes(Protocol):
    """Who waits for an earlier slot: one wish per appointment, changed only as it was read."""

    def find(self, appointment_id: str) -> Wish | None: ...

    def add(self, wish: Wish) -> bool:
        """False where the appointment has a wish already."""
        ...

    def change(self, before: Wish, after: Wish, *events: Event) -> bool:
        """False where another change came between."""
        ...

    def remove(self, wish: Wish) -> bool:
        """False where another change came between."""
        ...

    def queues(self) -> list[Queue]:
        """Where somebody waits."""
        ...

    def waiting(self) -> Iterable[Wish]:
        """Those who have no offer now and may get one, in the order in which they asked."""
        ...

    def offered(self) -> list[Wish]:
        """Those who have an offer now."""
        ...

    def begun(self, now: datetime) -> list[Wish]:
        """Some whose appointment has begun, as far as they have heard."""
        ...

    def note_passed(self, time_id: str, appointment_id: str, until: datetime) -> None:
        """Somebody did not want an offered time; repeatable, forgotten some time after `until`."""
        ...

    def passed_by(self, time_ids: Iterable[str]) -> Mapping[str, int]:
        """How many did not want each of these times; who is not in the answer was wanted or never offered."""
        ...
