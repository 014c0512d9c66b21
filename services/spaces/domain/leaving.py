"""A professional space when one of its people leaves the platform: he asks, he stays after all, he is gone.

Who has asked directs nothing any more, so that nobody counts on him: another administrator who would leave
the space to him alone has to hand over first, as he had to himself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.contracts.members import ACCEPTED, OPEN, REFUSED
from services.spaces.domain.people import Invitation, Member
from services.spaces.domain.space import Space, Step
from services.spaces.domain.succession import directed, directed_by_who_stays

_ANSWERS = (ACCEPTED, REFUSED)
"""States of an invitation, and steps of the trail."""


def in_the_way(space: Space, person_id: str) -> bool:
    """Whether others would be left there without an administrator."""
    others = [member for member in space.members if member.person_id != person_id]
    directs = any(member.directs for member in space.members if member.person_id == person_id)
    return bool(others) and directs and not any(member.directs for member in others)


def is_alone(space: Space, person_id: str) -> bool:
    return all(member.person_id == person_id for member in space.members)


def departing(space: Space, person_id: str, at: datetime, *, leaves: bool) -> Space:
    """He has asked to be erased, or taken it back, at that moment; news come twice and in any order.

    Where two have asked at once, each counting on the other, somebody else directs from now on.
    """
    after = replace(space, members=tuple(_departing(one, person_id, at, leaves) for one in space.members))
    return space if after == space else directed_by_who_stays(after, at)


def without(space: Space, person_id: str, now: datetime) -> Space:
    """Nothing of him is left; if nobody else directs, whoever of the others may do most does from now on.

    Where he has made it, its place counts for nobody from now on: it stands there as if made by itself.
    """
    names = _names(space, person_id)
    others = tuple(member for member in space.members if member.person_id != person_id)
    nameless = replace(
        space,
        members=others,
        invitations=tuple(_unnamed(one, names) for one in space.invitations),
        steps=tuple(_unsigned(step, person_id, names) for step in space.steps),
    )
    if space.maker == person_id:
        nameless = replace(nameless, maker=space.space_id, place=1)
    return nameless if len(others) == len(space.members) else directed(nameless, now)


def without_invited(space: Space, numbers: frozenset[str]) -> Space:
    """Who holds one of these certificates is not invited any more; steps that name him do so no more."""
    gone = [one for one in space.invitations if one.number in numbers]
    names = {one.name for one in gone}
    return replace(
        space,
        invitations=tuple(one for one in space.invitations if one not in gone),
        steps=tuple(_unsigned(step, "", names) for step in space.steps) if names else space.steps,
    )


def _departing(member: Member, person_id: str, at: datetime, leaves: bool) -> Member:
    is_old = member.departing_since is not None and at <= member.departing_since
    if member.person_id != person_id or is_old:
        return member
    return replace(member, is_departing=leaves, departing_since=at)


def _names(space: Space, person_id: str) -> set[str]:
    """As he is called there: by himself, and by who has invited him."""
    mine = [member for member in space.members if member.person_id == person_id]
    signed = {step.actor_name for step in space.steps if step.actor == f"person:{person_id}"}
    answered = {member.invitation_id for member in mine} - {""}
    invited = {one.name for one in space.invitations if one.invitation_id in answered}
    return ({member.name for member in mine} | signed | invited | _typed(space, person_id)) - {""}


def _typed(space: Space, person_id: str) -> set[str]:
    """As others have written him in invitations that he has answered, a member by now or not."""
    answered = {
        step.at for step in space.steps if step.actor == f"person:{person_id}" and step.what in _ANSWERS
    }
    return {one.name for one in space.invitations if one.state in _ANSWERS and one.ended_at in answered}


def _unnamed(invitation: Invitation, names: set[str]) -> Invitation:
    is_his = invitation.state != OPEN and invitation.name in names
    return replace(
        invitation,
        name="" if is_his else invitation.name,
        invited_by="" if invitation.invited_by in names else invitation.invited_by,
    )


def _unsigned(step: Step, person_id: str, names: set[str]) -> Step:
    is_his = bool(person_id) and step.actor == f"person:{person_id}"
    is_about_him = step.about in names or (bool(person_id) and step.about_id == person_id)
    return replace(
        step,
        actor_name="" if is_his else step.actor_name,
        about="" if is_about_him else step.about,
    )
