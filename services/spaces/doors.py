"""The way to every change of a space: who asks is found in it, the policy says what he may.

A private space is its person's alone and has his id; a professional one is found by its members.  A change is
made from what was read and stored only over that; when somebody else's came between, it is decided anew, with
the rights that the asker has by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services.chassis import context
from services.contracts.errors import NotAllowed, NotFound, StaleVersion
from services.contracts.space_access import ADMINISTRATOR, DELETED, OWNER, PRIVATE, PROFESSIONAL, Actor
from services.contracts.wire import Event
from services.spaces.domain.people import Member
from services.spaces.domain.policy import need_of, permissions
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.domain.space import GONE, Note, Space
from services.spaces.ports import ProfessionalSpaces, Spaces

_ATTEMPTS = 5
"""Times that a change is decided anew when another comes between."""


class InSpace(Protocol):
    """A request about one space."""

    @property
    def actor(self) -> Actor: ...

    @property
    def space_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whoever asks, in a space of either kind."""

    space_id: str
    kind: str
    name: str
    """Empty for a private space."""
    person_id: str
    may: tuple[str, ...]
    """Of PERMISSIONS, what he may do there now."""
    note: Note
    """What he is noted with, where he does something."""
    company_id: str = ""
    """Of the company for which a professional space was made, as the Pro certificate said it."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A professional space with the member who asks, and what he is noted with."""

    space: Space
    member: Member
    note: Note

    @property
    def may(self) -> tuple[str, ...]:
        return rights(self.space, self.member)


@dataclass(frozen=True, slots=True)
class Own:
    """The asker's private space, and what he is noted with."""

    space: PrivateSpace
    note: Note

    @property
    def may(self) -> tuple[str, ...]:
        return own_rights(self.space)


Decision = tuple[Space, tuple[Event, ...]]
Decide = Callable[[Entered], Decision]
OwnDecision = tuple[PrivateSpace, tuple[Event, ...]]
OwnDecide = Callable[[Own], OwnDecision]


@dataclass(frozen=True, slots=True)
class Doors:
    spaces: ProfessionalSpaces
    private: Spaces

    def admit(self, request: InSpace, now: datetime) -> Admitted:
        """To a space of either kind.  Errors: NotFound(space), NotAllowed(permission)."""
        person_id = request.actor.person_id
        if is_own(request):
            own = self.enter_own(request, now)
            return Admitted(person_id, PRIVATE, "", person_id, own.may, own.note)
        entered = self.enter(request, now)
        space = entered.space
        return Admitted(
            space.space_id, PROFESSIONAL, space.name, person_id, entered.may, entered.note, space.company_id
        )

    def is_there(self, space_id: str) -> bool:
        """Whether there is such a space, deleted ones in their grace counted."""
        space = self.spaces.get(space_id) or self.private.get(space_id)
        return space is not None and space.state != GONE

    def enter(self, request: InSpace, now: datetime) -> Entered:
        """A professional space.  Errors: NotFound(space) for who is no member, NotAllowed(permission)."""
        if is_own(request):
            self.enter_own(request, now)  # refuses there what members alone can want
        space = self.spaces.get(request.space_id)
        member = space.member_as(request.actor) if space else None
        if space is None or member is None or space.is_gone(now) or not is_seen_by(space, member):
            raise NotFound("space")
        _check(request, rights(space, member))
        return Entered(space, member, note_of(request.actor, now))

    def enter_own(self, request: InSpace, now: datetime) -> Own:
        """The asker's private space.  Errors: NotFound(space), NotAllowed(permission)."""
        space = self.private.get(request.actor.person_id)
        if space is None or space.is_gone(now):
            raise NotFound("space")
        _check(request, own_rights(space))
        return Own(space, note_of(request.actor, now))

    def change(self, request: InSpace, now: datetime, decide: Decide) -> Entered:
        """What there is afterwards, as the asker sees it.  Errors: as `enter`, StaleVersion(space)."""
        for _attempt in range(_ATTEMPTS):
            entered = self.enter(request, now)
            after, events = decide(entered)
            if after == entered.space or self.spaces.change(entered.space, after, *events):
                return Entered(after, after.member_as(request.actor) or entered.member, entered.note)
        raise StaleVersion("space")

    def change_own(self, request: InSpace, now: datetime, decide: OwnDecide) -> Own:
        """As `change`, of the asker's private space.  Errors: as `enter_own`, StaleVersion(space)."""
        for _attempt in range(_ATTEMPTS):
            own = self.enter_own(request, now)
            after, events = decide(own)
            if after == own.space or self.private.change(own.space, after, *events):
                return replace(own, space=after)
        raise StaleVersion("space")


def is_own(request: InSpace) -> bool:
    """Whether it is about the asker's private space."""
    return request.space_id == request.actor.person_id


def rights(space: Space, member: Member) -> tuple[str, ...]:
    return permissions(PROFESSIONAL, member.role, space.state, takes_members=space.takes_members)


def own_rights(space: PrivateSpace) -> tuple[str, ...]:
    return permissions(PRIVATE, OWNER, space.state)


def is_seen_by(space: Space, member: Member) -> bool:
    """A deleted one is there for those alone who may restore it."""
    return space.state != DELETED or member.role == ADMINISTRATOR


def note_of(actor: Actor, now: datetime) -> Note:
    origin = context.current().origin
    return Note(now, f"person:{actor.person_id}", actor.name, origin, actor.number[-4:])


def _check(request: InSpace, may: tuple[str, ...]) -> None:
    """Errors: NotAllowed(permission)."""
    need = need_of(request)
    if need not in may:
        raise NotAllowed(need)
