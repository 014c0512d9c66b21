"""A professional space: one value with its members, invitations and trail, changed as a whole.

Everything that happens to it is a method that returns the space afterwards. What was stored in between by
somebody else is seen by the store, which keeps a change only over the version that it was made from: so the
rule of the last administrator is decided by one write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from services.contracts.errors import (
    AlreadyMember,
    InvalidField,
    LastAdministrator,
    MailedTooOften,
    NotAllowed,
    NotFound,
    StaleVersion,
    TooManyMembers,
)
from services.contracts.members import ACCEPTED, MOST_MEMBERS, MOST_SENDINGS, OPEN, REFUSED, WITHDRAWN
from services.contracts.space_access import ACTIVE, DELETED, GRACE_DAYS, Actor
from services.spaces.domain.people import Invitation, Member

ThingT = TypeVar("ThingT")

STEPS_KEPT = timedelta(days=365)
MOST_STEPS = 2000
"""Of more than these the oldest are forgotten before their year is over: a space is one document."""
MOST_ENDED = 200
"""Invitations that are not open any more: the same."""
GONE = "gone"
"""The grace is over: nothing is left but the news of it, until that is told."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the trail."""

    at: datetime
    what: str
    actor: str
    actor_name: str
    about: str
    detail: str
    origin: str
    about_id: str = ""
    """Of the person, where it is about a member."""


@dataclass(frozen=True, slots=True)
class Note:
    """Who does something, when and whence: what a step of the trail is made of."""

    at: datetime
    actor: str
    actor_name: str
    origin: str
    certificate: str = ""
    """The last four digits of the one that was used; empty where it has no such number."""

    def step(self, what: str, about: str = "", detail: str = "", about_id: str = "") -> Step:
        return Step(self.at, what, self.actor, self.actor_name, about, detail, self.origin, about_id)


@dataclass(frozen=True, slots=True)
class Space:
    """`place` is which of its maker's spaces it is, from 1; no two have the same."""

    space_id: str
    maker: str
    """A person's id."""
    place: int
    name: str
    takes_members: bool
    company_id: str
    company_name: str
    members: tuple[Member, ...]
    invitations: tuple[Invitation, ...] = ()
    steps: tuple[Step, ...] = ()
    state: str = ACTIVE
    gone_at: datetime | None = None
    closing_until: datetime | None = None
    """Until then, by real time, one process erases what lies in it; nobody restores it any more."""
    version: int = 1

    # --- who is in it ---

    def member_as(self, actor: Actor) -> Member | None:
        """The member that the actor is with his present certificate."""
        return next((member for member in self.members if member.is_opened_by(actor)), None)

    def member(self, member_id: str) -> Member:
        """Errors: NotFound(member)."""
        return _found(self.members, lambda one: one.member_id == member_id, "member")

    def invitation(self, invitation_id: str) -> Invitation:
        """Errors: NotFound(invitation)."""
        return _found(self.invitations, lambda one: one.invitation_id == invitation_id, "invitation")

    # --- the space itself ---

    def at_place(self, place: int) -> Space:
        return replace(self, place=place)

    def renamed(self, former: str, name: str, note: Note) -> Space:
        """Errors: StaleVersion(space)."""
        if name == self.name:
            return self
        if former != self.name:
            raise StaleVersion("space")
        return self._after(note.step("renamed", about=name), name=name)

    def deleted(self, note: Note) -> Space:
        if self.state == DELETED:
            return self
        gone_at = note.at + timedelta(days=GRACE_DAYS)
        return self._after(note.step("deleted"), state=DELETED, gone_at=gone_at)

    def restored(self, note: Note) -> Space:
        if self.state == ACTIVE:
            return self
        return self._after(note.step("restored"), state=ACTIVE, gone_at=None)

    def is_gone(self, now: datetime) -> bool:
        is_closing = self.state == GONE or self.closing_until is not None
        return is_closing or (self.gone_at is not None and now >= self.gone_at)

    def closing(self, until: datetime) -> Space:
        return replace(self, closing_until=until)

    def emptied(self) -> Space:
        """At the end of the grace: nothing of anybody is left."""
        nobody = replace(self, members=(), invitations=(), steps=())
        return replace(nobody, name="", company_id="", company_name="", state=GONE, closing_until=None)

    # --- invitations ---

    def invited(self, invitation: Invitation, note: Note) -> Space:
        """Errors: InvalidField(number), TooManyMembers."""
        if any(one.invitation_id == invitation.invitation_id for one in self.invitations):
            return self
        still_open = [one for one in self.invitations if one.state_at(note.at) == OPEN]
        if any(member.number == invitation.number for member in self.members):
            raise InvalidField("number", "member")
        if any(one.number == invitation.number for one in still_open):
            raise InvalidField("number", "invited")
        self._check_room(note.at)
        step = note.step("invited", invitation.name, invitation.role)
        ended = [one for one in self.invitations if one.state_at(note.at) != OPEN]
        kept = self._inviting(one for one in self.invitations if one not in ended[:-MOST_ENDED])
        return kept._after(step, invitations=(*kept.invitations, invitation))

    def invited_again(self, invitation_id: str, sendings: int, note: Note) -> Space:
        """One that has run out is open again, and counts again.

        Errors: NotFound(invitation), InvitationOver, StaleVersion, MailedTooOften, TooManyMembers.
        """
        invitation = self.invitation(invitation_id)
        if invitation.state != OPEN:
            invitation.refuse_unless_open(note.at)
        if invitation.sendings == sendings + 1:
            return self
        if invitation.sendings != sendings:
            raise StaleVersion("invitation")
        if sendings >= MOST_SENDINGS:
            raise MailedTooOften(str(MOST_SENDINGS))
        if invitation.state_at(note.at) != OPEN:
            self._check_room(note.at)
        return self._with(invitation.sent_again(note.at), note.step("invited_again", invitation.name))

    def withdrawn(self, invitation_id: str, note: Note) -> Space:
        """Errors: NotFound(invitation), InvitationOver once it is answered."""
        invitation = self.invitation(invitation_id)
        if invitation.state == WITHDRAWN:
            return self
        if invitation.state != OPEN:
            invitation.refuse_unless_open(note.at)
        ended = invitation.ended(WITHDRAWN, note.at)
        return self._with(ended, note.step("withdrawn", invitation.name))

    def refused(self, invitation: Invitation, key: str, note: Note) -> Space:
        return self._with(invitation.ended(REFUSED, note.at, key), note.step("refused"))

    def accepted(self, invitation: Invitation, member: Member, key: str, note: Note) -> Space:
        """Errors: AlreadyMember."""
        if any(one.person_id == member.person_id for one in self.members):
            raise AlreadyMember
        ended = invitation.ended(ACCEPTED, note.at, key)
        with_member = replace(self, members=(*self.members, member))
        return with_member._with(ended, note.step("accepted", detail=member.role))

    # --- members ---

    def role_changed(self, member_id: str, former: str, role: str, note: Note) -> Space:
        """Errors: NotFound(member), StaleVersion(member), LastAdministrator."""
        member = self.member(member_id)
        if member.role == role:
            return self
        if member.role != former:
            raise StaleVersion("member")
        changed = tuple(replace(one, role=role) if one is member else one for one in self.members)
        return self._peopled(changed, note.step("role_changed", member.name, role, member.person_id))

    def removed(self, member_id: str, remover: Member, note: Note) -> Space:
        """Errors: NotAllowed(remove_oneself)."""
        if member_id == remover.member_id:
            raise NotAllowed("remove_oneself")
        gone = next((one for one in self.members if one.member_id == member_id), None)
        if gone is None:
            return self
        return self._without(gone, note.step("removed", gone.name, about_id=gone.person_id))

    def left(self, member: Member, note: Note) -> Space:
        """Errors: LastAdministrator."""
        return self._without(member, note.step("left"))

    def certificate_is(self, credential_id: str, at: datetime, *, usable: bool) -> Space:
        """A certificate was revoked or reinstated: whoever is bound to it is active no more, or again.

        Not an act of a member: the last administrator may be lost by it, see `succession`.
        """
        return replace(self, members=tuple(one.judged(credential_id, usable, at) for one in self.members))

    # --- time ---

    def tended(self, now: datetime) -> Space:
        """Without what is kept no longer."""
        kept = self._inviting(one for one in self.invitations if now < one.forgotten_at())
        return replace(kept, steps=tuple(step for step in kept.steps if now < step.at + STEPS_KEPT))

    def due_at(self) -> datetime | None:
        """When time alone changes it next; None while there is nothing to come."""
        if self.state == GONE:
            return None
        invitations = [one.forgotten_at() for one in self.invitations]
        steps = [step.at + STEPS_KEPT for step in self.steps]
        return min([*invitations, *steps, *([self.gone_at] if self.gone_at else [])], default=None)

    def _inviting(self, invitations: Iterable[Invitation]) -> Space:
        """With no other invitations.  Who has not come in by one that goes is named nowhere any more."""
        kept = tuple(invitations)
        known = {one.name for one in kept} | {one.name for one in self.members}
        known |= {step.actor_name for step in self.steps}
        unknown = {one.name for one in self.invitations} - known
        steps = tuple(replace(one, about="") if one.about in unknown else one for one in self.steps)
        return replace(self, invitations=kept, steps=steps)

    def _check_room(self, now: datetime) -> None:
        """Errors: TooManyMembers."""
        still_open = [one for one in self.invitations if one.state_at(now) == OPEN]
        if len(self.members) + len(still_open) >= MOST_MEMBERS:
            raise TooManyMembers(str(MOST_MEMBERS))

    def _after(self, step: Step, **changed: object) -> Space:
        return replace(self, steps=(*self.steps, step)[-MOST_STEPS:], **changed)  # type: ignore[arg-type]

    def _with(self, invitation: Invitation, step: Step) -> Space:
        changed = tuple(
            invitation if one.invitation_id == invitation.invitation_id else one for one in self.invitations
        )
        return self._after(step, invitations=changed)

    def _without(self, member: Member, step: Step) -> Space:
        others = tuple(one for one in self.members if one.member_id != member.member_id)
        return self._peopled(others, step)

    def _peopled(self, members: tuple[Member, ...], step: Step) -> Space:
        """Errors: LastAdministrator, also where nobody at all would be left: who is alone deletes it."""
        if not members or (_directed(self.members) and not _directed(members)):
            raise LastAdministrator
        return self._after(step, members=members)


def _directed(members: tuple[Member, ...]) -> bool:
    return any(member.directs for member in members)


def _found(things: tuple[ThingT, ...], fits: Callable[[ThingT], bool], kind: str) -> ThingT:
    """Errors: NotFound(kind)."""
    found = next((thing for thing in things if fits(thing)), None)
    if found is None:
        raise NotFound(kind)
    return found
