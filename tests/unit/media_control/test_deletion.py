"""What the record of a room says: figures that can be verified, and nothing of what was in it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from gateway.deletion import verified
from services.contracts import room_documents
from services.contracts.deletion import Deletion, ShowDeletionRecords
from services.contracts.errors import NotFound
from services.media.control.domain.deletion import objects_hash
from services.media.control.usecases import deletion, documents
from tests.unit.media_control.test_messages import post
from tests.unit.media_control.world import T0, T1, World

DAY = timedelta(hours=24)


def records(world: World) -> list[Deletion]:
    shown = deletion.show_deletion_records(world.media, ShowDeletionRecords(room_id=world.room_id))
    return [verified(record, world.media.records.keys()) for record in shown.records]


def with_copy() -> World:
    world = World()
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png", name="passport of Léa.png")
    return world


@pytest.fixture
def world() -> World:
    """A call was held; a copy, a document and two messages lie in the room."""
    world = with_copy()
    world.begin_call()
    world.upload(name="letter to Léa.pdf")
    post(world, "hello", "1")
    post(world, "goodbye", "2")
    world.end()
    return world


def test_it_says_what_was_destroyed_and_when_it_was_due(world: World) -> None:
    world.clock.set(T0 + DAY + timedelta(seconds=2))
    world.tick()
    [said] = records(world)
    assert [(one.kind, one.count, one.size) for one in said.documents] == [
        ("identity_copy", 1, 1000),
        ("shared", 1, 1000),
    ]
    assert (said.reason, said.messages) == ("expired", 2)
    assert (said.due_at, said.forgotten_at) == (T0 + DAY, T0 + DAY + timedelta(seconds=2))


def test_it_holds_no_word_of_what_was_there(world: World) -> None:
    names = [document.sealed_name for document in world.room.documents]
    world.clock.set(T0 + DAY)
    world.tick()
    told = str(records(world))
    assert not [word for word in ("Léa", "hello", "recipient-1", "agent-1", *names) if word in told]


@pytest.mark.parametrize(("late", "forgotten"), [(-1, False), (0, True), (1, True)])
def test_it_is_there_from_the_second_on_and_the_document_until_then(
    world: World, late: int, forgotten: bool
) -> None:
    world.clock.set(T0 + DAY + timedelta(seconds=late))
    world.tick()
    assert bool(records(world)) is forgotten
    assert bool(world.objects.names) is not forgotten
    assert bool(world.keys.keys) is not forgotten


def test_its_hash_is_over_the_objects_as_they_were_stored() -> None:
    world = World()
    world.begin_call()
    grant = world.grant_upload()
    digest = hashlib.sha256(b"sealed").hexdigest()
    finish = room_documents.FinishUpload(
        room_id="room-1",
        document_id=grant.document_id,
        size=6,
        media_type="application/pdf",
        digest=digest,
    )
    documents.finish_upload(world.media, finish)
    world.cancel()
    world.tick()
    [said] = records(world)
    assert said.objects_sha256 == objects_hash([(grant.object_name, digest)])
    assert said.objects_sha256 != objects_hash([(grant.object_name, "0" * 64)])


def test_a_cancelled_appointment_has_one_of_its_copy_at_once() -> None:
    world = with_copy()
    world.book()
    world.cancel()
    [said] = records(world)
    assert (said.reason, said.due_at, said.documents[0].kind) == ("cancelled", None, "identity_copy")


def test_where_nobody_came_it_says_so() -> None:
    world = with_copy()
    world.book()
    world.clock.set(T1)
    world.tick()
    [said] = records(world)
    assert (said.reason, said.due_at) == ("no_show", T1)


def test_a_draft_that_lapsed_leaves_one_only_if_something_lay_in_it() -> None:
    world = with_copy()
    world.lapse()
    world.clock.advance(hours=1)
    world.tick()
    assert [said.reason for said in records(world)] == ["lapsed"]
    empty = World(room_id="empty")
    empty.draft()
    empty.lapse()
    empty.clock.advance(hours=1)
    empty.tick()
    with pytest.raises(NotFound):
        records(empty)


def test_a_room_that_is_booked_anew_keeps_those_from_before() -> None:
    world = with_copy()
    world.book()
    world.clock.set(T1)
    world.tick()
    world.move(2, T1 + DAY)
    world.clock.set(T1 + DAY + DAY)
    world.tick()
    assert [len(said.documents) for said in records(world)] == [1, 0]


def test_it_goes_with_the_tombstone_after_a_year(world: World) -> None:
    world.clock.set(T0 + DAY)
    world.tick()
    world.clock.advance(days=364)
    world.tick()
    assert records(world)
    world.clock.advance(days=1)
    world.tick()
    with pytest.raises(NotFound):
        records(world)
