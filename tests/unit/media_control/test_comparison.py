"""The stores are compared both ways: what is left over goes where that is certain, and all is told of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from services.contracts.deletion import Comparison, ShowForgetting
from services.media.control import figures
from services.media.control.domain.document import object_prefix
from services.media.control.usecases import comparison, deletion
from tests.unit.media_control.world import T1, World

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    """A call is on; a document that is shared and one that is under way lie in the room."""
    world = World()
    world.begin_call()
    world.upload()
    world.objects.names.add(world.grant_upload().object_name)
    return world


def found(world: World) -> dict[str, int]:
    told = comparison.compare(world.media)
    fields = ("objects", "documents", "keys", "unknown")
    return {name: getattr(told, name) for name in fields if getattr(told, name)}


def forget(world: World) -> None:
    world.end()
    world.clock.set(T1 + 25 * HOUR)
    world.tick()
    assert not world.objects.names


def test_where_the_stores_agree_nothing_is_touched(world: World) -> None:
    before = set(world.objects.names), dict(world.keys.keys)
    assert found(world) == {}
    assert (world.objects.names, world.keys.keys) == before


def test_an_object_of_which_its_room_does_not_know_is_destroyed(world: World) -> None:
    known = set(world.objects.names)
    world.objects.names.add(object_prefix("room-1") + "stray")
    assert found(world) == {"objects": 1}
    assert world.objects.names == known


def test_what_a_forgotten_room_has_left_is_destroyed(world: World) -> None:
    forget(world)
    world.objects.names.add(object_prefix("room-1") + "late")
    world.keys.ensure("room-1", 0)
    assert found(world) == {"objects": 1, "keys": 1}
    assert not world.objects.names
    assert not world.keys.keys


def test_a_document_without_its_object_is_told_of_and_left_in_its_book(world: World) -> None:
    world.objects.names.clear()
    assert found(world) == {"documents": 1}
    assert len(world.seen_documents()) == 1


def test_what_nobody_knows_anything_of_is_left_and_told_of(world: World) -> None:
    """Another database would say that of everything."""
    world.objects.names.add(object_prefix("elsewhere") + "1")
    world.objects.names.add(object_prefix("elsewhere") + "2")
    world.keys.ensure("elsewhere", 0)
    assert found(world) == {"unknown": 2}
    assert len(world.objects.names) == 4
    assert "elsewhere" in world.keys.keys


def test_what_is_being_forgotten_is_not_lost(world: World) -> None:
    """Its objects go before its rows."""
    world.end()
    world.clock.set(T1 + 25 * HOUR)
    world.rooms.give_up([world.room])
    world.objects.names.clear()
    assert found(world) == {}


def test_a_document_that_comes_while_the_stores_are_read_is_not_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = world.rooms.books

    def meanwhile() -> Iterable[object]:
        world.upload(name="another.pdf")
        return books()

    monkeypatch.setattr(world.rooms, "books", meanwhile)
    assert found(world) == {}


def test_a_room_that_is_booked_anew_meanwhile_keeps_its_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(world)
    world.keys.ensure("room-1", 0)
    get_all = world.rooms.get_all

    def meanwhile(room_ids: list[str]) -> object:
        world.move(2, world.clock.now() + 48 * HOUR)
        return get_all(room_ids)

    monkeypatch.setattr(world.rooms, "get_all", meanwhile)
    comparison.compare(world.media)
    assert "room-1" in world.keys.keys


def test_it_is_done_each_time_after_some_hours_by_one_replica(world: World) -> None:
    comparison.compare_if_due(world.media)
    first = world.comparisons.kept
    assert first is not None
    world.clock.advance(hours=5)
    comparison.compare_if_due(world.media)
    assert world.comparisons.kept is first
    world.clock.advance(hours=1)
    world.leases.held.add("comparison")
    comparison.compare_if_due(world.media)
    assert world.comparisons.kept is first
    world.leases.held.clear()
    comparison.compare_if_due(world.media)
    assert world.comparisons.kept is not first


def test_it_is_counted_and_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.objects.names.clear()
    comparison.compare(world.media)
    assert figures.ORPHANS.labels("documents")._value.get() == 1
    assert "did not agree" in caplog.text


def test_operators_see_what_waits_and_what_was_found() -> None:
    world = World()
    world.begin_call()
    shown = deletion.show_forgetting(world.media, ShowForgetting())
    assert (shown.due, shown.due_since, shown.compared) == (0, None, None)
    comparison.compare(world.media)
    world.end()
    ended_at = world.room.ended_at
    assert ended_at is not None
    world.clock.set(ended_at + 25 * HOUR)
    shown = deletion.show_forgetting(world.media, ShowForgetting())
    assert (shown.due, shown.due_since) == (1, ended_at + 24 * HOUR)
    assert isinstance(shown.compared, Comparison)
