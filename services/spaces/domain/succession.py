"""Who directs a professional space when nobody is left in it who does.

No act of a member takes its last administrator away. What is done elsewhere may: a certificate is revoked, a
person leaves the platform. Then whoever of the others may do most directs from that moment on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.contracts.space_access import ADMINISTRATOR, ROLES
from services.spaces.domain.people import Member
from services.spaces.domain.space import Note, Space

_PLATFORM = "platform"


def directed(space: Space, now: datetime) -> Space:
    """With an administrator, also where all who are left are kept from coming in at present."""
    if not space.members or any(member.directs for member in space.members):
        return space
    heir = min(space.members, key=_unfitness)
    members = tuple(replace(one, role=ADMINISTRATOR) if one is heir else one for one in space.members)
    step = Note(now, _PLATFORM, "", "").step("succeeded", heir.name, ADMINISTRATOR, heir.person_id)
    return replace(space, members=members, steps=(*space.steps, step))


def directed_by_who_stays(space: Space, now: datetime) -> Space:
    """With an administrator who can come in; as it is where nobody can: he who comes back finds it so."""
    stays = any(member.is_active and not member.is_departing for member in space.members)
    return directed(space, now) if stays else space


def _unfitness(member: Member) -> tuple[bool, bool, int, datetime]:
    """The lower, the sooner he is to direct."""
    return member.is_departing, not member.is_active, ROLES.index(member.role), member.since
