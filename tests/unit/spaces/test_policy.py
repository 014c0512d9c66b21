"""The policy against every request: who may ask it, in each role, in a live space and in a deleted one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.contracts import members as m
from services.contracts import professional as p
from services.contracts.errors import NotAllowed, NotFound, PlatformError
from services.contracts.space_access import (
    ACTIVE,
    ADMINISTRATOR,
    DELETED,
    KINDS,
    OWNER,
    PERMISSIONS,
    PRIVATE,
    PROFESSIONAL,
    ROLES,
    Actor,
)
from services.contracts.wire import REQUESTS
from services.spaces.domain.policy import HELPDESK, NEEDS, OWN, PLATFORM, permissions
from tests.unit.spaces.world import ANNE, LEA, TOM, World, person

GUARDED = [kind for kind, need in NEEDS.items() if need in PERMISSIONS]
OUTSIDER = person("Otto Aussen", 8)


def test_every_request_names_what_it_needs() -> None:
    asked = {kind for kind in REQUESTS.values() if kind.service == "spaces"}
    assert asked == set(NEEDS)
    assert set(NEEDS.values()) <= {*PERMISSIONS, OWN, HELPDESK, PLATFORM}


def test_every_permission_is_granted_to_somebody_and_every_request_about_a_space_is_guarded() -> None:
    granted = {
        one
        for kind in KINDS
        for role in (*ROLES, OWNER)
        for one in permissions(kind, role, ACTIVE, takes_members=True)
    }
    assert granted == set(PERMISSIONS)
    about_a_space = {kind for kind in NEEDS if {"actor", "space_id"} <= set(kind.__dataclass_fields__)}
    assert about_a_space - set(GUARDED) == {m.GetInvitation, m.AnswerInvitation}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("administrator", {"enter", "sign", "book", "join", "members:change", "trail:see", "space:delete"}),
        ("manager", {"enter", "sign", "book", "join"}),
        ("editor", {"enter", "book", "join"}),
        ("reader", set()),
    ],
)
def test_roles_may_what_the_table_of_the_product_says(role: str, may: set[str]) -> None:
    named = {"enter", "sign", "book", "join", "members:change", "trail:see", "space:delete"}
    found = set(permissions(PROFESSIONAL, role, ACTIVE, takes_members=True))
    assert (found & named, "see" in found) == (may, True)


def test_the_owner_of_a_private_space_may_all_but_what_concerns_members_and_its_end() -> None:
    missing = set(PERMISSIONS) - set(permissions(PRIVATE, OWNER, ACTIVE))
    assert missing == {
        "members:see",
        "members:change",
        "trail:see",
        "space:rename",
        "space:delete",
        "space:leave",
    }


def test_an_unknown_role_may_nothing() -> None:
    assert permissions(PROFESSIONAL, "director", ACTIVE) == permissions(PRIVATE, ADMINISTRATOR, ACTIVE) == ()


@pytest.mark.parametrize("state", [ACTIVE, DELETED])
@pytest.mark.parametrize("role", [*ROLES, "outsider"])
@pytest.mark.parametrize("kind", GUARDED, ids=lambda kind: kind.method)
def test_each_request_is_answered_in_exactly_the_roles_that_may(kind: type, role: str, state: str) -> None:
    world, space_id, who = _space_with(role, state)
    expected = NEEDS[kind] in permissions(PROFESSIONAL, role, state, takes_members=True)
    hidden = role == "outsider" or (state == DELETED and role != ADMINISTRATOR)
    refusal = _refusal(lambda: _ask(world, kind, who, space_id))
    if expected:
        assert not isinstance(refusal, NotAllowed)
        assert refusal is None or refusal.args != ("space",)
    else:
        assert (type(refusal), refusal and refusal.args[0]) == (
            (NotFound, "space") if hidden else (NotAllowed, NEEDS[kind])
        )


def _space_with(role: str, state: str) -> tuple[World, str, Actor]:
    """Léa directs it, Tom has the role; somebody else is a member, and somebody is invited."""
    world = World()
    space_id = world.opened().space_id
    world.joined(space_id, ANNE)
    world.invite(space_id, person("Nora Neu", 7))
    if role != "outsider":
        world.joined(space_id, TOM, role)
    if state == DELETED:
        world.delete(space_id)
    return world, space_id, OUTSIDER if role == "outsider" else TOM


def _ask(world: World, kind: type, who: Actor, space_id: str) -> Any:
    invitation_id = world.spaces.spaces[space_id].invitations[1].invitation_id
    member_id = world.member_id(space_id, ANNE)
    own = {"actor": who, "space_id": space_id}
    of_member, of_invitation = {"member_id": member_id}, {"invitation_id": invitation_id}
    requests: dict[type, Callable[[], Any]] = {
        p.GetSpace: lambda: world.mine.get(p.GetSpace(**own)),
        p.RenameSpace: lambda: world.mine.rename(p.RenameSpace(**own, former_name="Muster", name="New")),
        p.DeleteSpace: lambda: world.mine.delete(p.DeleteSpace(**own)),
        p.RestoreSpace: lambda: world.mine.restore(p.RestoreSpace(**own)),
        p.ListSteps: lambda: world.mine.steps(p.ListSteps(**own)),
        m.ListMembers: lambda: world.members.list(m.ListMembers(**own)),
        m.InviteMember: lambda: world.members.invite(world.inviting(space_id, OUTSIDER, actor=who)),
        m.ResendInvitation: lambda: world.members.resend(
            m.ResendInvitation(**own, **of_invitation, sendings=1)
        ),
        m.WithdrawInvitation: lambda: world.members.withdraw(m.WithdrawInvitation(**own, **of_invitation)),
        m.ChangeRole: lambda: world.members.change_role(
            m.ChangeRole(**own, **of_member, former_role="editor", role="reader")
        ),
        m.RemoveMember: lambda: world.members.remove(m.RemoveMember(**own, **of_member)),
        m.LeaveSpace: lambda: world.members.leave(m.LeaveSpace(**own)),
    }
    return requests[kind]()


def _refusal(ask: Callable[[], Any]) -> PlatformError | None:
    try:
        ask()
    except PlatformError as error:
        return error
    return None


def test_a_space_made_with_a_private_certificate_takes_nobody_in(world: World) -> None:
    space_id = world.opened(TOM, "Practice").space_id
    with pytest.raises(NotAllowed, match="members:change"):
        world.members.invite(world.inviting(space_id, LEA, actor=TOM))
