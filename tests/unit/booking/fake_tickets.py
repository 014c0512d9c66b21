"""Tickets for open appointments in memory, with the promises of the real ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.booking.ports import Ticket


class FakeTickets:
    def __init__(self) -> None:
        self.taken: dict[tuple[str, int], str] = {}
        self.looked_at: dict[tuple[str, int], datetime] = {}

    def take(self, owner: str, number: int, appointment_id: str, now: datetime) -> bool:
        if (owner, number) in self.taken or self._has_one(owner, appointment_id):
            return False
        self.taken[owner, number] = appointment_id
        self.looked_at[owner, number] = now + timedelta(days=1)
        return True

    def of(self, owner: str) -> dict[int, str]:
        return {number: whose for (of, number), whose in self.taken.items() if of == owner}

    def pass_on(self, owner: str, number: int, before: str, after: str) -> bool:
        if self.taken.get((owner, number)) != before or self._has_one(owner, after):
            return False
        self.taken[owner, number] = after
        return True

    def drop(self, owner: str) -> None:
        self.taken = {ticket: whose for ticket, whose in self.taken.items() if ticket[0] != owner}

    def to_look_at(self, now: datetime) -> list[Ticket]:
        return [Ticket(*key, whose) for key, whose in self.taken.items() if self.looked_at[key] <= now]

    def look_again(self, ticket: Ticket, at: datetime) -> None:
        if self._stands(ticket):
            self.looked_at[ticket[:2]] = at

    def give_up(self, ticket: Ticket) -> None:
        if self._stands(ticket):
            del self.taken[ticket[:2]]

    def _stands(self, ticket: Ticket) -> bool:
        return self.taken.get(ticket[:2]) == ticket.appointment_id

    def _has_one(self, owner: str, appointment_id: str) -> bool:
        return appointment_id in self.of(owner).values()
