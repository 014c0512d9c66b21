"""What comes while a document is being destroyed comes too late, and nothing keeps forgetting waiting."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

import pytest

from services.contracts import case_file as contract
from services.contracts import room_documents
from services.contracts.document_errors import TooManyDocuments
from services.contracts.errors import NotFound
from services.media.control.usecases import case_file, documents
from tests.unit.media_control.fakes import RULES, FakeObjects
from tests.unit.media_control.world import AGENT, CITIZEN, T0, World


class Meanwhile(FakeObjects):
    """Something else happens just before objects are removed, once."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: list[Callable[[], object]] = []

    def remove(self, names: Collection[str]) -> None:
        while self.happens:
            self.happens.pop()()
        super().remove(names)


class Down(Exception):
    """The store does not answer."""


class Away(FakeObjects):
    def remove(self, names: Collection[str]) -> None:
        raise Down


@pytest.fixture
def objects() -> Meanwhile:
    return Meanwhile()


@pytest.fixture
def world(objects: Meanwhile) -> World:
    world = World(objects=objects)
    world.begin_call()
    return world


def granted(world: World) -> room_documents.UploadGrant:
    """Its bytes are in the store, and nobody has said so."""
    grant = world.grant_upload()
    world.objects.names.add(grant.object_name)
    return grant


def finish(world: World, grant: room_documents.UploadGrant) -> None:
    request = room_documents.FinishUpload(
        room_id=world.room_id, document_id=grant.document_id, size=10, media_type="image/png"
    )
    with suppress(NotFound):
        documents.finish_upload(world.media, request)


def each_shown_document_is_there(world: World) -> bool:
    return {one.object_name for one in world.room.documents if one.is_ready} <= world.objects.names


def test_an_upload_that_is_finished_while_it_is_abandoned_is_not_shown_without_its_bytes(
    world: World, objects: Meanwhile
) -> None:
    grant = granted(world)
    objects.happens = [lambda: finish(world, grant)]
    documents.abandon_upload(
        world.media, room_documents.AbandonUpload(room_id=world.room_id, document_id=grant.document_id)
    )
    assert each_shown_document_is_there(world)
    assert (world.seen_documents(), world.objects.names) == ((), set())


def test_an_upload_that_is_finished_while_it_is_reaped_is_not_shown_without_its_bytes(
    world: World, objects: Meanwhile
) -> None:
    grant = granted(world)
    world.clock.set(T0 + RULES.upload_kept_for)
    objects.happens = [lambda: finish(world, grant)]
    world.tick()
    assert each_shown_document_is_there(world)


def test_a_document_that_is_being_taken_back_is_not_handed_over_any_more(
    world: World, objects: Meanwhile
) -> None:
    document_id = world.upload().document_id
    refused: list[NotFound] = []
    wanted = contract.GrantFiling(
        room_id=world.room_id, participant=AGENT, document_id=document_id, reason="For the file."
    )

    def hand_over() -> None:
        try:
            case_file.grant_filing(world.media, wanted)
        except NotFound as fault:
            refused.append(fault)

    objects.happens = [hand_over]
    documents.remove_document(
        world.media,
        room_documents.RemoveDocument(room_id=world.room_id, participant=CITIZEN, document_id=document_id),
    )
    assert len(refused) == 1
    assert not world.told(contract.FilingProgressed)


def test_what_is_taken_back_while_the_store_is_down_is_gone_for_all_and_destroyed_later(
    world: World, objects: Meanwhile
) -> None:
    document_id = world.upload().document_id
    request = room_documents.RemoveDocument(
        room_id=world.room_id, participant=CITIZEN, document_id=document_id
    )
    world.objects = Away()
    with pytest.raises(Down):
        documents.remove_document(world.media, request)
    assert world.seen_documents(AGENT) == ()
    world.objects = objects
    world.tick()
    assert (world.room.documents, objects.names) == ((), set())


def test_one_file_is_not_begun_without_end(world: World) -> None:
    """Each attempt may leave an object of 20 MB until it is reaped."""
    for _ in range(5):
        world.grant_upload(request_key="one click")
    with pytest.raises(TooManyDocuments):
        world.grant_upload(request_key="one click")


def test_an_upload_that_cannot_be_cleared_away_does_not_keep_the_key(world: World) -> None:
    """The store is down: what is sealed there is unreadable at its time all the same."""
    world.grant_upload()
    world.end()
    world.objects = Away()
    world.clock.set(T0 + RULES.kept_for)
    world.tick()
    assert world.keys.get(world.room_id) is None
