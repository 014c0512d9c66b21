"""What time does to spaces: the grace of a deleted one ends, old invitations and steps are forgotten.

Any replica may do it at any moment, twice too: each change is stored over what it was made from.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.chassis.clock import Clock, SystemClock
from services.chassis.ids import new_id
from services.contracts.errors import PlatformError
from services.contracts.professional import SpaceGone
from services.spaces.contents import Contents
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.domain.space import GONE, Space
from services.spaces.ports import ProfessionalSpaces, Spaces

_log = logging.getLogger(__name__)
_ERASED_WITHIN = timedelta(minutes=1)
"""Of real time; whoever takes longer has died, and another one begins again."""


@dataclass(frozen=True, slots=True)
class Tending:
    clock: Clock
    spaces: ProfessionalSpaces
    private: Spaces
    contents: Contents
    real: Clock = field(default_factory=SystemClock)

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

        First it is closed, by one process: what dies in between is begun again, and nobody enters meanwhile.
        """
        closed = self._closed(space) if space.is_gone(now) else None
        if closed is None:
            return False
        if self._erased(closed.space_id):
            return self.spaces.change(closed, closed.emptied(), _gone(closed.space_id, now))
        self.spaces.change(closed, closed.closing(self.real.now()))
        return False

    def end_own(self, space: PrivateSpace, now: datetime) -> bool:
        """Whether its grace is over; then nothing is left of it."""
        return space.is_gone(now) and self.empty(space, now)

    def empty(self, space: PrivateSpace, now: datetime) -> bool:
        """Whether nothing is left of it now, nor of what lies in it; its grace is not waited for."""
        if space.state == GONE:
            return True
        closed = self._closed_own(space, now)
        if closed is None:
            return False
        if self._erased(closed.person_id):
            return self.private.change(closed, closed.emptied(), _gone(closed.person_id, now))
        self.private.change(closed, closed.closing(now, self.real.now()))
        return False

    def _closed(self, space: Space) -> Space | None:
        """As it is stored, for this process to erase; None where another one does, or has come between."""
        if self._is_another_ones(space.closing_until):
            return None
        done = self.spaces.change(space, space.closing(self.real.now() + _ERASED_WITHIN))
        return self.spaces.get(space.space_id) if done else None

    def _closed_own(self, space: PrivateSpace, now: datetime) -> PrivateSpace | None:
        """As `_closed`.  Who erases late would take what its person has put into a new one of the same id."""
        if self._is_another_ones(space.closing_until):
            return None
        done = self.private.change(space, space.closing(now, self.real.now() + _ERASED_WITHIN))
        return self.private.get(space.person_id) if done else None

    def _is_another_ones(self, closing_until: datetime | None) -> bool:
        return closing_until is not None and self.real.now() < closing_until

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
