"""How many professional spaces a person may make, and the wish for more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.contracts.professional import FREE_SPACES

HIGHEST = 100
STEPS_KEPT = timedelta(days=365)
ASKED, RAISED, REFUSED = "asked", "raised", "refused"


@dataclass(frozen=True, slots=True)
class LimitStep:
    at: datetime
    what: str
    actor: str
    reason: str
    limit: int
    origin: str


@dataclass(frozen=True, slots=True)
class Wish:
    request_id: str
    name: str
    reason: str
    asked_at: datetime
    credential_id: str = ""
    """With which it was asked; empty in a wish from before that was kept."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One person's; `version` 0 is one of whom nothing is stored."""

    person_id: str
    limit: int = FREE_SPACES
    wish: Wish | None = None
    """While the helpdesk has not answered."""
    answered: str = ""
    """Id of the latest wish that was answered."""
    steps: tuple[LimitStep, ...] = ()
    version: int = 0

    @property
    def request(self) -> str:
        """One of LIMIT_REQUESTS."""
        if self.wish is not None:
            return "open"
        return "refused" if self.steps and self.steps[-1].what == REFUSED else ""

    @property
    def is_nothing(self) -> bool:
        """What is said of everybody of whom nothing is stored."""
        return replace(self, version=0) == Limit(self.person_id)

    def tended(self, now: datetime) -> Limit:
        """Without what is kept no longer; who is answered once more then is told that there is no wish."""
        steps = tuple(step for step in self.steps if now < step.at + STEPS_KEPT)
        return replace(self, steps=steps, answered=self.answered if steps else "")

    def due_at(self) -> datetime | None:
        """When time alone changes it next."""
        return min((step.at + STEPS_KEPT for step in self.steps), default=None)

    def wished(self, wish: Wish, origin: str) -> Limit:
        if self.wish is not None:
            return self
        step = LimitStep(wish.asked_at, ASKED, f"person:{self.person_id}", wish.reason, self.limit, origin)
        return replace(self, wish=wish, steps=(*self.steps, step))

    def decided(self, request_id: str, limit: int, step: LimitStep) -> Limit:
        """The helpdesk's answer: a higher limit, or 0 for none.

        Errors: NotFound(request), StaleVersion(limit), InvalidField(limit, range).
        """
        if self.wish is None and request_id and self.answered == request_id:
            return self._unless_other(limit)
        if self.wish is None or self.wish.request_id != request_id:
            raise NotFound("request")
        if limit and not self.limit < limit <= HIGHEST:
            raise InvalidField("limit", "range")
        after = limit or self.limit
        what = RAISED if limit else REFUSED
        steps = (*self.steps, replace(step, what=what, limit=after))
        return replace(self, limit=after, wish=None, answered=request_id, steps=steps)

    def _unless_other(self, limit: int) -> Limit:
        """Errors: StaleVersion(limit)."""
        last = self.steps[-1]
        if (limit == 0) == (last.what == REFUSED) and limit in (0, last.limit):
            return self
        raise StaleVersion("limit")
