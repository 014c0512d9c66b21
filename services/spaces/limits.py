"""How many professional spaces a person may make: the wish for more, and the helpdesk's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.chassis import context
from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts import professional as contract
from services.contracts.errors import NotAllowed, StaleVersion
from services.contracts.wire import Event
from services.spaces import views
from services.spaces.domain.limit import ASKED, RAISED, Limit, LimitStep, Wish
from services.spaces.domain.rules import filled
from services.spaces.keys import id_of
from services.spaces.ports import Limits, ProfessionalSpaces


@dataclass(frozen=True, slots=True)
class SpaceLimits:
    clock: Clock
    limits: Limits
    spaces: ProfessionalSpaces

    def of(self, person_id: str) -> Limit:
        return self.limits.get(person_id)

    def opened(self, person_id: str, now: datetime) -> int:
        """Professional spaces that take a place of this person's."""
        return sum(not space.is_gone(now) for space in self.spaces.made_by(person_id))

    def ask(self, request: contract.AskForMoreSpaces) -> None:
        """Errors: NotAllowed(ask_for_more), InvalidField(reason), StaleVersion(limit)."""
        now, person_id = self.clock.now(), request.actor.person_id
        reason = filled("reason", request.reason, contract.MOST_REASON)
        before = self.limits.get(person_id)
        if self.opened(person_id, now) < before.limit:
            raise NotAllowed("ask_for_more")
        actor, request_id = request.actor, id_of(person_id, str(before.version))
        wish = Wish(request_id, actor.name, reason, now, actor.credential_id)
        self._change(before, before.wished(wish, context.current().origin))

    def requests(self) -> contract.LimitRequests:
        """Those that wait, the longest first."""
        now = self.clock.now()
        shown = (
            views.limit_request(limit, self.opened(limit.person_id, now)) for limit in self.limits.wished()
        )
        return contract.LimitRequests(requests=tuple(one for one in shown if one is not None))

    def decide(self, request: contract.DecideLimit) -> contract.LimitRequests:
        """Errors: NotFound(request), StaleVersion(limit), InvalidField(limit | reason)."""
        now = self.clock.now()
        reason = filled("reason", request.reason, contract.MOST_REASON)
        before = self.limits.get(request.person_id)
        step = LimitStep(now, ASKED, f"staff:{request.staff_id}", reason, 0, context.current().origin)
        after = before.decided(request.request_id, request.limit, step)
        self._change(before, after, _decided(before, after, now))
        return self.requests()

    def forget(self) -> None:
        """Steps that are kept no longer, and limits of which nothing is left then; repeatable."""
        now = self.clock.now()
        for before in self.limits.due(now):
            after = before.tended(now)
            if after.is_nothing:
                self.limits.drop(before)
            else:
                self.limits.change(before, after)

    def _change(self, before: Limit, after: Limit, *events: Event) -> None:
        """Errors: StaleVersion(limit)."""
        if after != before and not self.limits.change(before, after, *events):
            raise StaleVersion("limit")


def _decided(before: Limit, limit: Limit, now: datetime) -> contract.SpaceLimitDecided:
    return contract.SpaceLimitDecided(
        event_id=new_id(),
        occurred_at=now,
        person_id=limit.person_id,
        limit=limit.limit,
        raised=bool(limit.steps) and limit.steps[-1].what == RAISED,
        credential_id=before.wish.credential_id if before.wish else "",
    )
