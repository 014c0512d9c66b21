"""The policy against every request: who may ask it, in each role, in a live space and in a deleted one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.contracts import members as m
from services.contracts import procedures as pr
from services.contracts import professional as p
from services.contracts import space_documents as d
from services.contracts import spaces as s
from services.contracts.errors import InvalidField, NotAllowed, NotFound, PlatformError
from services.contracts.rights import GrantHeldDocument
from services.contracts.sources import LookUpSources, Proved
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
from services.contracts.wire import REQUESTS, Request
from services.spaces.domain.policy import HELPDESK, NAMED, NEEDS, OWN, PLATFORM, permissions
from tests.unit.spaces.documents_world import put_document
from tests.unit.spaces.procedure_suite import procedure
from tests.unit.spaces.test_bad_input import answer
from tests.unit.spaces.world import ANNE, LEA, TOM, World, person

GUARDED = [kind for kind, need in NEEDS.items() if need in PERMISSIONS]
SHARED = [kind for kind in GUARDED if "space_id" in kind.__dataclass_fields__]
"""The others can be about a private space alone."""
OUTSIDER = person("Otto Aussen", 8)


def test_every_request_names_what_it_needs() -> None:
    asked = {kind for kind in REQUESTS.values() if kind.service == "spaces"}
    assert asked == set(NEEDS)
    assert set(NEEDS.values()) <= {*PERMISSIONS, OWN, HELPDESK, PLATFORM, NAMED}


def test_every_permission_is_granted_to_somebody_and_every_request_about_a_space_is_guarded() -> None:
    granted = {
        one
        for kind in KINDS
        for role in (*ROLES, OWNER)
        for one in permissions(kind, role, ACTIVE, takes_members=True)
    }
    assert granted == set(PERMISSIONS)
    about_a_space = {kind for kind in NEEDS if hasattr(kind, "actor") and hasattr(kind, "space_id")}
    assert about_a_space - set(GUARDED) == {m.GetInvitation, m.AnswerInvitation, p.ActInSpace}


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


def test_the_owner_of_a_private_space_may_all_but_what_concerns_members_and_a_name() -> None:
    missing = set(PERMISSIONS) - set(permissions(PRIVATE, OWNER, ACTIVE))
    assert missing == {
        "members:see",
        "members:change",
        "trail:see",
        "space:rename",
        "space:leave",
    }


def test_an_unknown_role_may_nothing() -> None:
    assert permissions(PROFESSIONAL, "director", ACTIVE) == permissions(PRIVATE, ADMINISTRATOR, ACTIVE) == ()


@pytest.mark.parametrize("state", [ACTIVE, DELETED])
@pytest.mark.parametrize("role", [*ROLES, "outsider"])
@pytest.mark.parametrize("kind", SHARED, ids=lambda kind: kind.method)
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


@pytest.mark.parametrize("state", [ACTIVE, DELETED])
@pytest.mark.parametrize("role", [OWNER, "outsider"])
@pytest.mark.parametrize("kind", GUARDED, ids=lambda kind: kind.method)
def test_each_request_about_a_private_space_is_answered_to_its_person_where_the_table_lets_him(
    kind: type, role: str, state: str
) -> None:
    world = World()
    world.open_own(LEA)
    if state == DELETED:
        world.delete(LEA.person_id)
    who = LEA if role == OWNER else OUTSIDER
    refusal = _refusal(lambda: _ask(world, kind, who, LEA.person_id))
    if role == "outsider":
        assert isinstance(refusal, NotFound)
        assert refusal.args == ("space",)
    elif NEEDS[kind] in permissions(PRIVATE, OWNER, state):
        assert refusal is None
    else:
        assert (type(refusal), refusal and refusal.args[0]) == (NotAllowed, NEEDS[kind])


@pytest.mark.parametrize("state", [ACTIVE, DELETED])
@pytest.mark.parametrize("role", [*ROLES, "outsider"])
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_leave_for_what_another_service_keeps_is_given_by_the_same_table(
    permission: str, role: str, state: str
) -> None:
    world, space_id, who = _space_with(role, state)
    may = permissions(PROFESSIONAL, role, state, takes_members=True)
    refusal = _refusal(lambda: _act(world, who, space_id, permission))
    if permission in may:
        assert refusal is None
    elif role == "outsider" or (state == DELETED and role != ADMINISTRATOR):
        assert (type(refusal), refusal and refusal.args[0]) == (NotFound, "space")
    else:
        assert (type(refusal), refusal and refusal.args[0]) == (NotAllowed, permission)


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_leave_in_a_private_space_is_its_persons_alone(permission: str) -> None:
    world = World()
    world.open_own(LEA)
    may = permissions(PRIVATE, OWNER, ACTIVE)
    own = _refusal(lambda: _act(world, LEA, LEA.person_id, permission))
    assert isinstance(own, NotAllowed) == (permission not in may)
    assert isinstance(_refusal(lambda: _act(world, OUTSIDER, LEA.person_id, permission)), NotFound)


def test_leave_ends_with_the_membership() -> None:
    world, space_id, tom = _space_with("editor", ACTIVE)
    assert _act(world, tom, space_id, "book").space_id == space_id
    member_id = world.member_id(space_id, tom)
    answer(world.app, m.RemoveMember(actor=LEA, space_id=space_id, member_id=member_id))
    assert isinstance(_refusal(lambda: _act(world, tom, space_id, "book")), NotFound)


def test_nobody_gets_leave_for_what_no_table_knows() -> None:
    world, space_id, tom = _space_with("editor", ACTIVE)
    with pytest.raises(InvalidField, match="permission"):
        _act(world, tom, space_id, "own")


def _act(world: World, who: Actor, space_id: str, permission: str) -> Any:
    return answer(world.app, p.ActInSpace(actor=who, space_id=space_id, permission=permission))


def _ask(world: World, kind: type, who: Actor, space_id: str) -> Any:
    """One request of that kind about that space, of which the rest is right."""
    return answer(world.app, _request(world, kind, who, space_id))


def _request(world: World, kind: Any, who: Actor, space_id: str) -> Request[Any]:
    fitting = {**_ids(world, space_id), **_REST.get(kind, {}), "actor": who, "space_id": space_id}
    return kind(**{name: fitting[name] for name in kind.__dataclass_fields__})


_REST: dict[type, dict[str, Any]] = {
    p.RenameSpace: {"former_name": "Muster", "name": "New"},
    m.InviteMember: {
        "name": OUTSIDER.name,
        "email": "somebody@mail.example",
        "number": OUTSIDER.number,
        "scope": m.ALL_CERTIFICATES,
        "role": "editor",
        "language": "fr",
        "idempotency_key": "key-x",
    },
    m.ResendInvitation: {"sendings": 1},
    m.ChangeRole: {"former_role": "editor", "role": "reader"},
    pr.SaveDraft: {"version": 1, "step": "time", "about": "", "content": "{}", "kind": pr.BOOKING},
    s.SavePersonalData: {"version": 1, "data": s.PersonalData()},
    d.GrantSpaceUpload: {
        "folder": "care",
        "name": "New.pdf",
        "size": 10,
        "request_key": "key-x",
        "version_of": "",
    },
    d.FinishSpaceUpload: {"version": 1, "size": 1000, "media_type": "application/pdf", "pages": 1},
    d.AbandonSpaceUpload: {"version": 1},
    d.RenameSpaceDocument: {"former_name": "there.pdf", "name": "New.pdf", "folder": "care"},
    d.EraseSpaceDocument: {"document_id": "binned"},
    d.GrantSpaceDownload: {"version": 0},
    GrantHeldDocument: {"version": 0},
    LookUpSources: {"proved": Proved(first_name="L", last_name="M", birth_date=None, national_number="")},
}
"""What a request needs beside the actor, the space and things in it."""


def _ids(world: World, space_id: str) -> dict[str, str]:
    """Of what is in a shared space; of members there are none in any other one."""
    draft = procedure(space_id=space_id)
    world.drafts.add(draft)
    put_document(world, space_id, "there")
    put_document(world, space_id, "binned", binned=True)
    lies_there = {"procedure_id": draft.procedure_id, "document_id": "there"}
    if space_id not in world.spaces.spaces:
        return lies_there | {"invitation_id": "none", "member_id": "none"}
    invited = world.spaces.spaces[space_id].invitations[1]
    member_id = world.member_id(space_id, ANNE)
    return lies_there | {"invitation_id": invited.invitation_id, "member_id": member_id}


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
