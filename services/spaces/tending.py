"""What time does to spaces: the grace of a deleted one ends, old invitations and steps are forgotten.

Any replica may do it at any moment, twice too: each change is stored over what it was made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts.professional import SpaceGone
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.domain.space import GONE, Space
from services.spaces.ports import ProfessionalSpaces, Spaces


@dataclass(frozen=True, slots=True)
class Tending:
    clock: Clock
    spaces: ProfessionalSpaces
    private: Spaces

    def sweep(self) -> None:
        """Tend what is due, and remove what is gone and told."""
        now = self.clock.now()
        for space in self.spaces.due(now):
            if not self.end(space, now):
                self.spaces.change(space, space.tended(now))
        for own in self.private.due(now):
            if not self.end_own(own, now):
                self.private.change(own, own.tended(now))
        self.spaces.drop_gone()
        self.private.drop_gone()

    def end(self, space: Space, now: datetime) -> bool:
        """Whether its grace is over; then nothing is left of it, and its place is free."""
        if not space.is_gone(now):
            return False
        return self.spaces.change(space, space.emptied(), _gone(space.space_id, now))

    def end_own(self, space: PrivateSpace, now: datetime) -> bool:
        """Whether its grace is over; then nothing is left of it."""
        return space.is_gone(now) and self.empty(space, now)

    def empty(self, space: PrivateSpace, now: datetime) -> bool:
        """Whether nothing is left of it now; what has come between is left alone."""
        if space.state == GONE:
            return True
        return self.private.change(space, space.emptied(), _gone(space.person_id, now))


def _gone(space_id: str, now: datetime) -> SpaceGone:
    return SpaceGone(event_id=new_id(), occurred_at=now, space_id=space_id)
