"""Any sequence of what members do, and of what becomes of their certificates, leaves a space with an
administrator who can get in, as long as anybody can.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.contracts import members as m
from services.contracts import professional as p
from services.contracts.errors import PlatformError
from services.contracts.members import SCOPES
from services.contracts.rights import ForgetInvitations, PersonGone, PersonLeaving, PersonStayed
from services.contracts.space_access import ADMINISTRATOR, ROLES, Actor
from tests.unit.spaces.world import LEA, NOW, World, person

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

    @rule(who=people, kind=st.sampled_from((PersonLeaving, PersonStayed)), is_late=st.booleans())
    def depart(self, who: Actor, kind: Any, is_late: bool) -> None:
        """He asks to be erased from the platform, or takes it back; what is told late changes nothing."""
        self.world.later(seconds=1)
        told_at = self.world.clock.now() - timedelta(hours=1 if is_late else 0)
        until = {"gone_at": told_at} if kind is PersonLeaving else {}
        about = {"person_id": who.person_id, "credential_id": who.credential_id}
        self.world.leaving.departs(kind(event_id="told", occurred_at=told_at, **about, **until))

    @rule(who=people)
    def gone(self, who: Actor) -> None:
        """Nothing of him is left."""
        self.world.leaving.forget_invitations(ForgetInvitations(numbers=(who.number,)))
        self.world.leaving.erase(
            PersonGone(
                event_id="gone", occurred_at=NOW, person_id=who.person_id, credential_ids=(who.credential_id,)
            )
        )
        assert who.name not in repr([(one.members, one.steps) for one in self.world.spaces.spaces.values()])
        self._anew_where_it_is_gone()

    @rule(by=people)
    def delete(self, by: Actor) -> None:
        self._try(lambda: self.world.delete(self.space_id, by))

    @rule(by=people)
    def restore(self, by: Actor) -> None:
        self._try(lambda: self.world.mine.restore(p.RestoreSpace(actor=by, space_id=self.space_id)))

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.world.later(days=days)
        self._anew_where_it_is_gone()

    @invariant()
    def somebody_directs_it(self) -> None:
        if hasattr(self, "space_id"):
            members = self.world.spaces.spaces[self.space_id].members
            able = [one for one in members if one.is_active and not one.is_departing]
            assert members
            assert not able or any(one.role == ADMINISTRATOR for one in able)

    @invariant()
    def nobody_is_in_it_twice(self) -> None:
        if hasattr(self, "space_id"):
            persons = [one.person_id for one in self.world.spaces.spaces[self.space_id].members]
            assert len(persons) == len(set(persons))

    def _anew_where_it_is_gone(self) -> None:
        self.world.tending.sweep()
        if self.space_id not in self.world.spaces.spaces:
            self.space_id = self.world.opened().space_id

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
