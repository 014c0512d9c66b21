"""A morning on which every slot is taken: only what somebody gives back can be offered earlier."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.booking.domain.hours import WeeklyHours
from services.contracts.booking import Appointment, CancelAppointment
from services.contracts.earlier import (
    AcceptEarlier,
    AskForEarlier,
    DeclineEarlier,
    EarlierOffer,
    EarlierWish,
    GetEarlierWish,
)
from services.contracts.slots import FindFreeSlots
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, MONDAY, PERSON, World, agent

MORNING = WeeklyHours.parse([["08:30-11:30"]] * 5 + [[], []])
STARTS = [FIRST_SLOT + n * LENGTH for n in range(9)]


class Morning(World):
    """One day, no free slot: only what somebody gives back can be offered."""

    def __init__(self, *agents: str, **changes: Any) -> None:
        names = agents or ("agent-a",)
        staff = [agent(name, hours=MORNING) for name in names]
        super().__init__(*staff, **{"horizon_days": 0, "notice": timedelta(0), **changes})
        self.booked = [self._book_one(n, start, name) for n, start in enumerate(STARTS) for name in names]

    def _book_one(self, number: int, start: datetime, name: str) -> Appointment:
        citizen = replace(PERSON, email=f"citizen-{number}-{name}@example.org")
        return self.book(start, f"key-{number}-{name}", applicant=citizen)

    def at(self, number: int) -> str:
        """Who has that slot at the beginning."""
        return self.booked[number].appointment_id

    def ask(self, number: int, not_before: datetime | None = None) -> EarlierWish:
        """A minute after whoever asked before."""
        self.clock.advance(seconds=1)
        request = AskForEarlier(appointment_id=self.at(number), not_before=not_before)
        return self.booking.ask_for_earlier(request)

    def wish(self, number: int) -> EarlierWish:
        return self.booking.get_earlier_wish(GetEarlierWish(appointment_id=self.at(number)))

    def offer(self, number: int) -> EarlierOffer:
        offer = self.wish(number).offer
        assert offer, "nothing is offered"
        return offer

    def free(self, number: int) -> None:
        """The citizen who has that slot gives it back, and time goes on until somebody is offered it."""
        self.booking.cancel_appointment(CancelAppointment(appointment_id=self.at(number), actor="citizen"))
        self.go_on()

    def go_on(self, **time: int) -> None:
        self.clock.advance(**time)
        self.booking.sweep()
        self.booking.offer_earlier()

    def accept(self, number: int, offer_id: str = "") -> Appointment:
        chosen = offer_id or self.offer(number).offer_id
        request = AcceptEarlier(appointment_id=self.at(number), offer_id=chosen, actor="citizen")
        return self.booking.accept_earlier(request)

    def decline(self, number: int, offer_id: str = "") -> EarlierWish:
        chosen = offer_id or self.offer(number).offer_id
        return self.booking.decline_earlier(DeclineEarlier(appointment_id=self.at(number), offer_id=chosen))

    def free_starts(self) -> list[datetime]:
        request = FindFreeSlots(kind="video", language="fr", day=MONDAY)
        return [slot.starts_at for slot in self.booking.find_free_slots(request).slots]


@pytest.fixture
def world() -> Morning:
    return Morning()
