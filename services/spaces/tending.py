"""What time does to spaces: the grace of a deleted one ends, old invitations and steps are forgotten.

Any replica may do it at any moment, twice too: each change is stored over what it was made from.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts.errors import PlatformError
from services.contracts.professional import SpaceGone
from services.spaces.contents import Contents
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.domain.space import GONE, Space
from services.spaces.ports import ProfessionalSpaces, Spaces

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tending:
    clock: Clock
    spaces: ProfessionalSpaces
    private: Spaces
    contents: Contents

    def sweep(self) -> None:
        """Tend what is due, and remove what is gone and told."""
        now = self.clock.now()
        for space in self.spaces.due(now):
            if space.is_gone(now):
                self.end(space, now)
            else:
                self.spaces.change(space, space.tended(now))
        for own in self.private.due(now):
            if own.is_gone(now):
                self.empty(own, now)
            else:
                self.private.change(own, own.tended(now))
        self.spaces.drop_gone()
        self.private.drop_gone()

    def end(self, space: Space, now: datetime) -> bool:
        """Whether its grace is over; then nothing is left of it, and its place is free.

        First goes what lies in it: what dies in between is begun again, and nobody enters meanwhile.
        """
        if not space.is_gone(now) or not self._erased(space.space_id):
            return False
        return self.spaces.change(space, space.emptied(), _gone(space.space_id, now))

    def end_own(self, space: PrivateSpace, now: datetime) -> bool:
        """Whether its grace is over; then nothing is left of it."""
        return space.is_gone(now) and self.empty(space, now)

    def empty(self, space: PrivateSpace, now: datetime) -> bool:
        """Whether nothing is left of it now, nor of what lies in it; first nobody enters it any more."""
        if space.state == GONE:
            return True
        closed = space if space.is_gone(now) else self._closed(space, now)
        if closed is None or not self._erased(closed.person_id):
            return False
        return self.private.change(closed, closed.emptied(), _gone(closed.person_id, now))

    def _closed(self, space: PrivateSpace, now: datetime) -> PrivateSpace | None:
        """As it is stored; None where something has come between."""
        done = self.private.change(space, space.ended(now))
        return self.private.get(space.person_id) if done else None

    def _erased(self, space_id: str) -> bool:
        """Whether nothing lies in it any more; what cannot be reached now is tried again when it is due."""
        try:
            self.contents.erase(space_id)
        except PlatformError as error:
            _log.warning("the contents of a space wait for their end", extra={"error": type(error).__name__})
            return False
        return True


def _gone(space_id: str, now: datetime) -> SpaceGone:
    return SpaceGone(event_id=new_id(), occurred_at=now, space_id=space_id)
