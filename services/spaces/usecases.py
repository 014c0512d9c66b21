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

    def join(self, person_id: str, former_id: str) -> None:
        """Bring what the former person's space knows into the person's; repeatable.

        Only a space from before credentials were registered can be there; it is kept as it was, though nobody
        opens it any more.  Errors: StaleVersion(space) where a save came between: told again, it goes on.
        """
        former = self.spaces.get(former_id)
        if former is None or self.spaces.was_taken_over(former_id):
            return
        own = self.spaces.get(person_id) or self.spaces.open(PrivateSpace(person_id, 1, former.data))
        after = own.taking_over(former)
        if after is not own and not self.spaces.replace(after, own.version):
            raise StaleVersion("space")
        self.spaces.note_taken_over(former_id, person_id)

    def _get(self, person_id: str) -> PrivateSpace:
        found = self.spaces.get(person_id)
        if found is None:
            raise NotFound("space")
        return found

    def _today(self) -> date:
        return self.clock.now().astimezone(ZONE).date()
