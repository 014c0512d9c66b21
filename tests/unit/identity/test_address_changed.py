"""A changed address is told of, and the one before is kept as long as a mail may need it."""

from __future__ import annotations

import pytest

from services.contracts.credentials import AddressChanged
from services.contracts.errors import NotFound
from services.contracts.identity import Principal
from tests.unit.identity.citizens import World, luxtrust

FIRST, SECOND = "lea.muster@example.org", "lea@elsewhere.example"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def who(world: World) -> Principal:
    return world.registered(luxtrust(1))


def change(world: World, who: Principal, address: str) -> None:
    world.ask(who, address=address)
    world.type_code(who)


def changes(world: World) -> list[AddressChanged]:
    return [event for event in world.persons.told if isinstance(event, AddressChanged)]


def test_the_notice_of_a_changed_address_knows_the_one_before(world: World, who: Principal) -> None:
    change(world, who, SECOND)
    (told,) = changes(world)
    notice = world.app.helpdesk.notice
    assert (told.person_id, told.credential_id) == (who.subject_id, who.credential_id)
    assert notice(who.credential_id).address == SECOND
    assert notice(told.credential_id, told.change_id).address == FIRST


def test_confirming_again_tells_nothing_new(world: World, who: Principal) -> None:
    change(world, who, SECOND)
    world.type_code(who)
    assert len(changes(world)) == 1


def test_the_first_address_and_the_same_again_are_no_change(world: World, who: Principal) -> None:
    assert changes(world) == []
    change(world, who, FIRST)
    assert changes(world) == []


def test_each_of_two_changes_knows_its_own(world: World, who: Principal) -> None:
    change(world, who, SECOND)
    change(world, who, "third@example.org")
    addresses = [
        world.app.helpdesk.notice(who.credential_id, told.change_id).address for told in changes(world)
    ]
    assert addresses == [FIRST, SECOND]


def test_the_one_before_is_forgotten_after_a_week(world: World, who: Principal) -> None:
    change(world, who, SECOND)
    (told,) = changes(world)
    world.clock.advance(days=7, seconds=-1)
    world.app.sweep()
    assert world.app.helpdesk.notice(told.credential_id, told.change_id).address == FIRST
    world.clock.advance(seconds=1)
    world.app.sweep()
    with pytest.raises(NotFound):
        world.app.helpdesk.notice(told.credential_id, told.change_id)
