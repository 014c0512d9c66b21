"""Random histories of replicas that keep the read model, sleep and die between any two steps of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from services.booking.days import Days
from services.booking.domain.claim import BOOKED, HOLD, Claim, time_id
from services.booking.domain.slots import Slot
from services.booking.domain.taken import Claimed, Key, TakenDay
from services.booking.ports import Place, StoredDay
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, MONDAY, claim
from tests.unit.booking.stepwise import Process, sleep

PLACE = Place("office", MONDAY)
AGENTS = ("agent-a", "agent-b")
STARTS = tuple(FIRST_SLOT + number * LENGTH for number in range(2))
REPLICAS = 3
_LONG_SECONDS = 60.0
"""More than anything of a replica's own is believed."""


class FakeDays:
    """The read model and the claims of one day; each method is one step, with a pause on either side."""

    def __init__(self) -> None:
        self.documents: dict[Place, StoredDay] = {}
        self.truth: dict[Key, Claimed | None] = {}
        """None: vacant, and still there."""

    def revisions(self, calendar: str, first: date, last: date) -> dict[date, str]:
        return self._step(lambda: {place.day: found.rev for place, found in self.documents.items()})

    def read(self, calendar: str, days: Sequence[date]) -> dict[date, StoredDay]:
        return self._step(lambda: {place.day: found for place, found in self.documents.items()})

    def begin(self, place: Place, rev: str) -> StoredDay | None:
        def insert() -> StoredDay | None:
            if place in self.documents:
                return None
            return self.documents.setdefault(place, StoredDay(rev, None))

        return self._step(insert)

    def swap(self, place: Place, rev: str, after: StoredDay) -> bool:
        return self._step(lambda: self._swap(place, rev, after))

    def _swap(self, place: Place, rev: str, after: StoredDay) -> bool:
        if place not in self.documents or self.documents[place].rev != rev:
            return False
        self.documents[place] = after
        return True

    def forget(self, place: Place) -> None:
        self._step(lambda: self.documents.pop(place, None))

    def forget_before(self, calendar: str, day: date) -> None: ...

    def claimed(self, place: Place) -> list[Claimed]:
        return self._step(lambda: [one for one in self.truth.values() if one])

    def claims(self, claim_ids: Iterable[str]) -> Iterator[tuple[Place, Key, Claimed | None]]:
        ids = set(claim_ids)
        there = self._step(lambda: [found for found in self.truth.items() if time_id(*found[0]) in ids])
        return ((PLACE, key, claimed) for key, claimed in there)

    def claimed_at(self, place: Place, keys: Iterable[Key]) -> dict[Key, Claimed | None]:
        here = place == PLACE
        return self._step(lambda: {key: self.truth.get(key) if here else None for key in keys})

    @staticmethod
    def _step(act: Callable[[], Any]) -> Any:
        sleep()
        answer = act()
        sleep()
        return answer


class DayHistories(RuleBasedStateMachine):
    """Once all that changed has been told, the read model says what is claimed, whoever slept or died."""

    def __init__(self) -> None:
        super().__init__()
        self.store = self.make_store()
        self.now = 0.0
        self.replicas = [self._replica() for _ in range(REPLICAS)]
        self.asleep: list[Process] = []
        self.untold: dict[Key, int] = {}
        """What lies in an outbox, and which change of the claim it tells of."""
        self.marks: dict[str, Key] = {}
        """`supersedes`: deleted, and perhaps nobody knows yet."""
        self.changes = 0

    def make_store(self) -> FakeDays:
        """An empty one."""
        return FakeDays()

    def _replica(self) -> Days:
        return Days(self.store, lambda: self.now)

    # --- what changes -----------------------------------------------------------

    @rule(
        number=st.integers(0, REPLICAS - 1),
        agent=st.sampled_from(AGENTS),
        start=st.sampled_from(STARTS),
        state=st.sampled_from([HOLD, BOOKED, ""]),
    )
    def change(self, number: int, agent: str, start: datetime, state: str) -> None:
        """A claim is taken or becomes vacant, with its event; who did it knows at once."""
        made = _claim(agent, start, state or HOLD)
        key, replica = (agent, start), self.replicas[number]
        taken = Claimed(agent, made.slot, made.held_until if state == HOLD else None) if state else None
        self.changes += 1
        self.store.truth[key], self.untold[key] = taken, self.changes
        if taken:
            replica.took(made)
        else:
            replica.gave_up(made)
        own = replica.of(PLACE.calendar, [MONDAY])[MONDAY].by_agent.get(agent)
        assert taken == next((one for one in own.claimed if one.key == key), None) if own else taken is None

    @rule(number=st.integers(0, REPLICAS - 1), which=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.store.truth)
    def remove(self, number: int, which: int, nap: bool) -> None:
        """A lower version is deleted, of which nobody is told."""
        key = list(self.store.truth)[which % len(self.store.truth)]
        gone, highest = _claim(*key, BOOKED), _claim("agent-z", STARTS[0], BOOKED, time_id(*key))
        self.store.truth.pop(key)
        self.untold.pop(key, None)
        self.marks[time_id(*key)] = key
        self._run(lambda: self._settle(self.replicas[number], [gone], highest), nap)

    def _settle(self, replica: Days, gone: list[Claim], highest: Claim) -> None:
        replica.removed(gone, highest)
        self.marks.pop(highest.supersedes or "", None)

    # --- what replicas do about it ------------------------------------------------

    @rule(number=st.integers(0, REPLICAS - 1), nap=st.booleans())
    @precondition(lambda self: self.untold)
    def relay(self, number: int, nap: bool) -> None:
        self._run(lambda: self._tell(self.replicas[number]), nap)

    def _tell(self, replica: Days) -> None:
        seen = dict(self.untold)
        replica.refresh([time_id(*key) for key in seen])
        for key, change in seen.items():
            if self.untold.get(key) == change:
                del self.untold[key]

    @rule(nap=st.booleans())
    @precondition(lambda self: self.marks)
    def sweep(self, nap: bool) -> None:
        """Another replica finds the mark that a dead one left."""
        supersedes = next(iter(self.marks))
        highest = _claim("agent-z", STARTS[0], BOOKED, supersedes)
        self._run(lambda: self._settle(self._replica(), [], highest), nap)

    @rule(number=st.integers(0, REPLICAS - 1))
    def search(self, number: int) -> None:
        self.replicas[number].of(PLACE.calendar, [MONDAY])

    @rule(seconds=st.sampled_from([0.1, 1.0, 6.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(mend=st.booleans(), nap=st.booleans())
    def begin(self, mend: bool, nap: bool) -> None:
        """A new replica, which may sleep over the making of a day: nobody in its process waits for it."""
        new = self._replica()
        work = (lambda: new.keep("office", MONDAY, MONDAY)) if mend else (lambda: new.of("office", [MONDAY]))
        self._run(work, nap)

    @rule(number=st.integers(0, 9), steps=st.integers(1, 8))
    @precondition(lambda self: self.asleep)
    def wake(self, number: int, steps: int) -> None:
        self._go_on(self.asleep.pop(number % len(self.asleep)), steps)

    @rule(number=st.integers(0, 9))
    @precondition(lambda self: self.asleep)
    def die(self, number: int) -> None:
        self.asleep.pop(number % len(self.asleep)).throw()

    def teardown(self) -> None:
        """Whoever sleeps dies; the others tell what is left.  Nothing is mended here."""
        for process in self.asleep:
            process.throw()
        while self.marks:
            self.sweep(nap=False)
        if self.untold:
            self._tell(self._replica())
        self.now += _LONG_SECONDS
        honest = TakenDay.of(one for one in self.store.truth.values() if one)
        for replica in [*self.replicas, self._replica()]:
            assert replica.of("office", [MONDAY])[MONDAY] == honest, "searches find what is not so"

    def _run(self, work: Callable[[], Any], nap: bool) -> None:
        self._go_on(Process(work), steps=1 if nap else 1_000)

    def _go_on(self, process: Process, steps: int) -> None:
        for _ in range(steps):
            process.switch()
            if process.dead:
                return
        self.asleep.append(process)


def _claim(agent_id: str, starts_at: datetime, state: str, supersedes: str | None = None) -> Claim:
    slot = Slot(starts_at, starts_at + timedelta(minutes=20))
    return claim(
        agent_id=agent_id, starts_at=slot.starts_at, ends_at=slot.ends_at, state=state, supersedes=supersedes
    )
