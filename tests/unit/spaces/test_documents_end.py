"""How documents go: after their time, with their space, and whoever dies at whatever moment."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from services.chassis.turns import Turns
from services.contracts.errors import NotFound
from services.contracts.professional import RestoreSpace, SpaceGone
from services.spaces.documents.comparison import Found
from services.spaces.domain.document import Rules
from tests.unit.spaces.documents_world import DocumentsWorld
from tests.unit.spaces.fake_documents import Died, FakeShelves, Mortal, fake_vault, folder_of
from tests.unit.spaces.shelf_suite import RULES, ShelvesSuite
from tests.unit.spaces.world import LEA, TOM, World


class TestFakeShelves(ShelvesSuite):
    @pytest.fixture
    def shelves(self) -> FakeShelves:
        return FakeShelves(RULES, Mortal())


@pytest.fixture
def space(world: World) -> DocumentsWorld:
    return DocumentsWorld(world, world.opened().space_id)


def nothing_is_left(space: DocumentsWorld) -> bool:
    shelf = space.shelves.get(space.space_id)
    return (shelf.documents, shelf.doomed, space.objects.stored) == ((), (), set())


# --- after their time ---


def test_an_upload_that_nobody_finished_is_given_up_after_half_an_hour(space: DocumentsWorld) -> None:
    space.store(space.grant(size=5000))
    space.world.later(minutes=29, seconds=59)
    space.reaper_done()
    assert (space.shelf().used, len(space.objects.stored)) == (5000, 1)
    space.world.later(seconds=1)
    space.reaper_done()
    assert nothing_is_left(space)


def test_a_version_that_was_replaced_goes_after_thirty_days_the_current_one_never(
    space: DocumentsWorld,
) -> None:
    space.bring("Receipt.pdf")
    document = space.bring("Receipt.pdf")
    space.world.later(days=29, hours=23)
    space.reaper_done()
    assert len(space.shelf().documents[0].earlier) == 1
    space.world.later(hours=1)
    space.reaper_done()
    assert space.shelf().documents == (replace(document, earlier=()),)
    assert len(space.objects.stored) == 1
    space.world.later(days=4000)
    space.reaper_done()
    assert space.names() == ["Receipt.pdf"]


def test_the_bin_is_emptied_after_thirty_days(space: DocumentsWorld) -> None:
    space.delete(space.bring("Receipt.pdf"))
    space.world.later(days=29)
    space.reaper_done()
    assert space.binned() == ["Receipt.pdf"]
    space.world.later(days=1)
    space.reaper_done()
    assert nothing_is_left(space)


def test_how_late_something_went_is_measured(space: DocumentsWorld) -> None:
    def late() -> float:
        return REGISTRY.get_sample_value("spaces_documents_destroyed_late_seconds_sum") or 0.0

    space.store(space.grant())
    before = late()
    space.world.later(minutes=30, seconds=7)
    space.reaper_done()
    assert late() - before == 7.0


def test_a_store_that_is_away_keeps_nobody_elses_documents_waiting(space: DocumentsWorld) -> None:
    other = DocumentsWorld(space.world, space.world.opened().space_id)
    space.store(space.grant())
    other.store(other.grant())
    space.world.later(minutes=30)
    space.objects.is_away = True
    space.reaper_done()
    assert len(space.objects.stored) == 2
    assert space.shelf().used == other.shelf().used == 0
    space.objects.is_away = False
    space.reaper_done()
    assert nothing_is_left(space)
    assert nothing_is_left(other)


# --- whoever dies ---

ENDS: dict[str, Callable[[DocumentsWorld], None]] = {
    "an upload is given up": lambda space: space.world.later(minutes=30),
    "a version is over": lambda space: space.world.later(days=29),
    "the bin is over": lambda space: space.world.later(days=30),
    "the space is over": lambda space: _over(space),
    "a document is erased": lambda space: None,
}


def _over(space: DocumentsWorld) -> None:
    space.world.delete(space.space_id)
    space.world.later(days=30)


def _tried(act: Callable[[], object]) -> None:
    with suppress(Died):
        act()


def _left(end: str, dies_before: int) -> tuple[list[list[str]], list[int], bool]:
    """Names, objects and the key that are left when processes that die have been started again and again."""
    mortal = Mortal()
    world = World(vault=fake_vault(Rules(), mortal))
    space = DocumentsWorld(world, world.opened().space_id)
    for _version in range(2):
        space.bring("Kept.pdf")
    world.later(days=1)
    space.delete(space.bring("Binned.pdf"))
    space.store(space.grant("Coming.pdf"))
    ENDS[end](space)
    mortal.changes, mortal.dies_before = 0, dies_before
    for _process in range(3):
        if end == "a document is erased":
            _tried(lambda: [space.erase(one) for one in space.shelf().bin])
        _tried(space.reaper_done)
        _tried(world.tending.sweep)
        world.real.advance(minutes=1)
    shelf = space.shelves.get(space.space_id)
    named = [] if end == "the space is over" else [space.names(), space.binned()]
    return (
        named,
        [len(shelf.doomed), len(shelf.object_names()), len(space.objects.stored)],
        bool(space.keys.keys),
    )


@pytest.mark.parametrize("dies_before", range(1, 8))
@pytest.mark.parametrize("end", ENDS)
def test_whoever_dies_between_two_steps_the_same_goes_and_the_same_stays(end: str, dies_before: int) -> None:
    assert _left(end, dies_before) == _left(end, dies_before=-1)


@pytest.mark.parametrize(
    ("end", "named", "objects", "has_key"),
    [
        ("an upload is given up", [["Kept.pdf"], ["Binned.pdf"]], 3, True),
        ("a version is over", [["Kept.pdf"], ["Binned.pdf"]], 2, True),
        ("the bin is over", [["Kept.pdf"], []], 1, True),
        ("the space is over", [], 0, False),
        ("a document is erased", [["Kept.pdf"], []], 3, True),
    ],
)
def test_what_goes_and_what_stays(end: str, named: list[list[str]], objects: int, has_key: bool) -> None:
    assert _left(end, dies_before=-1) == (named, [0, objects, objects], has_key)


def test_the_steps_at_which_somebody_dies_are_reached() -> None:
    """Else the test above would pass by never dying."""
    mortal = Mortal()
    world = World(vault=fake_vault(Rules(), mortal))
    space = DocumentsWorld(world, world.opened().space_id)
    for number in range(3):
        space.bring(f"{number}.pdf")
    _over(space)
    mortal.changes = 0
    world.tending.sweep()
    assert mortal.changes == 1 + 3 + 1  # the key, each object, the shelf


# --- with their space ---


def test_a_deleted_space_keeps_its_documents_until_its_grace_is_over(space: DocumentsWorld) -> None:
    space.bring("Receipt.pdf")
    space.world.delete(space.space_id)
    space.world.later(days=29)
    space.world.tending.sweep()
    assert len(space.objects.stored) == 1
    space.world.later(days=1)
    space.world.tending.sweep()
    assert nothing_is_left(space)
    assert space.keys.keys == {}


def test_nobody_restores_a_space_that_is_being_erased(
    space: DocumentsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.bring("Receipt.pdf")
    _over(space)
    refused: list[str] = []

    def meanwhile(_folder: str) -> None:
        space.world.later(seconds=-1)  # a request that began before the grace was over
        with pytest.raises(NotFound, match="space"):
            space.world.mine.restore(RestoreSpace(actor=LEA, space_id=space.space_id))
        space.world.later(seconds=1)
        refused.append(space.space_id)

    monkeypatch.setattr(space.objects, "remove_all", meanwhile)
    space.world.tending.sweep()
    assert refused == [space.space_id]
    assert space.world.spaces.spaces == {}


def test_the_key_is_the_first_to_go_and_the_space_waits_for_the_rest(space: DocumentsWorld) -> None:
    space.bring("Receipt.pdf")
    _over(space)
    space.objects.is_away = True
    space.world.tending.sweep()
    assert (space.keys.keys, len(space.objects.stored)) == ({}, 1)
    assert not [event for event in space.world.spaces.told if isinstance(event, SpaceGone)]
    with pytest.raises(NotFound, match="space"):
        space.shelf()
    space.objects.is_away = False
    space.world.tending.sweep()
    assert nothing_is_left(space)
    assert [event.space_id for event in space.world.spaces.told if isinstance(event, SpaceGone)] == [
        space.space_id
    ]


def test_who_opens_a_private_space_again_finds_nothing_of_the_former_one() -> None:
    world = World()
    world.open_own(LEA)
    own = DocumentsWorld(world, LEA.person_id)
    own.bring("Former.pdf")
    _over(own)
    world.tending.sweep()
    world.open_own(LEA)
    assert (own.names(), own.objects.stored) == ([], set())
    own.bring("New.pdf")
    world.tending.sweep()
    assert own.names() == ["New.pdf"]


# --- what lies in one store alone ---


def test_stores_that_agree_are_left_as_they_are(space: DocumentsWorld) -> None:
    space.bring("Receipt.pdf")
    space.store(space.grant("Coming.pdf"))
    space.delete(space.bring("Binned.pdf"))
    stored = set(space.objects.stored)
    assert space.world.upkeep.comparison.run() == Found()
    assert space.objects.stored == stored


def test_objects_that_their_shelf_does_not_know_are_destroyed(space: DocumentsWorld) -> None:
    space.bring("Receipt.pdf")
    late = space.grant("Late.pdf")
    space.world.later(minutes=30)
    space.reaper_done()
    space.store(late)
    assert space.world.upkeep.comparison.run() == Found(objects=1)
    assert space.world.upkeep.comparison.run() == Found()
    assert len(space.objects.stored) == 1
    assert space.names() == ["Receipt.pdf"]


def test_what_comes_for_a_space_that_is_over_is_destroyed(space: DocumentsWorld) -> None:
    """An upload that took long, and a request that had been let in just before."""
    late = space.grant("Late.pdf")
    shelf = space.shelves.get(space.space_id)
    _over(space)
    space.world.tending.sweep()
    space.store(late)
    assert space.world.upkeep.comparison.run() == Found(objects=1)
    space.store(late)
    space.keys.ensure(space.space_id)
    space.shelves.shelves[space.space_id] = shelf
    assert space.world.upkeep.comparison.run() == Found(shelves=1)
    assert nothing_is_left(space)
    space.keys.ensure(space.space_id)
    assert space.world.upkeep.comparison.run() == Found(keys=1)
    assert space.keys.keys == {}


def test_what_nobody_knows_anything_of_is_told_of_and_left(world: World) -> None:
    """As with a service that was given another database: a mistake that can be mended."""
    lost = DocumentsWorld(world, world.opened().space_id)
    lost.bring("Receipt.pdf")
    former = dict(world.spaces.spaces)
    world.spaces.spaces.clear()
    assert world.upkeep.comparison.run() == Found(unknown=2)
    shelves = dict(lost.shelves.shelves)
    lost.shelves.shelves.clear()
    assert world.upkeep.comparison.run() == Found(unknown=2)
    assert REGISTRY.get_sample_value("spaces_documents_orphans", {"what": "unknown"}) == 2
    lost.shelves.shelves.update(shelves)
    world.spaces.spaces.update(former)
    assert world.upkeep.comparison.run() == Found()
    assert (lost.names(), len(lost.objects.stored)) == (["Receipt.pdf"], 1)


def test_documents_whose_object_is_missing_are_told_of_and_stay(space: DocumentsWorld) -> None:
    space.bring("Receipt.pdf")
    space.grant("Coming.pdf")
    space.objects.stored.clear()
    for _round in range(2):
        assert space.world.upkeep.comparison.run() == Found(documents=1)
    assert REGISTRY.get_sample_value("spaces_documents_orphans", {"what": "documents"}) == 1
    assert space.names() == ["Receipt.pdf"]


def test_an_upload_that_ends_while_the_stores_are_compared_is_no_orphan(space: DocumentsWorld) -> None:
    """Its row is read after its object was seen, and it was written before."""
    other = replace(space.use, turns=Turns())
    listed = space.objects.names

    def names(folder: str) -> set[str]:
        found = listed(folder)
        space.use = other
        space.bring("Meanwhile.pdf")
        return found

    space.bring("Receipt.pdf")
    space.objects.names = names  # type: ignore[method-assign]
    assert space.world.upkeep.comparison.run() == Found()
    assert len(space.objects.stored) == 2


def test_one_of_several_replicas_compares_the_stores_and_all_tell_the_figures(space: DocumentsWorld) -> None:
    space.bring("Receipt.pdf", 1234)
    stray = f"{folder_of(space.space_id)}stray"
    space.objects.stored.add(stray)
    space.world.upkeep.look_after()
    assert len(space.objects.stored) == 1
    space.objects.stored.add(stray)
    space.world.upkeep.look_after()
    assert len(space.objects.stored) == 2
    space.world.later(hours=6)
    space.world.upkeep.look_after()
    assert len(space.objects.stored) == 1
    figures = ("spaces_documents", "spaces_documents_bytes")
    assert [REGISTRY.get_sample_value(name) for name in figures] == [1, 1234]


def test_where_it_is_switched_off_nothing_is_compared(space: DocumentsWorld) -> None:
    space.objects.stored.add(f"{folder_of(space.space_id)}stray")
    replace(space.world.upkeep, pause=timedelta(0)).look_after()
    assert len(space.objects.stored) == 1


def test_a_reader_takes_nothing_away(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, TOM, "reader")
    space = DocumentsWorld(world, space_id)
    document = space.bring("Receipt.pdf")
    tom = DocumentsWorld(world, space_id, TOM)
    assert tom.names() == ["Receipt.pdf"]
    assert tom.download(document.document_id).size == 1000
