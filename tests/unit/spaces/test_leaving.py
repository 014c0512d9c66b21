"""A person leaves the platform: what becomes of his spaces, and of those of others."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.contracts import professional as p
from services.contracts.errors import LastAdministrator, NotFound
from services.contracts.members import INVITATION_DAYS
from services.contracts.professional import SpaceGone
from services.contracts.rights import (
    ForgetInvitations,
    LeavingSpaces,
    PersonGone,
    PersonLeaving,
    PersonStayed,
)
from services.contracts.space_access import ADMINISTRATOR, EDITOR, MANAGER, Actor
from services.spaces.domain.people import KEPT_AFTER
from tests.unit.spaces.test_private_spaces import FILLED
from tests.unit.spaces.world import ANNE, LEA, TOM, World

NOBODY = LeavingSpaces(handed_over_first=(), going_along=(), left=())


@pytest.fixture
def world() -> World:
    return World()


def gone(world: World, who: Actor = LEA) -> None:
    for _ in range(2):
        world.leaving.erase(
            PersonGone(
                event_id="gone",
                occurred_at=world.clock.now(),
                person_id=who.person_id,
                credential_ids=(who.credential_id,),
            )
        )


def leaves(world: World, who: Actor = LEA, at: datetime | None = None) -> PersonLeaving:
    event = PersonLeaving(
        event_id="leaving",
        occurred_at=at or world.clock.now(),
        person_id=who.person_id,
        credential_id=who.credential_id,
        gone_at=world.clock.now(),
    )
    world.leaving.departs(event)
    return event


def stays(world: World, who: Actor = LEA) -> None:
    event = PersonStayed(
        event_id="stayed",
        occurred_at=world.clock.now(),
        person_id=who.person_id,
        credential_id=who.credential_id,
    )
    world.leaving.departs(event)


def words(world: World) -> str:
    """Everything that stands in the professional spaces."""
    return repr(world.spaces.spaces)


def test_who_has_no_space_leaves_none(world: World) -> None:
    assert world.leaving.consequences(LEA.person_id) == NOBODY


def test_it_is_said_what_becomes_of_each_space(world: World) -> None:
    world.opened(name="Alone")
    directed = world.opened(name="Directed").space_id
    world.joined(directed, TOM, EDITOR)
    shared = world.opened(name="Shared").space_id
    world.joined(shared, TOM, ADMINISTRATOR)
    assert world.leaving.consequences(LEA.person_id) == LeavingSpaces(
        handed_over_first=("Directed",), going_along=("Alone",), left=("Shared",)
    )
    assert world.leaving.consequences(TOM.person_id).left == ("Directed", "Shared")


def test_nobody_counts_on_an_administrator_who_is_about_to_leave(world: World) -> None:
    space_id, tom = world.shared()
    leaves(world, LEA)
    with pytest.raises(LastAdministrator):
        world.leave(space_id, tom)
    world.later(seconds=1)
    stays(world, LEA)
    assert world.leave(space_id, tom)


def test_news_that_come_late_change_nothing(world: World) -> None:
    space_id, tom = world.shared()
    before = world.clock.now()
    world.later(seconds=1)
    stays(world, LEA)
    leaves(world, LEA, at=before)
    assert world.leave(space_id, tom)


def test_a_space_of_ones_own_goes_with_its_person(world: World) -> None:
    space_id = world.opened().space_id
    gone(world)
    assert world.spaces.spaces[space_id].members == ()
    assert [event.space_id for event in world.spaces.told if isinstance(event, SpaceGone)] == [space_id]


def test_the_private_space_goes_with_what_is_in_it(world: World) -> None:
    world.open_own(LEA, FILLED)
    world.saved(LEA.person_id)
    gone(world)
    assert "Muster" not in repr(world.private.spaces)
    assert world.procedures.store.of_person(LEA.person_id) == []
    with pytest.raises(NotFound):
        world.get_own(LEA)


def test_others_keep_their_space_without_his_name(world: World) -> None:
    space_id, tom = world.shared()
    world.invite(space_id, ANNE)
    assert "Léa Muster" in words(world)
    gone(world)
    assert "Léa" not in words(world)
    assert [one.name for one in world.spaces.spaces[space_id].members] == [tom.name]
    assert world.mine.get(p.GetSpace(actor=tom, space_id=space_id)).role == ADMINISTRATOR


@pytest.mark.parametrize("has_left_before", [True, False])
def test_a_space_that_stays_does_not_say_who_has_made_it(world: World, has_left_before: bool) -> None:
    space_ids = [world.shared()[0], world.shared()[0]]
    if has_left_before:
        for space_id in space_ids:
            world.leave(space_id, LEA)
    gone(world)
    assert {world.spaces.spaces[space_id].maker for space_id in space_ids} == set(space_ids)
    assert world.spaces.made_by(LEA.person_id) == []


def test_who_was_invited_and_has_come_in_leaves_no_name_either(world: World) -> None:
    space_id, tom = world.shared()
    world.change_role(space_id, LEA, tom, ADMINISTRATOR, EDITOR)
    assert "Tom" in words(world)
    gone(world, tom)
    assert "Tom" not in words(world)
    assert "Léa Muster" in words(world)


def test_who_has_left_a_space_before_leaves_no_name_in_its_trail(world: World) -> None:
    space_id, tom = world.shared()
    world.leave(space_id, tom)
    assert "Tom" in words(world)
    gone(world, tom)
    assert "Tom" not in words(world)


def test_a_space_never_stays_without_an_administrator(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM, EDITOR)
    world.joined(space_id, ANNE, MANAGER)
    gone(world)
    roles = {one.name: one.role for one in world.spaces.spaces[space_id].members}
    assert roles == {TOM.name: EDITOR, ANNE.name: ADMINISTRATOR}


def test_somebody_directs_where_both_administrators_ask_to_leave_at_once(world: World) -> None:
    space_id, tom = world.shared()
    world.joined(space_id, ANNE, MANAGER)
    for _told in range(2):
        leaves(world, LEA)
        leaves(world, tom)
    assert world.mine.get(p.GetSpace(actor=ANNE, space_id=space_id)).role == ADMINISTRATOR


def test_who_is_left_alone_by_those_who_leave_directs_nothing_by_it(world: World) -> None:
    space_id, tom = world.shared()
    leaves(world, LEA)
    leaves(world, tom)
    assert [step.what for step in world.spaces.spaces[space_id].steps].count("succeeded") == 0


def test_who_was_removed_leaves_no_name_long_after_he_came(world: World) -> None:
    space_id = world.opened().space_id
    member_id = world.joined(space_id, TOM)
    world.later(days=300)
    world.remove(space_id, LEA, member_id)
    world.later(days=100)
    world.tending.sweep()
    assert "Tom" in words(world)
    gone(world, TOM)
    assert "Tom" not in words(world)


def test_who_was_invited_and_never_came_is_named_as_long_as_his_invitation(world: World) -> None:
    space_id, _tom = world.shared()
    world.invite(space_id, ANNE)
    world.later(days=INVITATION_DAYS + KEPT_AFTER.days - 1)
    world.tending.sweep()
    assert "Anne" in words(world)
    world.later(days=1)
    world.tending.sweep()
    assert "Anne" not in words(world)
    assert "Tom" in words(world)


@pytest.mark.parametrize("accept", [True, False])
def test_the_name_by_which_he_was_invited_goes_however_it_was_written(world: World, accept: bool) -> None:
    space_id = world.opened().space_id
    invitation = world.invite(space_id, TOM, name="Thomas-Jean BEISPIEL")
    world.later(hours=1)
    world.answer(space_id, invitation.invitation_id, TOM, accept=accept)
    world.invite(space_id, ANNE)
    if accept:
        world.remove(space_id, LEA, world.member_id(space_id, TOM))
    gone(world, TOM)
    assert "BEISPIEL" not in words(world)
    assert "Beispiel" not in words(world)
    assert "Anne" in words(world)


def test_who_comes_in_while_the_last_one_goes_keeps_the_space(world: World) -> None:
    space_id = world.opened().space_id
    invitation = world.invite(space_id, TOM)
    world.spaces.before_change.append(lambda: world.answer(space_id, invitation.invitation_id, TOM))
    gone(world)
    assert world.mine.get(p.GetSpace(actor=TOM, space_id=space_id)).role == ADMINISTRATOR


def test_wishes_and_consents_go_too(world: World) -> None:
    world.wishes.limits[LEA.person_id] = world.wishes.get(LEA.person_id)
    gone(world)
    assert world.wishes.limits == {}


def test_invitations_to_his_certificates_are_forgotten_with_whom_they_were_for(world: World) -> None:
    space_id = world.opened().space_id
    world.invite(space_id, TOM)
    world.invite(space_id, ANNE)
    for _ in range(2):
        world.leaving.forget_invitations(ForgetInvitations(numbers=(TOM.number, "")))
    assert "Tom" not in words(world)
    assert TOM.number not in words(world)
    assert "Anne" in words(world)


def test_whatever_comes_between_it_is_done(world: World) -> None:
    space_id, _tom = world.shared()
    world.spaces.before_change.append(lambda: world.invite(space_id, ANNE))
    gone(world)
    assert "Léa" not in words(world)
    assert "Anne" in words(world)
