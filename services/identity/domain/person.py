"""A citizen with the credentials that open his spaces, and what may be done to them.

Everything that must agree with itself lies in one person: the list of registered credentials, the address,
the national number, the trail. Whoever changes it saves it over the version that he has read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.contracts.credentials import MOST_CREDENTIALS, Step
from services.contracts.errors import LastCredential, NotFound, TooManyCredentials
from services.identity.domain.credential import REGISTERED, REVOKED, SEEN, Held, Move, state_after
from services.identity.domain.login import Identified
from services.identity.domain.registration import Pending

PERSON, HELPDESK = "person", "helpdesk"
"""Who may revoke."""
PLATFORM = "platform"
"""The actor of what time does."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, by which door, and why."""

    at: datetime
    actor: str
    """`person:<id>`, `staff:<id>` or `platform`."""
    origin: str
    reason: str = ""

    def step(self, what: str, credential_id: str) -> Step:
        """Its entry in the trail."""
        return Step(
            at=self.at,
            what=what,
            credential_id=credential_id,
            actor=self.actor,
            origin=self.origin,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """An address that was replaced: kept as long as whoever reads it may have to be told."""

    change_id: str
    address: str
    credential_id: str
    """With which the person had logged in."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """`person_id` is opaque and stays, whichever credential the person shows."""

    person_id: str
    identified: Identified
    """As at the last log-in."""
    credential_id: str = ""
    """Of the last log-in."""
    version: int = 0
    """Rises with every change of what stands below."""
    registered_at: datetime | None = None
    address: str = ""
    """Proved by a mail."""
    national_number: str = ""
    """The registered one."""
    language: str = ""
    held: tuple[Held, ...] = ()
    pending: Pending | None = None
    trail: tuple[Step, ...] = ()
    joining: tuple[str, ...] = ()
    """Credentials that were linked, whose former persons are still to be closed."""
    former_addresses: tuple[FormerAddress, ...] = ()
    gone_at: datetime | None = None
    """Of somebody who leaves: everything is erased then."""

    @property
    def is_registered(self) -> bool:
        return self.registered_at is not None

    @property
    def registered(self) -> tuple[Held, ...]:
        """The credentials that open it now."""
        return tuple(held for held in self.held if held.state == REGISTERED)

    @property
    def claimed_number(self) -> str:
        """The national number that nobody else can register.

        Whose last credential is revoked leaves it: it was typed, not proved, and whoever has lost his only
        card registers the next one.
        """
        return self.national_number if self.registered else ""

    def state_of(self, credential_id: str) -> str:
        """`seen` for every credential that is not in the list."""
        return next((held.state for held in self.held if held.credential_id == credential_id), SEEN)


def registered(person: Person, pending: Pending, act: Act) -> Person:
    """The address of `pending` is proved: its credential is registered, or the address changed."""
    wanted = pending.wanted
    confirmed = replace(
        person,
        registered_at=person.registered_at or act.at,
        address=wanted.address,
        national_number=person.national_number or wanted.national_number,
        language=wanted.language,
        pending=replace(pending, is_done=True),
    )
    if person.is_registered:
        left = _left(person, pending, act)
        return _noted(
            replace(confirmed, former_addresses=left), act.step("address_changed", wanted.credential_id)
        )
    return _added(confirmed, wanted.credential_id, Move.REGISTER, act)


def _left(person: Person, pending: Pending, act: Act) -> tuple[FormerAddress, ...]:
    """With the address that is replaced, where it is another one."""
    wanted = pending.wanted
    if wanted.address == person.address:
        return person.former_addresses
    former = FormerAddress(pending.nonce, person.address, wanted.credential_id, act.at)
    return (*person.former_addresses, former)


def linked(person: Person, credential_id: str, national_number: str, act: Act, *, seen_alone: bool) -> Person:
    """A further credential; a number that its provider says is the person's, where there was none.

    Errors: TooManyCredentials(limit).
    """
    check_room(person)
    after = _added(person, credential_id, Move.LINK, act)
    if seen_alone:
        after = _noted(after, act.step("person_joined", credential_id))
    number = person.national_number or national_number
    return replace(after, national_number=number, joining=(*person.joining, credential_id))


def settled(person: Person, credential_id: str) -> Person:
    """The former person of this credential is closed."""
    if credential_id not in person.joining:
        return person
    return replace(person, joining=tuple(one for one in person.joining if one != credential_id))


def check_room(person: Person) -> None:
    """Errors: TooManyCredentials(limit)."""
    if len(person.registered) >= MOST_CREDENTIALS:
        raise TooManyCredentials(str(MOST_CREDENTIALS))


def revoked(person: Person, credential_id: str, by: str, act: Act) -> Person:
    """The same person where it was revoked before.

    Errors: NotFound(credential), LastCredential for the only one if the person does it himself.
    """
    if person.state_of(credential_id) == REVOKED:
        return person
    after = _moved(person, credential_id, Move.REVOKE, act)
    if by == PERSON and not after.registered:
        raise LastCredential
    return _with(after, credential_id, revoked_at=act.at, revoked_by=by)


def reinstated(person: Person, credential_id: str, act: Act) -> Person:
    """The same person where it is registered.  Errors: NotFound(credential)."""
    if person.state_of(credential_id) == REGISTERED:
        return person
    after = _moved(person, credential_id, Move.REINSTATE, act)
    return _with(after, credential_id, revoked_at=None, revoked_by="")


def _added(person: Person, credential_id: str, move: Move, act: Act) -> Person:
    state = state_after(person.state_of(credential_id), move)
    if state is None:
        raise NotFound("credential")
    held = Held(credential_id, state, act.at)
    return _noted(replace(person, held=(*person.held, held)), act.step(move.value, credential_id))


def _moved(person: Person, credential_id: str, move: Move, act: Act) -> Person:
    state = state_after(person.state_of(credential_id), move)
    if state is None:
        raise NotFound("credential")
    after = _with(person, credential_id, state=state)
    return _noted(after, act.step(move.value, credential_id))


def _with(person: Person, credential_id: str, **changes: object) -> Person:
    held = tuple(
        replace(one, **changes) if one.credential_id == credential_id else one  # type: ignore[arg-type]
        for one in person.held
    )
    return replace(person, held=held)


def _noted(person: Person, step: Step) -> Person:
    return replace(person, trail=(*person.trail, step))
