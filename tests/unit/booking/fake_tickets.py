"""Tickets for open appointments in memory, with the promises of the real ones."""

from __future__ import annotations


class FakeTickets:
    def __init__(self) -> None:
        self.taken: dict[tuple[str, int], str] = {}

    def take(self, owner: str, number: int, appointment_id: str) -> bool:
        if (owner, number) in self.taken or self._has_one(owner, appointment_id):
            return False
        self.taken[owner, number] = appointment_id
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

    def _has_one(self, owner: str, appointment_id: str) -> bool:
        return appointment_id in self.of(owner).values()
