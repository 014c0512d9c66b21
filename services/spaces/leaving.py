"""What becomes of spaces when a person leaves the platform.

His private space stays as it is until the end of his grace, when nobody comes back to it. Professional spaces
in which he is alone go then; in the others nothing is left of him, and somebody else directs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.chassis.clock import Clock
from services.chassis.holdings import check_ids
from services.contracts import rights as contract
from services.contracts.errors import StaleVersion
from services.contracts.space_access import ACTIVE, DELETED
from services.spaces.domain.leaving import departing, in_the_way, is_alone, without, without_invited
from services.spaces.domain.space import Space
from services.spaces.ports import ConsentStore, Limits, ProfessionalSpaces, Spaces
from services.spaces.procedures import Procedures
from services.spaces.tending import Tending

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Leaving:
    """The use cases with what they need."""

    clock: Clock
    private: Spaces
    spaces: ProfessionalSpaces
    limits: Limits
    consents: ConsentStore
    procedures: Procedures
    tending: Tending

    def consequences(self, person_id: str) -> contract.LeavingSpaces:
        """What a person is told before he leaves."""
        now = self.clock.now()
        mine = [one for one in self.spaces.of_member(person_id) if not one.is_gone(now)]
        active = sorted((one for one in mine if one.state == ACTIVE), key=lambda one: one.name.casefold())
        return contract.LeavingSpaces(
            handed_over_first=_names(one for one in active if in_the_way(one, person_id)),
            going_along=_names(one for one in active if is_alone(one, person_id)),
            left=_names(
                one for one in active if not in_the_way(one, person_id) and not is_alone(one, person_id)
            ),
        )

    def departs(self, event: contract.PersonLeaving | contract.PersonStayed) -> None:
        """Nobody counts on him, or everybody may again; repeatable.  Errors: StaleVersion(space)."""
        leaves, at = isinstance(event, contract.PersonLeaving), event.occurred_at
        for space in self.spaces.of_member(event.person_id):
            self._change(space, lambda one: departing(one, event.person_id, at, leaves=leaves))

    def erase(self, event: contract.PersonGone) -> None:
        """Everything that is his; repeatable.  Errors: StaleVersion(space | procedure), to be told again."""
        now, person_id = self.clock.now(), event.person_id
        self._erase_private(person_id, now)
        for space in self._touched(person_id):
            self._leave(space, person_id, now)
        self.procedures.forget_person(person_id)
        self.consents.erase(person_id)
        self.limits.remove(person_id)

    def forget_invitations(self, request: contract.ForgetInvitations) -> contract.Forgotten:
        """Errors: InvalidField(numbers), StaleVersion(space)."""
        check_ids(numbers=request.numbers)
        numbers = frozenset(request.numbers) - {""}
        for number in sorted(numbers):
            for space in self.spaces.inviting(number):
                self._change(space, lambda one: without_invited(one, numbers))
        return contract.Forgotten()

    def _touched(self, person_id: str) -> Iterable[Space]:
        spaces = self.spaces
        found = (*spaces.of_member(person_id), *spaces.signed_by(person_id), *spaces.made_by(person_id))
        return {space.space_id: space for space in found}.values()

    def _erase_private(self, person_id: str, now: datetime) -> None:
        """What cannot be done now the sweep does, once it is closed.  Errors: StaleVersion(space)."""
        own = self.private.get(person_id)
        if own is None or self.tending.empty(own, now):
            return
        closed = self.private.get(person_id)
        if closed is not None and not closed.is_gone(now):
            raise StaleVersion("space")

    def _leave(self, space: Space, person_id: str, now: datetime) -> None:
        """Where he is alone it ends without a grace; from here on the sweep ends it too.

        Errors: StaleVersion(space).
        """
        left = self._change(space, lambda one: _left_by(one, person_id, now))
        if left is not None and left.members and is_alone(left, person_id):
            self.tending.end(left, now)

    def _change(self, space: Space, decide: Callable[[Space], Space]) -> Space | None:
        """The space afterwards, None where it is gone.  Errors: StaleVersion(space)."""
        found: Space | None = space
        for _attempt in range(_ATTEMPTS):
            if found is None or (after := decide(found)) == found or self.spaces.change(found, after):
                return self.spaces.get(space.space_id)
            found = self.spaces.get(space.space_id)
        raise StaleVersion("space")


def _left_by(space: Space, person_id: str, now: datetime) -> Space:
    """Decided of the space as it is: somebody may have come in since it was looked for."""
    if space.members and is_alone(space, person_id):
        return replace(space, state=DELETED, gone_at=_gone_at(space, now))
    return without(space, person_id, now)


def _gone_at(space: Space, now: datetime) -> datetime:
    """A space that is gone already stays so since then."""
    return min(space.gone_at, now) if space.gone_at else now


def _names(spaces: Iterable[Space]) -> tuple[str, ...]:
    return tuple(space.name for space in spaces)
