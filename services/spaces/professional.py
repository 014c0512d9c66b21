"""A person's spaces: what there is, make a professional one, rename, delete, restore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts import professional as contract
from services.contracts.errors import SpaceLimitReached, StaleVersion
from services.contracts.members import ALL_CERTIFICATES, InvitationCard
from services.contracts.space_access import ACTIVE, ADMINISTRATOR, DELETED, Actor, SpaceCard
from services.spaces import views
from services.spaces.domain.people import Member
from services.spaces.domain.rules import filled, present
from services.spaces.domain.space import Note, Space
from services.spaces.doors import Decision, Doors, Entered, is_own, is_seen_by, note_of
from services.spaces.keys import id_of
from services.spaces.limits import SpaceLimits
from services.spaces.ports import ProfessionalSpaces
from services.spaces.tending import Tending
from services.spaces.usecases import PrivateSpaces

_ATTEMPTS = 3
"""Times that all free places are tried, when others take them meanwhile."""


@dataclass(frozen=True, slots=True)
class MySpaces:
    """The use cases with what they need."""

    clock: Clock
    private: PrivateSpaces
    spaces: ProfessionalSpaces
    limits: SpaceLimits
    doors: Doors
    tending: Tending

    def overview(self, actor: Actor) -> contract.Overview:
        now = self.clock.now()
        limit = self.limits.of(actor.person_id)
        cards, elsewhere = self._cards(actor, now)
        return contract.Overview(
            private=self.private.card(actor.person_id),
            professional=cards,
            invitations=tuple(self._invitations(actor, now)),
            opened=self.limits.opened(actor.person_id, now),
            limit=limit.limit,
            limit_request=limit.request,
            elsewhere=elsewhere,
        )

    def get(self, request: contract.GetSpace | contract.ActInSpace) -> SpaceCard:
        """Errors: NotFound(space), NotAllowed, InvalidField(permission)."""
        if is_own(request):
            return views.own_card(self.doors.enter_own(request, self.clock.now()).space)
        return _card(self.doors.enter(request, self.clock.now()))

    def steps(self, request: contract.ListSteps) -> contract.Steps:
        """Errors: NotFound(space), NotAllowed."""
        return views.steps(self.doors.enter(request, self.clock.now()).space)

    def open(self, request: contract.OpenProfessionalSpace) -> SpaceCard:
        """Errors: InvalidField(name | actor), SpaceLimitReached, StaleVersion(limit)."""
        now, actor = self.clock.now(), request.actor
        present("actor", actor.person_id and actor.credential_id)
        name = filled("name", request.name, contract.MOST_NAME)
        present("idempotency_key", request.idempotency_key)
        space_id = id_of(actor.person_id, request.idempotency_key)
        space = self._made_before(space_id) or self._placed(_new(space_id, name, actor, now))
        return views.card(space, space.member_as(actor) or space.members[0])

    def rename(self, request: contract.RenameSpace) -> SpaceCard:
        """Errors: NotFound(space), NotAllowed, InvalidField(name), StaleVersion(space)."""
        name = filled("name", request.name, contract.MOST_NAME)

        def decide(entered: Entered) -> Decision:
            return entered.space.renamed(request.former_name, name, entered.note), ()

        return _card(self.doors.change(request, self.clock.now(), decide))

    def delete(self, request: contract.DeleteSpace) -> SpaceCard:
        """Errors: NotFound(space), NotAllowed, StaleVersion(space)."""
        if is_own(request):
            return self.private.delete(request)
        return _card(self.doors.change(request, self.clock.now(), _delete))

    def restore(self, request: contract.RestoreSpace) -> SpaceCard:
        """Errors: NotFound(space), NotAllowed, StaleVersion(space)."""
        if is_own(request):
            return self.private.restore(request)
        return _card(self.doors.change(request, self.clock.now(), _restore))

    def _made_before(self, space_id: str) -> Space | None:
        """By the same request, of which this one is a repetition."""
        found = self.spaces.get(space_id)
        return found if found is not None and found.members else None

    def _placed(self, space: Space) -> Space:
        """The space in the first place that is free: its insertion there is the claim.

        Errors: SpaceLimitReached, StaleVersion(limit).
        """
        opened = _opened(space)
        for _attempt in range(_ATTEMPTS):
            for place in self._free_places(space.maker, opened.occurred_at):
                placed = space.at_place(place)
                if self.spaces.add(placed, opened):
                    return placed
                if found := self._made_before(space.space_id):
                    return found
        raise StaleVersion("limit")

    def _free_places(self, maker: str, now: datetime) -> list[int]:
        """Errors: SpaceLimitReached."""
        made = self.spaces.made_by(maker)
        taken = {space.place for space in made if not self.tending.end(space, now)}
        limit = self.limits.of(maker).limit
        free = [place for place in range(1, limit + 1) if place not in taken]
        if not free:
            raise SpaceLimitReached(str(limit))
        return free

    def _cards(self, actor: Actor, now: datetime) -> tuple[tuple[SpaceCard, ...], int]:
        """The spaces that this certificate opens, and how many others there are."""
        cards, elsewhere = [], 0
        for space in sorted(self.spaces.of_member(actor.person_id), key=lambda one: one.name.casefold()):
            member = space.member_as(actor)
            if member is None:
                elsewhere += space.state == ACTIVE
            elif not space.is_gone(now) and is_seen_by(space, member):
                cards.append(views.card(space, member))
        return tuple(cards), elsewhere

    def _invitations(self, actor: Actor, now: datetime) -> Iterable[InvitationCard]:
        for space in self.spaces.inviting(actor.number) if actor.number else ():
            if space.state != DELETED:
                for invitation in space.invitations:
                    if views.is_shown_to(invitation, actor, now):
                        yield views.invitation_card(space, invitation)


def _new(space_id: str, name: str, actor: Actor, now: datetime) -> Space:
    """With its maker as administrator, whichever certificate he comes with later."""
    maker = Member(
        member_id=id_of(space_id, "maker"),
        person_id=actor.person_id,
        credential_id=actor.credential_id,
        number=actor.number,
        name=actor.name,
        role=ADMINISTRATOR,
        scope=ALL_CERTIFICATES,
        since=now,
    )
    is_pro = actor.kind == "pro"
    note: Note = note_of(actor, now)
    return Space(
        space_id=space_id,
        maker=actor.person_id,
        place=0,
        name=name,
        takes_members=is_pro,
        company_id=actor.company_id if is_pro else "",
        company_name=actor.company_name if is_pro else "",
        members=(maker,),
        steps=(note.step("opened"),),
    )


def _delete(entered: Entered) -> Decision:
    after = entered.space.deleted(entered.note)
    return after, (views.deleted(after.space_id, after.gone_at, entered.note.at),)


def _restore(entered: Entered) -> Decision:
    after = entered.space.restored(entered.note)
    return after, (views.restored(after.space_id, entered.note.at),)


def _opened(space: Space) -> contract.SpaceOpened:
    return contract.SpaceOpened(
        event_id=new_id(), occurred_at=space.steps[0].at, space_id=space.space_id, person_id=space.maker
    )


def _card(entered: Entered) -> SpaceCard:
    return views.card(entered.space, entered.member)
