"""What spaces does: one private space per person, and its data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from services.chassis.clock import Clock
from services.contracts import spaces as contract
from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.spaces.domain.private_space import PrivateSpace, opened
from services.spaces.ports import Spaces

ZONE = ZoneInfo("Europe/Luxembourg")


@dataclass(frozen=True, slots=True)
class PrivateSpaces:
    """The use cases with what they need."""

    clock: Clock
    spaces: Spaces

    def open_private_space(self, person_id: str, data: contract.PersonalData) -> contract.PrivateSpace:
        """Errors: InvalidField."""
        if not person_id:
            raise InvalidField("person_id", "missing")
        found = self.spaces.get(person_id)
        return (found or self.spaces.open(opened(person_id, data, self._today()))).shown()

    def get_private_space(self, person_id: str) -> contract.PrivateSpace:
        """Errors: NotFound(space)."""
        return self._get(person_id).shown()

    def save_personal_data(
        self, person_id: str, version: int, data: contract.PersonalData
    ) -> contract.PrivateSpace:
        """Errors: NotFound(space), StaleVersion(space), InvalidField."""
        before = self._get(person_id)
        after = before.saved(version, data, self._today())
        if after is not before and not self.spaces.replace(after, before.version):
            raise StaleVersion("space")
        return after.shown()

    def _get(self, person_id: str) -> PrivateSpace:
        found = self.spaces.get(person_id)
        if found is None:
            raise NotFound("space")
        return found

    def _today(self) -> date:
        return self.clock.now().astimezone(ZONE).date()
