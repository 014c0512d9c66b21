"""What time does to spaces: the grace of a deleted one ends, old invitations and steps are forgotten.

Any replica may do it at any moment, twice too: each change is stored over what it was made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts.professional import SpaceGone
from services.spaces.domain.space import Space
from services.spaces.ports import ProfessionalSpaces


@dataclass(frozen=True, slots=True)
class Tending:
    clock: Clock
    spaces: ProfessionalSpaces

    def sweep(self) -> None:
        """Tend what is due, and remove what is gone and told."""
        now = self.clock.now()
        for space in self.spaces.due(now):
            if not self.end(space, now):
                self.spaces.change(space, space.tended(now))
        self.spaces.drop_gone()

    def end(self, space: Space, now: datetime) -> bool:
        """Whether its grace is over; then nothing is left of it, and its place is free."""
        if not space.is_gone(now):
            return False
        told = SpaceGone(event_id=new_id(), occurred_at=now, space_id=space.space_id)
        return self.spaces.change(space, space.emptied(), told)
