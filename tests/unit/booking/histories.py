"""Random histories of several clients whose processes sleep and die between any two steps.

A `RuleBasedStateMachine` drives the use cases over a store; a small model keeps what clients were promised.
Used over the fake and over the real store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.booking.domain.catalogue import Agent
from services.booking.domain.claim import HoldRules, time_id
from services.booking.domain.earlier import OfferRules
from services.booking.domain.life import State, Transition, after
from services.booking.domain.open_limit import owner_of
from services.booking.earlier.ports import Wishes
from services.booking.export import BookingExport
from services.booking.ports import Claims
from services.booking.progress import News
from services.booking.usecases import Booking
from services.chassis.clock import ManualClock
from services.contracts.booking import (
    Appointment,
    CancelAppointment,
    GetAppointment,
    MoveAppointment,
    RenewLink,
)
from services.contracts.errors import NotFound, PlatformError
from services.contracts.slots import FindFreeSlots, Hold, ReleaseHold, RenewHold
from tests.unit.booking.builders import (
    EIGHT,
    LENGTH,
    MONDAY,
    PERSON,
    agent,
    catalogue,
    confirm_request,
    hold_request,
)
from tests.unit.booking.catalogue_fakes import FakeCatalogue, FakeUpcoming
from tests.unit.booking.fake_owners import FakeJoins, FakeOwners
from tests.unit.booking.fake_tickets import FakeTickets
from tests.unit.booking.fake_wishes import FakeWishes
from tests.unit.booking.fakes import FakeAttendances, FakeClaims, FixedHolidays
from tests.unit.booking.news import NEWS
from tests.unit.booking.stepwise import Process, Stepwise
from tests.unit.nothing_stored import NothingStored, nothing_swept

AGENTS = ("agent-a", "agent-b")
NOON = EIGHT + timedelta(hours=5)
STARTS = tuple(NOON + n * LENGTH for n in range(3))
"""Few, so that clients meet; late enough that no history reaches them."""
LIMIT, OWNER = 4, owner_of("", PERSON.email)
"""Open appointments of one person: fewer than the slots."""
_HOLD_MINUTES = 11
"""More than a hold lasts."""


class Asked(Process):
    """One request on its way; a refusal is an answer too."""

    def run(self) -> None:
        try:
            super().run()
        except PlatformError as error:
            self.answer = error


class Histories(RuleBasedStateMachine):
    """What clients were promised stands, whatever the others do and whoever dies."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.tickets = ManualClock(EIGHT), FakeTickets()
        self.booking = Booking.over(
            clock=self.clock,
            real=self.clock,
            source=FakeCatalogue(catalogue(*self.staff())),
            claims=Stepwise(self.store()),  # type: ignore[arg-type]
            upcoming=FakeUpcoming(FakeClaims()),
            attendances=Stepwise(FakeAttendances()),  # type: ignore[arg-type]
            tickets=Stepwise(self.tickets),  # type: ignore[arg-type]
            wishes=self.waiting_list(),
            joins=FakeJoins(),
            owners=FakeOwners(FakeClaims()),
            holidays=FixedHolidays(),
            rules=HoldRules(),
            offer_rules=self.offer_rules(),
            open_appointments=LIMIT,
            export=BookingExport(NothingStored()),  # type: ignore[arg-type]
            sweeper=nothing_swept(),
        )
        self.asleep: list[tuple[Process, Callable[[Any], None]]] = []
        self.holders: dict[str, str] = {}
        self.held: dict[str, Hold] = {}
        self.seen: dict[str, Appointment] = {}
        self.news = 0
        self.released: set[str] = set()

    def offer_rules(self) -> OfferRules:
        """How the waiting list works."""
        return OfferRules()

    def staff(self) -> list[Agent]:
        """Who works, and when."""
        return [agent(name) for name in AGENTS]

    def store(self) -> Claims:
        """An empty store."""
        return FakeClaims()

    def waiting_list(self) -> Wishes:
        """Nobody waits."""
        return FakeWishes()

    # --- what clients do ------------------------------------------------------

    @rule(
        client=st.sampled_from("ABC"),
        key=st.sampled_from("xyz"),
        start=st.sampled_from(STARTS),
        nap=st.booleans(),
    )
    def hold(self, client: str, key: str, start: datetime, nap: bool) -> None:
        request = hold_request(start, key, holder=client)
        alone, room = not self.asleep, self._has_room(start)
        answer = self._run(lambda: self.booking.hold_slot(request), self._held_by(client), nap)
        if alone and room and not nap:
            assert isinstance(answer, Hold), f"a free slot was refused: {answer!r}"

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.held)
    def renew(self, number: int, nap: bool) -> None:
        hold = self._one(number)
        holder = self.holders[hold]
        request = RenewHold(appointment_id=hold, holder=holder)
        self._run(lambda: self.booking.renew_hold(request), self._held_by(holder), nap)

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.held)
    def release(self, number: int, nap: bool) -> None:
        hold = self._one(number)
        self.held.pop(hold)
        self.released.add(hold)
        request = ReleaseHold(appointment_id=hold, holder=self.holders[hold])
        self._run(lambda: self.booking.release_hold(request), lambda _: None, nap)

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.held)
    def confirm(self, number: int, nap: bool) -> None:
        hold = self._one(number)
        promised = not self.asleep and self.held[hold].held_until > self.clock.now()
        request = confirm_request(hold, holder=self.holders[hold])
        answer = self._run(lambda: self.booking.confirm_appointment(request), self._answered, nap)
        if promised and not nap and not self._has_many():
            assert isinstance(answer, Appointment), f"a hold was not kept: {answer!r}"

    @rule(number=st.integers(0, 9), start=st.sampled_from(STARTS), nap=st.booleans())
    @precondition(lambda self: self.seen)
    def move(self, number: int, start: datetime, nap: bool) -> None:
        request = MoveAppointment(appointment_id=self._any(number), starts_at=start, actor="citizen")
        self._run(lambda: self.booking.move_appointment(request), self._answered, nap)

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.seen)
    def cancel(self, number: int, nap: bool) -> None:
        request = CancelAppointment(appointment_id=self._any(number), actor="citizen")
        self._run(lambda: self.booking.cancel_appointment(request), self._answered, nap)

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.seen)
    def renew_link(self, number: int, nap: bool) -> None:
        seen = self.seen[self._any(number)]
        request = RenewLink(
            appointment_id=seen.appointment_id, generation=seen.link_generation, actor="agent-x"
        )
        self._run(lambda: self.booking.renew_link(request), self._answered, nap)

    # --- what happens to them -------------------------------------------------------

    @rule(nap=st.booleans())
    def sweep(self, nap: bool) -> None:
        self._run(self.booking.sweep, lambda _: None, nap)

    @rule(number=st.integers(0, 9), what=st.sampled_from(NEWS), nap=st.booleans())
    @precondition(lambda self: len(self.seen) > 1)
    def go_on(self, number: int, what: Callable[..., News], nap: bool) -> None:
        self.news += 1
        event = what(f"news-{self.news}", self.clock.now(), self.seen[self._any(number)])
        self._run(lambda: self.booking.note_progress(event), lambda _: None, nap)

    @rule(minutes=st.integers(1, 5))
    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule(number=st.integers(0, 9), steps=st.integers(1, 6))
    @precondition(lambda self: self.asleep)
    def wake(self, number: int, steps: int) -> None:
        process, tell = self.asleep.pop(number % len(self.asleep))
        self._go_on(process, tell, steps)

    @rule(number=st.integers(0, 9))
    @precondition(lambda self: self.asleep)
    def die(self, number: int) -> None:
        process, _ = self.asleep.pop(number % len(self.asleep))
        process.throw()

    # --- what must hold at every moment ----------------------------------------------

    @invariant()
    def nothing_promised_is_lost(self) -> None:
        for appointment_id, promised in self.seen.items():
            now = self._get(appointment_id)
            assert now, "an appointment has vanished"
            assert now.version >= promised.version
            assert now.link_generation >= promised.link_generation, "a revoked link works again"
            assert replace(now, state=promised.state) == promised or now.version > promised.version

    @invariant()
    def nothing_is_sold_twice(self) -> None:
        booked = [found for found in map(self._get, self.holders) if found and found.state != "cancelled"]
        holds = [hold for hold in self._live_holds() if self._get(hold.appointment_id) is None]
        sold = Counter((one.agent_id, one.starts_at) for one in booked)
        assert max(sold.values(), default=1) == 1
        at_start = Counter(one.starts_at for one in [*booked, *holds])
        assert max(at_start.values(), default=0) <= len(AGENTS)

    @invariant()
    def nobody_has_more_than_he_may(self) -> None:
        assert len(self._open()) <= LIMIT

    def teardown(self) -> None:
        """Whoever sleeps dies; once the holds are over and swept, only what is booked is taken."""
        for process, _ in self.asleep:
            process.throw()
        self.clock.advance(minutes=_HOLD_MINUTES)
        self.booking.sweep()
        self.nothing_promised_is_lost()
        self._every_trail_is_whole()
        if len(self._open()) < LIMIT:
            self.booking.appointments.limit.admit("another", OWNER, self.clock.now())
        booked = {
            time_id(one.agent_id, one.starts_at) for one in self.booking.appointments.on_day(MONDAY, "")
        }
        times = {time_id(name, start) for name in AGENTS for start in STARTS}
        claims = self.booking.availability.claims
        assert claims.vacant(times, self.clock.now()) == times - booked, "time stays blocked"

    def _every_trail_is_whole(self) -> None:
        """From the hold on, each step possible where it comes, up to how the appointment stands now."""
        for appointment_id in {*self.holders, *self.seen}:
            state = State.NEW
            for step in self.booking.audit.claims.trail(appointment_id):
                found = after(state, Transition(step.what))
                assert found, f"{step.what} cannot follow {state}"
                state = found
            now = self._get(appointment_id)
            expected = {None: State.LAPSED, "cancelled": State.CANCELLED}
            assert state is expected.get(now.state if now else None, State.BOOKED)

    # --- the model ------------------------------------------------------------------

    def _run(self, work: Callable[[], Any], tell: Callable[[Any], None], nap: bool) -> Any:
        """Do it at once, or leave it asleep before its first change; answers with what the client got."""
        process = Asked(work)
        self._go_on(process, tell, steps=1 if nap else 1_000)
        return process.answer

    def _go_on(self, process: Process, tell: Callable[[Any], None], steps: int) -> None:
        for _ in range(steps):
            process.switch()
            if process.dead:
                tell(process.answer)
                return
        self.asleep.append((process, tell))

    def _held_by(self, client: str) -> Callable[[Any], None]:
        def tell(answer: Any) -> None:
            if isinstance(answer, Hold) and answer.appointment_id not in self.released:
                self.holders[answer.appointment_id] = client
                self.held[answer.appointment_id] = answer

        return tell

    def _answered(self, answer: Any) -> None:
        if isinstance(answer, Appointment):
            before = self.seen.get(answer.appointment_id)
            if before is None or answer.version > before.version:
                self.seen[answer.appointment_id] = answer

    def _open(self) -> list[Appointment]:
        """Of the one person whom most clients are."""
        found = (self._get(appointment_id) for appointment_id in self.holders)
        ahead = (one for one in found if one and one.state != "cancelled" and one.ends_at > self.clock.now())
        return [one for one in ahead if one.applicant.email == PERSON.email]

    def _has_many(self) -> bool:
        """No ticket is left; one may be that of a hold whose process has died."""
        return len(self.tickets.of(OWNER)) >= LIMIT

    def _live_holds(self) -> list[Hold]:
        """Promises that still bind; a process that sleeps over the end of a hold learns of it later."""
        return [hold for hold in self.held.values() if hold.held_until > self.clock.now()]

    def _has_room(self, start: datetime) -> bool:
        """True if the search of this moment shows it."""
        return any(slot.starts_at == start for slot in self._free())

    def _free(self) -> Any:
        return self.booking.find_free_slots(FindFreeSlots(kind="video", language="fr", day=MONDAY)).slots

    def _get(self, appointment_id: str) -> Appointment | None:
        with suppress(NotFound):
            return self.booking.get_appointment(GetAppointment(appointment_id=appointment_id))
        return None

    def _one(self, number: int) -> str:
        return list(self.held)[number % len(self.held)]

    def _any(self, number: int) -> str:
        return list(self.seen)[number % len(self.seen)]
