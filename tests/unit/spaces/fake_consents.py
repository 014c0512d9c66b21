"""Consents in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.spaces.domain.consent import Consent


class FakeConsents:
    def __init__(self) -> None:
        self.consents: dict[str, Consent] = {}
        self.withdrawn: dict[str, datetime] = {}
        """Of appointments that are cancelled, whether their booking is told yet or not."""

    def note(self, consent: Consent) -> None:
        withdrawn_at = self.withdrawn.get(consent.appointment_id)
        self.consents.setdefault(consent.appointment_id, replace(consent, withdrawn_at=withdrawn_at))

    def withdraw(self, appointment_id: str, at: datetime) -> None:
        withdrawn_at = self.withdrawn.setdefault(appointment_id, at)
        if appointment_id in self.consents:
            found = self.consents[appointment_id]
            self.consents[appointment_id] = replace(found, withdrawn_at=withdrawn_at)

    def of_person(self, person_id: str) -> list[Consent]:
        own = [one for one in self.consents.values() if one.person_id == person_id]
        return sorted(own, key=lambda one: one.given_at, reverse=True)[:500]

    def move(self, former_id: str, person_id: str) -> None:
        for key, one in self.consents.items():
            if one.person_id == former_id:
                self.consents[key] = replace(one, person_id=person_id)

    def erase(self, person_id: str) -> None:
        self.consents = {key: one for key, one in self.consents.items() if one.person_id != person_id}

    def forget(self, before: datetime) -> None:
        self.consents = {key: one for key, one in self.consents.items() if one.given_at > before}
        self.withdrawn = {key: at for key, at in self.withdrawn.items() if at > before}
