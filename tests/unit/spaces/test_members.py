"""Members of a space: who comes in by which certificate, never without an administrator."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.contracts import members as m
from services.contracts.errors import LastAdministrator, NotAllowed, NotFound, StaleVersion
from services.contracts.members import THIS_CERTIFICATE
from services.contracts.space_access import ADMINISTRATOR
from tests.unit.spaces.world import ANNE, LEA, TOM, World, names

# --- which certificate opens it ----------------------------------------------------------


def test_this_certificate_only_means_it(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM, scope=THIS_CERTIFICATE)
    other = replace(TOM, credential_id="c-9", number="9" * 20)
    assert (len(world.overview(TOM).professional), world.overview(TOM).elsewhere) == (1, 0)
    assert (world.overview(other).professional, world.overview(other).elsewhere) == ((), 1)
    with pytest.raises(NotFound):
        names(world, space_id, other)


def test_all_certificates_means_all(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM)
    other = replace(TOM, credential_id="c-9", number="9" * 20)
    assert len(names(world, space_id, other)) == 2


def test_a_revoked_certificate_opens_nothing_and_its_administrator_does_not_count(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM, ADMINISTRATOR, scope=THIS_CERTIFICATE)
    revoked_at = world.clock.now()
    world.members.certificate_is(TOM.credential_id, revoked_at, usable=False)
    assert world.overview(TOM).professional == ()
    with pytest.raises(LastAdministrator):
        world.leave(space_id, LEA)
    world.later(minutes=1)
    for _delivery in range(2):
        world.members.certificate_is(TOM.credential_id, world.clock.now(), usable=True)
    world.members.certificate_is(TOM.credential_id, revoked_at, usable=False)
    assert world.leave(space_id, LEA).space_id == space_id
    assert names(world, space_id, TOM) == [("Tom Beispiel", "administrator")]


def test_somebody_directs_where_the_last_administrators_certificate_is_revoked(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM, ADMINISTRATOR, scope=THIS_CERTIFICATE)
    world.joined(space_id, ANNE, "reader")
    world.leave(space_id, LEA)
    for _delivery in range(2):
        world.members.certificate_is(TOM.credential_id, world.clock.now(), usable=False)
    assert names(world, space_id, ANNE) == [
        ("Anne Exemple", "administrator"),
        ("Tom Beispiel", "administrator"),
    ]
    assert [step.what for step in world.spaces.spaces[space_id].steps].count("succeeded") == 1


def test_who_comes_into_a_space_of_which_all_are_kept_out_directs_it(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM, ADMINISTRATOR, scope=THIS_CERTIFICATE)
    invitation_id = world.invite(space_id, ANNE, "reader").invitation_id
    world.leave(space_id, LEA)
    world.members.certificate_is(TOM.credential_id, world.clock.now(), usable=False)
    world.answer(space_id, invitation_id, ANNE)
    assert ("Anne Exemple", "administrator") in names(world, space_id, ANNE)


# --- roles, removal, leaving -------------------------------------------------------------


def test_a_role_is_changed_by_who_read_the_former_one(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM)
    for _click in range(2):
        world.change_role(space_id, LEA, TOM, "editor", "manager")
    with pytest.raises(StaleVersion):
        world.change_role(space_id, LEA, TOM, "editor", "reader")
    assert [event.role for event in world.spaces.told if isinstance(event, m.MemberChanged)] == ["manager"]


def test_the_last_administrator_stays_what_he_is_and_stays(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM, "manager")
    with pytest.raises(LastAdministrator):
        world.leave(space_id, LEA)
    with pytest.raises(LastAdministrator):
        world.change_role(space_id, LEA, LEA, "administrator", "reader")
    world.change_role(space_id, LEA, TOM, "manager", "administrator")
    assert world.leave(space_id, LEA).space_id == space_id


def test_nobody_removes_himself(world: World) -> None:
    space_id, _tom = world.shared()
    with pytest.raises(NotAllowed, match="remove_oneself"):
        world.remove(space_id, LEA, world.member_id(space_id, LEA))


def test_who_was_removed_is_out_at_once(world: World) -> None:
    space_id = world.opened().space_id
    member_id = world.joined(space_id, TOM)
    for _click in range(2):
        world.remove(space_id, LEA, member_id)
    assert world.overview(TOM).professional == ()
    with pytest.raises(NotFound):
        world.leave(space_id, TOM)
    removed = [event for event in world.spaces.told if isinstance(event, m.MemberRemoved)]
    assert [event.person_id for event in removed] == [TOM.person_id]


def test_of_two_administrators_who_remove_each_other_at_once_one_stays(world: World) -> None:
    space_id, tom = world.shared()
    lea_id, tom_id = world.member_id(space_id, LEA), world.member_id(space_id, tom)
    world.spaces.before_change = [lambda: world.remove(space_id, tom, lea_id)]
    with pytest.raises(NotFound, match="space"):
        world.remove(space_id, LEA, tom_id)
    assert names(world, space_id, tom) == [("Tom Beispiel", "administrator")]


def test_of_two_administrators_who_leave_at_once_one_stays(world: World) -> None:
    space_id, tom = world.shared()
    world.spaces.before_change = [lambda: world.leave(space_id, tom)]
    with pytest.raises(LastAdministrator):
        world.leave(space_id, LEA)
    assert names(world, space_id) == [("Léa Muster", "administrator")]
