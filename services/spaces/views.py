"""Spaces as their contracts show them."""

from __future__ import annotations

from datetime import datetime

from services.chassis.ids import new_id
from services.contracts import members as people
from services.contracts import professional as contract
from services.contracts import spaces as private
from services.contracts.space_access import OWNER, PRIVATE, PROFESSIONAL, Actor, SpaceCard
from services.spaces.domain.limit import Limit
from services.spaces.domain.people import Invitation, Member
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.domain.space import Space
from services.spaces.doors import Entered, own_rights, rights


def card(space: Space, member: Member) -> SpaceCard:
    return SpaceCard(
        space_id=space.space_id,
        kind=PROFESSIONAL,
        name=space.name,
        role=member.role,
        takes_members=space.takes_members,
        company_id=space.company_id,
        company_name=space.company_name,
        state=space.state,
        gone_at=space.gone_at,
        may=rights(space, member),
    )


def own_card(space: PrivateSpace) -> SpaceCard:
    """A private space, to its person."""
    return SpaceCard(
        space_id=space.person_id,
        kind=PRIVATE,
        name="",
        role=OWNER,
        takes_members=False,
        company_id="",
        company_name="",
        state=space.state,
        gone_at=space.gone_at,
        may=own_rights(space),
    )


def data_changes(space: PrivateSpace) -> private.DataChanges:
    return private.DataChanges(
        changes=tuple(
            private.DataChange(
                at=change.at,
                what=change.what,
                actor_name=change.actor_name,
                certificate=change.certificate,
                door=change.origin.partition(":")[0],
                fields=change.fields,
            )
            for change in reversed(space.changes)
        )
    )


def deleted(space_id: str, gone_at: datetime | None, at: datetime) -> contract.SpaceDeleted:
    return contract.SpaceDeleted(event_id=new_id(), occurred_at=at, space_id=space_id, gone_at=gone_at or at)


def restored(space_id: str, at: datetime) -> contract.SpaceRestored:
    return contract.SpaceRestored(event_id=new_id(), occurred_at=at, space_id=space_id)


def steps(space: Space) -> contract.Steps:
    return contract.Steps(
        steps=tuple(
            contract.Step(
                at=step.at,
                what=step.what,
                actor_name=step.actor_name,
                about=step.about,
                detail=step.detail,
                origin=step.origin,
            )
            for step in reversed(space.steps)
        )
    )


def invitation_card(space: Space, invitation: Invitation) -> people.InvitationCard:
    return people.InvitationCard(
        space_id=space.space_id,
        invitation_id=invitation.invitation_id,
        space_name=space.name,
        company_name=space.company_name,
        invited_by=invitation.invited_by,
        role=invitation.role,
        scope=invitation.scope,
        expires_at=invitation.expires_at,
    )


def members(entered: Entered) -> people.Members:
    """The members; the invitations for those who may change who is in it."""
    space, now = entered.space, entered.note.at
    directs = "members:change" in entered.may
    shown = [_invitation(one, now) for one in reversed(space.invitations) if one.state != people.ACCEPTED]
    return people.Members(
        members=tuple(
            _member(one, entered.member) for one in sorted(space.members, key=lambda one: one.name.casefold())
        ),
        invitations=tuple(shown) if directs else (),
    )


def invitation_mail(space: Space, invitation: Invitation, now: datetime) -> people.InvitationMail:
    return people.InvitationMail(
        name=invitation.name,
        email=invitation.email,
        language=invitation.language,
        space_name=space.name,
        company_name=space.company_name,
        invited_by=invitation.invited_by,
        number_end=invitation.number[-4:],
        role=invitation.role,
        state=invitation.state_at(now),
        sendings=invitation.sendings,
        expires_at=invitation.expires_at,
    )


def limit_request(limit: Limit, opened: int) -> contract.LimitRequest | None:
    if limit.wish is None:
        return None
    return contract.LimitRequest(
        request_id=limit.wish.request_id,
        person_id=limit.person_id,
        name=limit.wish.name,
        opened=opened,
        limit=limit.limit,
        reason=limit.wish.reason,
        asked_at=limit.wish.asked_at,
        steps=tuple(
            contract.LimitStep(
                at=step.at,
                what=step.what,
                actor=step.actor,
                reason=step.reason,
                limit=step.limit,
                origin=step.origin,
            )
            for step in limit.steps
        ),
    )


def is_shown_to(invitation: Invitation, actor: Actor, now: datetime) -> bool:
    return invitation.state_at(now) == people.OPEN and invitation.is_for(actor)


def _member(member: Member, asker: Member) -> people.Member:
    return people.Member(
        member_id=member.member_id,
        name=member.name,
        role=member.role,
        scope=member.scope,
        since=member.since,
        is_active=member.is_active,
        is_self=member.member_id == asker.member_id,
    )


def _invitation(invitation: Invitation, now: datetime) -> people.Invitation:
    return people.Invitation(
        invitation_id=invitation.invitation_id,
        name=invitation.name,
        email=invitation.email,
        number_end=invitation.number[-4:],
        role=invitation.role,
        scope=invitation.scope,
        state=invitation.state_at(now),
        sendings=invitation.sendings,
        expires_at=invitation.expires_at,
    )
