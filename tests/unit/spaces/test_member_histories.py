"""Any sequence of what members do, and of what becomes of their certificates, leaves a space with an
administrator who can get in, as long as anybody can.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.contracts import members as m
from services.contracts import professional as p
from services.contracts.errors import PlatformError
from services.contracts.members import SCOPES
from services.contracts.space_access import ADMINISTRATOR, ROLES, Actor
from tests.unit.spaces.world import LEA, World, person

PEOPLE = [LEA, *(person(f"Person {number} Muster", number) for number in range(2, 6))]
people = st.sampled_from(PEOPLE)
roles = st.sampled_from(ROLES)


class SpaceHistories(RuleBasedStateMachine):
    """Refusals are part of history; what counts is what stands afterwards."""

    @initialize()
    def open(self) -> None:
        self.world = World()
        self.space_id = self.world.opened().space_id

    @rule(by=people, who=people, role=roles, scope=st.sampled_from(SCOPES))
    def invite(self, by: Actor, who: Actor, role: str, scope: str) -> None:
        with suppress(PlatformError):
            self.world.invite(self.space_id, who, role, actor=by, scope=scope)

    @rule(who=people, accept=st.booleans())
    def answer(self, who: Actor, accept: bool) -> None:
        for invitation in self.world.overview(who).invitations:
            with suppress(PlatformError):
                self.world.answer(self.space_id, invitation.invitation_id, who, accept=accept)

    @rule(by=people, who=people, former=roles, role=roles, meanwhile=st.booleans())
    def change_role(self, by: Actor, who: Actor, former: str, role: str, meanwhile: bool) -> None:
        self._at_once(meanwhile, who)
        self._try(lambda: self.world.change_role(self.space_id, by, who, former, role))

    @rule(by=people, who=people, meanwhile=st.booleans())
    def remove(self, by: Actor, who: Actor, meanwhile: bool) -> None:
        self._at_once(meanwhile, who)
        self._try(lambda: self.world.remove(self.space_id, by, self.world.member_id(self.space_id, who)))

    @rule(who=people, other=people, meanwhile=st.booleans())
    def leave(self, who: Actor, other: Actor, meanwhile: bool) -> None:
        self._at_once(meanwhile, other)
        self._try(lambda: self.world.leave(self.space_id, who))

    @rule(who=people, usable=st.booleans())
    def certificate(self, who: Actor, usable: bool) -> None:
        self.world.later(seconds=1)
        self.world.members.certificate_is(who.credential_id, self.world.clock.now(), usable=usable)

    @rule(by=people)
    def delete(self, by: Actor) -> None:
        self._try(lambda: self.world.delete(self.space_id, by))

    @rule(by=people)
    def restore(self, by: Actor) -> None:
        self._try(lambda: self.world.mine.restore(p.RestoreSpace(actor=by, space_id=self.space_id)))

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.world.later(days=days)
        self.world.tending.sweep()
        if self.space_id not in self.world.spaces.spaces:
            self.space_id = self.world.opened().space_id

    @invariant()
    def somebody_directs_it(self) -> None:
        if hasattr(self, "space_id"):
            active = [one for one in self.world.spaces.spaces[self.space_id].members if one.is_active]
            assert not active or any(one.role == ADMINISTRATOR for one in active)
            assert self.world.spaces.spaces[self.space_id].members

    @invariant()
    def nobody_is_in_it_twice(self) -> None:
        if hasattr(self, "space_id"):
            persons = [one.person_id for one in self.world.spaces.spaces[self.space_id].members]
            assert len(persons) == len(set(persons))

    def _at_once(self, meanwhile: bool, who: Actor) -> None:
        """Somebody leaves between the reading and the writing of what comes next."""

        def come_between() -> None:
            self._try(lambda: self.world.leave(self.space_id, who))

        self.world.spaces.before_change = [come_between] if meanwhile else []

    def _try(self, act: Any) -> None:
        with suppress(PlatformError, StopIteration):
            act()


SpaceHistories.TestCase.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSpaceHistories = SpaceHistories.TestCase


def test_the_histories_reach_a_second_administrator() -> None:
    """Else the rule would be kept by nothing ever happening."""
    world = World()
    space_id, tom = world.shared()
    world.leave(space_id, LEA)
    members = world.members.list(m.ListMembers(actor=tom, space_id=space_id)).members
    assert [one.name for one in members] == [tom.name]
