"""Who is in a space: invite, answer, change a role, remove, leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts import members as contract
from services.contracts.booking import LANGUAGES
from services.contracts.errors import (
    InvalidField,
    InvitationForOther,
    InvitationOver,
    NotFound,
    StaleVersion,
)
from services.contracts.space_access import ACTIVE, DELETED, ROLES, Actor
from services.spaces import views
from services.spaces.domain.people import Invitation, Member, check_number
from services.spaces.domain.rules import address, filled, one_of, present
from services.spaces.domain.space import Space
from services.spaces.domain.succession import directed_by_who_stays
from services.spaces.doors import Decide, Decision, Doors, Entered, InSpace, note_of
from services.spaces.keys import id_of
from services.spaces.ports import ProfessionalSpaces

_MOST_NAME = 120
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Membership:
    """The use cases with what they need."""

    clock: Clock
    spaces: ProfessionalSpaces
    doors: Doors

    def list(self, request: contract.ListMembers) -> contract.Members:
        """Errors: NotFound(space), NotAllowed."""
        return views.members(self.doors.enter(request, self.clock.now()))

    def invite(self, request: contract.InviteMember) -> contract.Members:
        """Errors: NotFound(space), NotAllowed, InvalidField, TooManyMembers, StaleVersion(space)."""
        now = self.clock.now()
        self.doors.enter(request, now)  # who may not invite is told nothing about the fields
        invitation = _invitation(request, now)

        def decide(entered: Entered) -> Decision:
            after = entered.space.invited(invitation, entered.note)
            return after, (_invited(after, invitation, now),)

        return views.members(self.doors.change(request, now, decide))

    def resend(self, request: contract.ResendInvitation) -> contract.Members:
        """Errors: NotFound, NotAllowed, InvitationOver, MailedTooOften, StaleVersion, TooManyMembers."""

        def decide(entered: Entered) -> Decision:
            after = entered.space.invited_again(request.invitation_id, request.sendings, entered.note)
            return after, (_invited(after, after.invitation(request.invitation_id), entered.note.at),)

        return self._changed(request, decide)

    def withdraw(self, request: contract.WithdrawInvitation) -> contract.Members:
        """Errors: NotFound, NotAllowed, InvitationOver, StaleVersion."""

        def decide(entered: Entered) -> Decision:
            return entered.space.withdrawn(request.invitation_id, entered.note), ()

        return self._changed(request, decide)

    def change_role(self, request: contract.ChangeRole) -> contract.Members:
        """Errors: NotFound, NotAllowed, LastAdministrator, InvalidField(role), StaleVersion."""
        one_of("role", request.role, ROLES)

        def decide(entered: Entered) -> Decision:
            after = entered.space.role_changed(
                request.member_id, request.former_role, request.role, entered.note
            )
            told = contract.MemberChanged(
                event_id=new_id(),
                occurred_at=entered.note.at,
                space_id=after.space_id,
                member_id=request.member_id,
                role=request.role,
            )
            return after, (told,)

        return self._changed(request, decide)

    def remove(self, request: contract.RemoveMember) -> contract.Members:
        """Errors: NotFound(space), NotAllowed, StaleVersion(space)."""

        def decide(entered: Entered) -> Decision:
            after = entered.space.removed(request.member_id, entered.member, entered.note)
            return after, _removed(entered.space, after, entered.note.at)

        return self._changed(request, decide)

    def leave(self, request: contract.LeaveSpace) -> contract.Left:
        """Errors: NotFound(space), NotAllowed, LastAdministrator, StaleVersion(space)."""

        def decide(entered: Entered) -> Decision:
            after = entered.space.left(entered.member, entered.note)
            return after, _removed(entered.space, after, entered.note.at)

        self.doors.change(request, self.clock.now(), decide)
        return contract.Left(space_id=request.space_id)

    def invitation(self, request: contract.GetInvitation) -> contract.InvitationCard:
        """Errors: NotFound(invitation), InvitationOver, InvitationForOther."""
        now = self.clock.now()
        space, invitation = self._sent(request.space_id, request.invitation_id, now)
        _refuse_unless_for(space, invitation, request.actor, now)
        return views.invitation_card(space, invitation)

    def answer(self, request: contract.AnswerInvitation) -> contract.Answered:
        """Errors: NotFound(invitation), InvitationOver, InvitationForOther, AlreadyMember, StaleVersion."""
        now = self.clock.now()
        for _attempt in range(_ATTEMPTS):
            space, invitation = self._sent(request.space_id, request.invitation_id, now)
            if invitation.answer_key == present("idempotency_key", request.idempotency_key):
                return _answered(request, invitation.state == contract.ACCEPTED)
            _refuse_unless_for(space, invitation, request.actor, now)
            after = _after_answer(space, invitation, request, now)
            told = contract.InvitationAnswered(
                event_id=new_id(),
                occurred_at=now,
                space_id=space.space_id,
                invitation_id=invitation.invitation_id,
                accepted=request.accept,
            )
            if self.spaces.change(space, after, told):
                return _answered(request, request.accept)
        raise StaleVersion("space")

    def mail(self, request: contract.GetInvitationMail) -> contract.InvitationMail:
        """Errors: NotFound(invitation)."""
        now = self.clock.now()
        space, invitation = self._sent(request.space_id, request.invitation_id, now)
        if space.state != ACTIVE:
            raise NotFound("invitation")
        return views.invitation_mail(space, invitation, now)

    def certificate_is(self, credential_id: str, at: datetime, *, usable: bool) -> None:
        """It was revoked, or reinstated, then.  Errors: StaleVersion(space), to be tried again."""
        for space in self.spaces.bound_to(credential_id):
            judged = space.certificate_is(credential_id, at, usable=usable)
            if judged != space and not self.spaces.change(space, directed_by_who_stays(judged, at)):
                raise StaleVersion("space")

    def _changed(self, request: InSpace, decide: Decide) -> contract.Members:
        return views.members(self.doors.change(request, self.clock.now(), decide))

    def _sent(self, space_id: str, invitation_id: str, now: datetime) -> tuple[Space, Invitation]:
        """Errors: NotFound(invitation)."""
        space = self.spaces.get(space_id)
        if space is None or space.is_gone(now):
            raise NotFound("invitation")
        return space, space.invitation(invitation_id)


def _invitation(request: contract.InviteMember, now: datetime) -> Invitation:
    """Errors: InvalidField."""
    number = check_number(request.number)
    present("idempotency_key", request.idempotency_key)
    if number == request.actor.number:
        raise InvalidField("number", "own")
    return Invitation(
        invitation_id=id_of(request.space_id, request.actor.person_id, request.idempotency_key),
        name=filled("name", request.name, _MOST_NAME),
        email=address(request.email),
        number=number,
        role=one_of("role", request.role, ROLES),
        scope=one_of("scope", request.scope, contract.SCOPES),
        language=one_of("language", request.language, LANGUAGES),
        invited_by=request.actor.name,
        state=contract.OPEN,
        sendings=1,
        expires_at=now + timedelta(days=contract.INVITATION_DAYS),
    )


def _refuse_unless_for(space: Space, invitation: Invitation, actor: Actor, now: datetime) -> None:
    """Errors: InvitationOver, InvitationForOther."""
    if space.state == DELETED:
        raise InvitationOver("space_deleted")
    invitation.refuse_unless_open(now)
    if not invitation.is_for(actor):
        raise InvitationForOther


def _after_answer(
    space: Space, invitation: Invitation, request: contract.AnswerInvitation, now: datetime
) -> Space:
    """Errors: AlreadyMember."""
    note, key = note_of(request.actor, now), request.idempotency_key
    if not request.accept:
        return space.refused(invitation, key, note)
    return directed_by_who_stays(
        space.accepted(invitation, _member(invitation, request.actor, now), key, note), now
    )


def _member(invitation: Invitation, actor: Actor, now: datetime) -> Member:
    return Member(
        member_id=id_of(invitation.invitation_id, "member"),
        person_id=actor.person_id,
        credential_id=actor.credential_id,
        number=invitation.number,
        name=actor.name,
        role=invitation.role,
        scope=invitation.scope,
        since=now,
        invitation_id=invitation.invitation_id,
    )


def _invited(space: Space, invitation: Invitation, now: datetime) -> contract.MemberInvited:
    return contract.MemberInvited(
        event_id=new_id(),
        occurred_at=now,
        space_id=space.space_id,
        invitation_id=invitation.invitation_id,
        sending=invitation.sendings,
    )


def _removed(before: Space, after: Space, now: datetime) -> tuple[contract.MemberRemoved, ...]:
    stay = {member.member_id for member in after.members}
    return tuple(
        contract.MemberRemoved(
            event_id=new_id(),
            occurred_at=now,
            space_id=before.space_id,
            member_id=member.member_id,
            person_id=member.person_id,
        )
        for member in before.members
        if member.member_id not in stay
    )


def _answered(request: contract.AnswerInvitation, accepted: bool) -> contract.Answered:
    return contract.Answered(space_id=request.space_id, accepted=accepted)
