"""Forgetting over the real stores: to the second, whoever is killed, proved by a record, compared after."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from deploy.dev.platform import Platform
from gateway import deletion as verifying
from services.chassis.ids import new_id
from services.chassis.settings import load
from services.chassis.vault.cipher import seal_stream, sealed_size
from services.chassis.vault.objects import Objects, ObjectSettings
from services.contracts import deletion, media, room_documents
from services.contracts.errors import PlatformError
from services.media.control.adapters.objects import VaultObjects
from services.media.control.adapters.redis import RedisComparisons
from services.media.control.domain.deletion import objects_hash
from services.media.control.domain.document import object_prefix
from services.media.control.usecases import comparison
from tests.integration.media_control.conftest import AGENT, CITIZEN, Room, Start
from tests.load.documents.filled import FilledRooms
from tests.service_process import eventually
from tests.unit.media_control.world import World

pytestmark = pytest.mark.integration

BYTES = b"handed over in the call " * 100
MANY = 300


@pytest.fixture
def files(stores: Platform) -> Iterator[Objects]:
    """The object store with the rights of the gateway's files process."""
    with closing(Objects(load(ObjectSettings, stores.env("gateway-files")))) as store:
        yield store


@pytest.fixture
def owner(stores: Platform) -> Iterator[Objects]:
    """The object store with the rights of media control."""
    with closing(Objects(load(ObjectSettings, stores.env("media-control")))) as store:
        yield store


def shared(room: Room, files: Objects) -> tuple[str, str, str]:
    """A document as the files process stores it: its id, its object's name and digest."""
    grant = room.ask(room_documents.GrantUpload, CITIZEN, kind="shared", name="a.pdf", size=len(BYTES))
    sealed = b"".join(seal_stream(base64.b64decode(grant.data_key), [BYTES], grant.document_id))
    digest = hashlib.sha256(sealed).hexdigest()
    files.put(grant.object_name, iter([sealed]), sealed_size(len(BYTES)))
    room.ask(
        room_documents.FinishUpload,
        document_id=grant.document_id,
        size=len(BYTES),
        media_type="application/pdf",
        digest=digest,
    )
    return grant.document_id, grant.object_name, digest


def is_granted(room: Room, document_id: str) -> bool:
    try:
        room.ask(room_documents.GrantDownload, CITIZEN, document_id=document_id)
    except PlatformError:
        return False
    return True


def now(room: Room) -> datetime:
    return datetime.now(UTC) + room.machine.read().shift


def test_a_document_is_there_until_its_very_second_then_goes_and_leaves_a_signed_record(
    start_media: Start, room: Room, files: Objects, owner: Objects
) -> None:
    replica = start_media()
    room.begin_call()
    document_id, name, digest = shared(room, files)
    forget_at = room.ask(media.EndCall, AGENT).forget_at
    room.machine.travel_to(forget_at - timedelta(seconds=2))
    granted = True
    while granted:
        asked_at = now(room)
        granted = is_granted(room, document_id)
        assert not granted or asked_at < forget_at, "granted after its time"
    assert now(room) >= forget_at, "refused before its time"
    [record] = eventually(lambda: room.ask(deletion.ShowDeletionRecords).records, 30)
    assert list(owner.names(object_prefix(room.room_id))) == []
    said = verifying.verified(record, room.client.call(deletion.ListRecordKeys()))
    assert [(one.kind, one.count, one.size) for one in said.documents] == [("shared", 1, len(BYTES))]
    assert (said.due_at, said.objects_sha256) == (forget_at, objects_hash([(name, digest)]))
    assert said.forgotten_at >= forget_at
    replica.terminate()


def test_a_cancelled_appointment_takes_its_identity_copy_along_at_once(
    start_media: Start, room: Room, files: Objects, owner: Objects
) -> None:
    replica = start_media()
    room.ask(media.OpenDraftRoom)
    grant = room.ask(
        room_documents.GrantUpload, CITIZEN, kind="identity_copy", name="id.pdf", size=len(BYTES)
    )
    sealed = seal_stream(base64.b64decode(grant.data_key), [BYTES], grant.document_id)
    files.put(grant.object_name, sealed, sealed_size(len(BYTES)))
    finished = {"document_id": grant.document_id, "size": len(BYTES), "media_type": "application/pdf"}
    room.ask(room_documents.FinishUpload, **finished)
    room.book()
    assert list(owner.names(object_prefix(room.room_id)))
    room.tell_cancelled(2)
    [record] = eventually(lambda: room.ask(deletion.ShowDeletionRecords).records, 30)
    said = verifying.verified(record, room.client.call(deletion.ListRecordKeys()))
    assert (said.reason, [one.kind for one in said.documents]) == ("cancelled", ["identity_copy"])
    assert list(owner.names(object_prefix(room.room_id))) == []
    replica.terminate()


def test_replicas_that_are_killed_while_they_reap_leave_nothing_behind(
    stores: Platform, start_media: Start
) -> None:
    with closing(FilledRooms(stores)) as rooms:
        rooms.fill(MANY, 3, due_at=datetime.now(UTC) - timedelta(seconds=1))
        for part in (1, MANY // 2):
            victim = start_media()
            eventually(lambda so_many=part: rooms.forgotten() >= so_many, 60)
            victim.kill()
        heirs = [start_media(), start_media()]
        eventually(rooms.are_forgotten, 60)
        rooms.check_nothing_is_left()
        for heir in heirs:
            heir.terminate()


def test_what_lies_in_one_of_the_stores_alone_is_found(files: Objects, owner: Objects, redis: Redis) -> None:
    """Object store and report are real; of the rooms this world knows one, whose document is not there."""
    world, reports = World(room_id=new_id()), RedisComparisons(redis)
    world.begin_call()
    world.upload()
    files.put(object_prefix(world.room_id) + "stray", iter([b"x"]), 1)
    real = replace(world, objects=VaultObjects(owner), comparisons=reports)
    found = comparison.compare(real.media)
    assert (found.objects, found.documents, found.keys) == (1, 1, 0)
    assert list(owner.names(object_prefix(world.room_id))) == []
    assert reports.latest() == found
