"""The way to every change of a space: who asks is found among its members, the policy says what he may.

A change is made from what was read and stored only over that; when somebody else's came between, it is
decided anew, with the rights that the asker has by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.chassis import context
from services.contracts.errors import NotAllowed, NotFound, StaleVersion
from services.contracts.space_access import ADMINISTRATOR, DELETED, PROFESSIONAL, Actor
from services.contracts.wire import Event
from services.spaces.domain.people import Member
from services.spaces.domain.policy import NEEDS, permissions
from services.spaces.domain.space import Note, Space
from services.spaces.ports import ProfessionalSpaces

_ATTEMPTS = 5
"""Times that a change is decided anew when another comes between."""


class InSpace(Protocol):
    """A request about one space."""

    @property
    def actor(self) -> Actor: ...

    @property
    def space_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entered:
    """A space with the member who asks, and what he is noted with."""

    space: Space
    member: Member
    note: Note

    @property
    def may(self) -> tuple[str, ...]:
        return rights(self.space, self.member)


Decision = tuple[Space, tuple[Event, ...]]
Decide = Callable[[Entered], Decision]


@dataclass(frozen=True, slots=True)
class Doors:
    spaces: ProfessionalSpaces

    def enter(self, request: InSpace, now: datetime) -> Entered:
        """Errors: NotFound(space) for who is no member, NotAllowed(permission)."""
        space = self.spaces.get(request.space_id)
        member = space.member_as(request.actor) if space else None
        if space is None or member is None or space.is_gone(now) or not is_seen_by(space, member):
            raise NotFound("space")
        need = NEEDS[type(request)]
        if need not in rights(space, member):
            raise NotAllowed(need)
        return Entered(space, member, note_of(request.actor, now))

    def change(self, request: InSpace, now: datetime, decide: Decide) -> Entered:
        """What there is afterwards, as the asker sees it.  Errors: as `enter`, StaleVersion(space)."""
        for _attempt in range(_ATTEMPTS):
            entered = self.enter(request, now)
            after, events = decide(entered)
            if after == entered.space or self.spaces.change(entered.space, after, *events):
                return Entered(after, after.member_as(request.actor) or entered.member, entered.note)
        raise StaleVersion("space")


def rights(space: Space, member: Member) -> tuple[str, ...]:
    return permissions(PROFESSIONAL, member.role, space.state, takes_members=space.takes_members)


def is_seen_by(space: Space, member: Member) -> bool:
    """A deleted one is there for those alone who may restore it."""
    return space.state != DELETED or member.role == ADMINISTRATOR


def note_of(actor: Actor, now: datetime) -> Note:
    return Note(now, f"person:{actor.person_id}", actor.name, context.current().origin)
