"""Random histories of bookings and changes, whose processes die between any two steps of a change.

Whatever was decided holds; and once the dust has settled, every confirmed appointment ahead lies in its
agent's working time, or its citizen has been asked to choose.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.booking import entries
from services.booking.domain.catalogue import Agent
from services.booking.domain.change import Change, Scope
from services.booking.domain.claim import BOOKED, HOLD
from services.chassis.ids import new_id
from services.contracts import calendars as contract
from services.contracts.booking_events import AppointmentDisplaced, AppointmentMoved, AppointmentRestored
from services.contracts.errors import PlatformError
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, MONDAY, World, agent
from tests.unit.booking.catalogue_fakes import FakeCatalogue

AGENTS = ("agent-a", "agent-b", "agent-c")
NOON = FIRST_SLOT + timedelta(hours=5, minutes=30)
STARTS = tuple(NOON + n * LENGTH for n in range(4))
HOURS = ("08:30-11:30", "13:00-16:00", "13:20-16:00", "13:10-15:00", "13:00-14:00")
SETTINGS = settings(max_examples=100, stateful_step_count=25, deadline=None)
# The same histories each time, until one finds the fault.
FINDING = settings(SETTINGS, max_examples=2_000, phases=[Phase.generate], database=None, derandomize=True)
_STEPS = ("decide", "finish", "handled", "watch", "close")
_CLAIM_STEPS = ("insert", "settle", "take_over")


class Killed(BaseException):
    """The process is gone: nothing catches it."""


class Mortal:
    """A store whose caller dies right after its next so many changes."""

    def __init__(self, store: Any, steps: tuple[str, ...]) -> None:
        self._store, self._mortal = store, steps
        self.life = -1

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return self._dying(method) if name in self._mortal else method

    def _dying(self, method: Any) -> Any:
        def step(*args: Any) -> Any:
            answer = method(*args)
            self.life -= 1
            if self.life == 0:
                raise Killed
            return answer

        return step


class ChangeHistories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = self.world_of(agent("agent-a", "fr", "lb"), agent("agent-b"), agent("agent-c", "fr"))
        self.catalogue = Mortal(self.world.source, _STEPS)
        self.claims = Mortal(self.world.claims, _CLAIM_STEPS)
        changes = self.world.booking.changes
        helping = replace(changes.reconciliation, catalogue=self.catalogue, claims=self.claims)
        self.changes = replace(changes, catalogue=self.catalogue, reconciliation=helping)
        self.holds: list[Any] = []
        self.decided = 0

    def world_of(self, *agents: Agent) -> World:
        return World(*agents)

    # --- what citizens do ---------------------------------------------------------

    @rule(start=st.sampled_from(STARTS), language=st.sampled_from(["fr", "lb", "de"]))
    def hold(self, start: Any, language: str) -> None:
        with suppress(PlatformError):
            self.holds.append(self.world.hold(start, new_id(), language=language))

    @rule(number=st.integers(0, 9))
    def confirm(self, number: int) -> None:
        if self.holds:
            with suppress(PlatformError):
                self.world.confirm(self.holds.pop(number % len(self.holds)))

    @rule(number=st.integers(0, 9), start=st.sampled_from(STARTS))
    def move(self, number: int, start: Any) -> None:
        booked = [c for c in self.world.claims.by_id.values() if c.state == BOOKED]
        if booked:
            one = booked[number % len(booked)]
            with suppress(PlatformError):
                self.world.booking.appointments.move(
                    one.appointment_id, start, "citizen", self.world.clock.now()
                )

    # --- what the back office does ----------------------------------------------------

    @rule(
        name=st.sampled_from(AGENTS),
        hours=st.none() | st.sampled_from(HOURS),
        active=st.booleans(),
        languages=st.sets(st.sampled_from(["fr", "lb", "de"]), min_size=1),
        life=st.integers(-1, 6),
    )
    def change_agent(
        self, name: str, hours: str | None, active: bool, languages: set[str], life: int
    ) -> None:
        entry = replace(
            entries._agent(self.world.source.catalogue.agents[name]),
            languages=tuple(languages),
            hours=((hours,),) * 7 if hours else None,
            active=active,
        )
        self._change(contract.Change(agent=entry), life)

    @rule(minutes=st.sampled_from([20, 30, 15]), hours=st.sampled_from(HOURS), life=st.integers(-1, 6))
    def change_calendar(self, minutes: int, hours: str, life: int) -> None:
        (entry,) = self.world.booking.get_catalogue().calendars
        self._change(contract.Change(calendar=replace(entry, minutes=minutes, hours=((hours,),) * 7)), life)

    @rule(
        name=st.sampled_from(AGENTS),
        first=st.integers(0, 3),
        slots=st.integers(1, 4),
        life=st.integers(-1, 6),
    )
    def be_away(self, name: str, first: int, slots: int, life: int) -> None:
        starts_at = STARTS[first]
        absence = contract.Absence(
            absence_id=f"absence-{name}", agent_id=name, starts_at=starts_at, until=starts_at + slots * LENGTH
        )
        self._change(contract.Change(absence=absence), life)

    @rule(name=st.sampled_from(AGENTS), life=st.integers(-1, 6))
    def come_back(self, name: str, life: int) -> None:
        self._change(contract.Change(end_absence=f"absence-{name}"), life)

    def _change(self, change: contract.Change, life: int) -> None:
        now = self.world.clock.now()
        self.catalogue.life = self.claims.life = life
        with suppress(PlatformError, Killed):
            impact = self.changes.preview(change, now)
            self.changes.apply(
                contract.ApplyChange(
                    change=change,
                    revision=impact.revision,
                    impact_digest=impact.digest,
                    actor="staff-1",
                    change_key=new_id(),
                ),
                now,
            )
        self.catalogue.life = self.claims.life = -1

    # --- what happens -----------------------------------------------------------------

    @rule(seconds=st.integers(1, 200), life=st.integers(-1, 4))
    def sweep(self, seconds: int, life: int) -> None:
        self.world.clock.advance(seconds=seconds)
        self.catalogue.life = self.claims.life = life
        with suppress(Killed):
            self.changes.sweep(self.world.clock.now())
        self.catalogue.life = self.claims.life = -1
        self.world.booking.sweep()

    # --- what must hold -----------------------------------------------------------------

    @invariant()
    def what_was_decided_holds(self) -> None:
        assert self.world.source.catalogue.revision >= self.decided
        self.decided = self.world.source.catalogue.revision

    def teardown(self) -> None:
        for _ in range(12):
            self.world.clock.advance(minutes=2)
            self.world.booking.sweep()
            self.world.booking.reconcile()
        assert self.world.source.unclosed() == []
        assert not [c for c in self.world.claims.by_id.values() if c.state == HOLD]
        self._everybody_is_kept_or_asked()
        self._nobody_is_told_without_need()

    def _everybody_is_kept_or_asked(self) -> None:
        helping = self.world.booking.changes.reconciliation
        roster = helping.roster(self.world.source.catalogue)
        booked = helping.upcoming.booked(Scope(calendar="office"), MONDAY, self.world.clock.now())
        assert [ahead for ahead in roster.unkept(booked) if not ahead.displaced] == []

    def _nobody_is_told_without_need(self) -> None:
        """The last word to a citizen is how it stands."""
        for claim in self.world.claims.by_id.values():
            words = [event for event in self.world.claims.told if _is_word_to(claim.appointment_id, event)]
            if claim.state == BOOKED:
                assert claim.displaced == bool(words and isinstance(words[-1], AppointmentDisplaced))


def _is_word_to(appointment_id: str, event: Any) -> bool:
    """True where the citizen learns of it: not of another agent at the same time."""
    if isinstance(event, AppointmentMoved) and event.starts_at_before == event.starts_at:
        return False
    words = (AppointmentDisplaced, AppointmentRestored, AppointmentMoved)
    return isinstance(event, words) and event.appointment_id == appointment_id


class _Blind(FakeCatalogue):
    """Does not look again at what a dead process began."""

    def unclosed(self) -> list[Change]:
        return []


def test_everybody_is_kept_or_asked_whoever_dies() -> None:
    run_state_machine_as_test(ChangeHistories, settings=SETTINGS)


def test_a_catalogue_that_forgets_its_changes_is_found_out() -> None:
    """The negative control of the histories."""

    class OverBroken(ChangeHistories):
        def world_of(self, *agents: Agent) -> World:
            return World(*agents, store=_Blind)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(OverBroken, settings=FINDING)
