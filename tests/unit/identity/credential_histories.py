"""Random histories of citizens, two of whom may be one, whose processes sleep and die between any two steps.

A `RuleBasedStateMachine` drives the use cases over a store; used over the fake and over the real store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from greenlet import getcurrent, greenlet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.contracts.credentials import Account, ReinstateCredential, RevokeForPerson
from services.contracts.errors import PlatformError
from services.contracts.identity import Principal
from services.identity.credentials import Credentials
from services.identity.credentials.codes import Codes
from services.identity.domain.credential import REVOKED
from services.identity.domain.login import Credential, Identified
from services.identity.domain.person import HELPDESK, Person
from tests.unit.identity.citizens import World, eidas, luxtrust, national_number
from tests.unit.identity.fake_persons import KEY, FakeLastActs

CREDENTIALS = (
    luxtrust(1),
    luxtrust(2),
    eidas("DE/LU/3"),
    luxtrust(4, national_number=national_number(300)),
)
NUMBERS = ("", national_number(300))
"""Few, so that persons meet."""
SHOWN = st.sampled_from(CREDENTIALS)
PLACE = st.integers(0, 5)


class Process(greenlet):
    """One request on its way: sleeps before each change of the store, and may never wake up."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work = work
        self.answer: Any = None

    def run(self) -> None:
        try:
            self.answer = self._work()
        except PlatformError as error:
            self.answer = error


class Stepwise:
    """A store, or a collection of one, whose callers pause before each change."""

    changes = frozenset({"see", "log_in", "save", "close", "give", "forget"}) | {
        "update_one",
        "insert_one",
        "update_many",
    }

    def __init__(self, other: Any) -> None:
        self._other = other

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._other, name)
        if name not in self.changes:
            return method

        def call(*args: Any, **options: Any) -> Any:
            process = getcurrent()
            if isinstance(process, Process):
                assert process.parent is not None
                process.parent.switch()
            return method(*args, **options)

        return call


class Citizens(World):
    """The world over a store whose callers sleep."""

    def __init__(self, persons: Any) -> None:
        super().__init__()
        self.stepwise = persons

    @property
    def app(self) -> Credentials:
        return Credentials.over(self.clock, self.stepwise, self.proofs, Codes(KEY), self.mail, FakeLastActs())


class CredentialHistories(RuleBasedStateMachine):
    """What holds of persons and credentials holds after every step, whoever sleeps and dies."""

    def __init__(self) -> None:
        super().__init__()
        self.world = Citizens(self.store())
        self.asleep: list[Process] = []
        self.here: dict[Credential, Principal] = {}
        """The last log-in with each that came through."""
        self.owners: dict[str, str] = {}
        """Persons by credentials of which they were told that they are registered."""
        self.revoked: set[str] = set()
        """Credentials of which somebody was told that they are revoked, and that nobody has wanted back."""
        self.wanted_back: Counter[str] = Counter()
        """Reinstatements on their way."""

    def store(self) -> Any:
        """An empty store, stepwise."""
        self.fake = World().persons
        return Stepwise(self.fake)

    def everybody(self) -> Iterable[Person]:
        """All persons in the store that were not closed."""
        return self.fake.persons.values()

    @initialize()
    def somebody_has_two(self) -> None:
        """So that histories begin where it matters."""
        first = self.world.registered(CREDENTIALS[0], national_number(302))
        self._enter(CREDENTIALS[0], self.world.sign_in(CREDENTIALS[0]))
        self._enter(CREDENTIALS[1], self.world.link(first, CREDENTIALS[1]))

    # --- what they do -------------------------------------------------------

    @rule(shown=SHOWN, nap=st.booleans())
    def log_in(self, shown: Identified, nap: bool) -> None:
        self._go(lambda: self._enter(shown, self.world.sign_in(shown)), nap)

    @rule(shown=SHOWN, number=st.sampled_from(NUMBERS), nap=st.booleans())
    def register(self, shown: Identified, number: str, nap: bool) -> None:
        if who := self.here.get(shown.credential):
            self._go(lambda: self._register(who, number), nap)

    @rule(shown=SHOWN, further=SHOWN, nap=st.booleans())
    def link(self, shown: Identified, further: Identified, nap: bool) -> None:
        if who := self.here.get(shown.credential):
            self._go(lambda: self._enter(further, self.world.link(who, further)), nap)

    @rule(shown=SHOWN, what=SHOWN, nap=st.booleans())
    def revoke(self, shown: Identified, what: Identified, nap: bool) -> None:
        who, lost = self.here.get(shown.credential), self._id_of(what)
        if who:
            self._go(lambda: self._revoked(self.world.revoke(who, lost), lost), nap)

    @rule(what=SHOWN, nap=st.booleans())
    def have_revoked(self, what: Identified, nap: bool) -> None:
        lost = self._id_of(what)
        request = RevokeForPerson(credential_id=lost, staff_id="helpdesk-hanna", reason="It is lost.")
        self._go(lambda: self._revoked(self.world.app.helpdesk.revoke(request), lost), nap)

    @rule(what=SHOWN, nap=st.booleans())
    def have_reinstated(self, what: Identified, nap: bool) -> None:
        found = self._id_of(what)
        request = ReinstateCredential(credential_id=found, staff_id="helpdesk-hanna", reason="It is found.")
        self.revoked.discard(found)
        self.wanted_back[found] += 1
        self._go(lambda: self._reinstated(request), nap)

    @rule(nap=st.booleans())
    def sweep(self, nap: bool) -> None:
        self._go(self.world.app.sweep, nap)

    @rule(seconds=st.integers(1, 60))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds=seconds)

    @precondition(lambda self: self.asleep)
    @rule(which=PLACE, steps=st.integers(1, 6))
    def wake(self, which: int, steps: int) -> None:
        process = self._one(self.asleep, which)
        for _ in range(steps):
            if not process.dead:
                process.switch()
        self._tidy()

    @precondition(lambda self: self.asleep)
    @rule(which=PLACE)
    def die(self, which: int) -> None:
        self._one(self.asleep, which).throw()
        self._tidy()

    # --- what holds ---------------------------------------------------------

    @invariant()
    def no_credential_is_registered_for_two(self) -> None:
        listed = Counter(held.credential_id for person in self.everybody() for held in person.held)
        assert max(listed.values(), default=1) == 1

    @invariant()
    def no_two_registered_persons_have_one_number(self) -> None:
        numbers = Counter(p.national_number for p in self.everybody() if p.registered and p.national_number)
        assert max(numbers.values(), default=1) == 1

    @invariant()
    def nobody_has_locked_himself_out(self) -> None:
        for person in self.everybody():
            if person.is_registered and not person.registered:
                assert HELPDESK in {held.revoked_by for held in person.held}
            assert bool(person.held) == person.is_registered

    @invariant()
    def what_was_registered_stays_its_person_s(self) -> None:
        for credential_id, person_id in self.owners.items():
            known = self.world.stepwise.credential(credential_id)
            assert self.world.stepwise.home_of(known) == person_id

    @invariant()
    def what_was_revoked_opens_nothing(self) -> None:
        states = {held.credential_id: held.state for person in self.everybody() for held in person.held}
        assert {states[credential_id] for credential_id in self.revoked} <= {REVOKED}

    def teardown(self) -> None:
        """In the end, with nobody else about, everything that was begun is whole."""
        for process in self.asleep:
            process.throw()
        self.world.app.sweep()
        for shown in CREDENTIALS:
            with suppress(PlatformError):
                self.world.sign_in(shown)
        self._each_credential_has_one_home()

    def _each_credential_has_one_home(self) -> None:
        persons = list(self.everybody())
        assert not any(person.joining for person in persons)
        homes = Counter(
            credential.credential_id
            for person in persons
            for credential in self.world.stepwise.credentials_of(person)
        )
        assert max(homes.values(), default=1) == 1
        for shown in CREDENTIALS:
            self._comes_home(shown)

    def _comes_home(self, shown: Identified) -> None:
        known = self.world.stepwise.known(shown.credential)
        assert known is not None
        person = self.world.stepwise.get(self.world.stepwise.home_of(known))
        assert person is not None
        assert known.claimed_for == person.person_id
        if person.state_of(known.credential_id) == REVOKED:
            return
        assert self.world.sign_in(shown).subject_id == person.person_id

    # --- processes ----------------------------------------------------------

    def _go(self, work: Callable[[], Any], nap: bool) -> None:
        process = Process(work)
        process.switch()
        while not nap and not process.dead:
            process.switch()
        self.asleep.append(process)
        self._tidy()

    def _tidy(self) -> None:
        self.asleep = [process for process in self.asleep if not process.dead]

    def _enter(self, shown: Identified, who: Principal) -> None:
        self.here[shown.credential] = who
        if who.is_registered:
            assert self.owners.setdefault(who.credential_id, who.subject_id) == who.subject_id

    def _revoked(self, account: Account, credential_id: str) -> None:
        assert REVOKED in [c.state for c in account.credentials if c.credential_id == credential_id]
        if not self.wanted_back[credential_id]:
            self.revoked.add(credential_id)

    def _reinstated(self, request: ReinstateCredential) -> None:
        try:
            self.world.app.helpdesk.reinstate(request)
        finally:
            self.wanted_back[request.credential_id] -= 1

    def _id_of(self, shown: Identified) -> str:
        known = self.world.stepwise.known(shown.credential)
        return known.credential_id if known else "unknown"

    def _register(self, who: Principal, number: str) -> None:
        self.world.ask(who, number)
        pending = self.world.stepwise.get(who.subject_id).pending
        self.world.type_code(who, self.world.app.registration.codes.of(who.subject_id, pending))

    def _one(self, among: list[Any], place: int) -> Any:
        return among[place % len(among)]
