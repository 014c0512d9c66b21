"""A room from its draft to its tombstone, over the real bus and stores."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from deploy.dev.platform import Platform
from services.chassis.settings import Secret
from services.chassis.vault.cipher import open_stream, seal_stream, sealed_size, unseal
from services.chassis.vault.objects import Objects, ObjectSettings
from services.contracts import media, media_events, room_documents, room_log
from services.contracts.errors import NotFound
from services.contracts.identity_copy import CopyView, GrantCopyView
from services.contracts.media_errors import RoomForgotten, TooEarly
from services.media.control.domain.document import object_prefix
from tests.integration.media_control.conftest import AGENT, CITIZEN, Heard, Room, log_of, types_of
from tests.service_process import ServiceProcess, eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("media_control")]

TEXT = "a-message-that-nobody-may-find-again"
NAME = "a-name-that-nobody-may-find-again.pdf"
BYTES = b"bytes-that-nobody-may-find-again " * 5000


@pytest.fixture
def files(stores: Platform) -> Iterator[Objects]:
    """The object store with the rights of the gateway's files process."""
    with closing(Objects(_objects(stores.env("gateway-files")))) as store:
        yield store


@pytest.fixture
def owner(stores: Platform) -> Iterator[Objects]:
    """The object store with the rights of media control."""
    with closing(Objects(_objects(stores.env("media-control")))) as store:
        yield store


def upload(
    room: Room, files: Objects, who: media.Participant, kind: str, media_type: str
) -> room_documents.Document:
    """What the files process does: grant, sealed stream, finish."""
    grant = room.ask(room_documents.GrantUpload, who, kind=kind, name=NAME, size=len(BYTES))
    sealed = seal_stream(base64.b64decode(grant.data_key), [BYTES], grant.document_id)
    files.put(grant.object_name, sealed, sealed_size(len(BYTES)))
    finished = room.ask(
        room_documents.FinishUpload, document_id=grant.document_id, size=len(BYTES), media_type=media_type
    )
    assert isinstance(finished, room_documents.Document)
    return finished


def download(room: Room, files: Objects, who: media.Participant, document_id: str) -> bytes:
    return read(files, room.ask(room_documents.GrantDownload, who, document_id=document_id), document_id)


def read(files: Objects, grant: room_documents.DownloadGrant | CopyView, document_id: str) -> bytes:
    pieces = files.get(grant.object_name)
    return b"".join(open_stream(base64.b64decode(grant.data_key), pieces, document_id))


def messages_of(room: Room, redis: Redis, who: media.Participant) -> list[dict[str, Any]]:
    """What the events process unseals for one participant."""
    grant = room.ask(room_log.GrantLog, who)
    return [
        json.loads(unseal(base64.b64decode(grant.log_key), fields["sealed"], context))
        for entry_id, fields in redis.xrange(grant.stream)
        for context in [_context(room, entry_id, fields)]
        if fields["type"] == "message"
    ]


def test_everything_that_was_shared_is_gone_24_hours_and_a_second_later(
    room: Room,
    files: Objects,
    owner: Objects,
    redis: Redis,
    operator: MongoClient[dict[str, Any]],
    stores: Platform,
    heard: Heard,
) -> None:
    room.ask(media.OpenDraftRoom)
    copy = upload(room, files, CITIZEN, "identity_copy", "application/pdf")
    room.begin_call()
    looked_at = room.ask(GrantCopyView, AGENT, document_id=copy.document_id)
    assert read(files, looked_at, copy.document_id) == BYTES
    document = upload(room, files, CITIZEN, "shared", "application/pdf")
    assert download(room, files, AGENT, document.document_id) == BYTES
    said = room.ask(room_log.PostMessage, CITIZEN, message_key="1", text=TEXT)
    told = {"text": TEXT, "message_id": said.message_id, "role": "citizen"}
    assert messages_of(room, redis, AGENT) == [told]
    ended = room.ask(media.EndCall, AGENT)
    assert not list(_in_clear(stores.site.folder))

    room.machine.travel_to(ended.forget_at - timedelta(minutes=1))
    assert download(room, files, CITIZEN, document.document_id) == BYTES
    room.machine.travel_to(ended.forget_at + timedelta(seconds=1))
    with pytest.raises(RoomForgotten):
        room.ask(room_documents.GrantDownload, CITIZEN, document_id=document.document_id)
    [forgotten] = eventually(lambda: heard.of(media_events.RoomForgotten, room.room_id))

    assert (forgotten.documents, forgotten.messages) == (2, 1)  # type: ignore[attr-defined]
    assert room.phase() == "forgotten"
    assert list(owner.names(object_prefix(room.room_id))) == []
    assert operator["media_keys"]["room_keys"].find_one({"_id": room.room_id}) is None
    assert types_of(redis, room.room_id) == ["forgotten"]
    left = operator["media"]["rooms"].find_one({"_id": room.room_id})
    assert left is not None
    assert (left["documents"], left["presences"], left["message_ids"], left["log"]) == ([], [], [], [])
    assert not list(_in_clear(stores.site.folder))


def test_the_search_would_find_what_is_stored_in_clear(stores: Platform, redis: Redis) -> None:
    """The negative control of the one above."""
    redis.set("control:known", TEXT)
    assert eventually(lambda: list(_in_clear(stores.site.folder)))
    redis.delete("control:known")
    with redis.pipeline() as pipe:
        pipe.bgrewriteaof()
        pipe.execute()
    assert eventually(lambda: not list(_in_clear(stores.site.folder)))


def test_what_happened_in_a_room_is_told_in_order_and_once(room: Room, redis: Redis, heard: Heard) -> None:
    room.begin_call()
    room.ask(room_log.PostMessage, CITIZEN, message_key="1", text="hello")
    room.ask(room_log.PostMessage, CITIZEN, message_key="1", text="hello")
    room.ask(media.EndCall, AGENT)
    room.ask(media.ReopenCall, AGENT)
    assert types_of(redis, room.room_id) == ["joined", "joined", "admitted", "message", "ended", "reopened"]
    assert [entry_id for entry_id, _ in log_of(redis, room.room_id)] == [f"{n}-0" for n in range(1, 7)]
    eventually(lambda: heard.of(media_events.ConsultationEnded, room.room_id))
    assert len(heard.of(media_events.CitizenJoined, room.room_id)) == 1


def test_six_people_who_speak_at_once_are_all_heard(room: Room, redis: Redis) -> None:
    room.begin_call()
    people = [media.Participant(participant_id=f"citizen-{n}", role="citizen") for n in range(5)]
    room.ask(media.LeaveRoom, CITIZEN)
    for who in people:
        room.ask(media.JoinRoom, who)

    def say(number: int) -> str:
        who = [*people, AGENT][number % 6]
        said = room.ask(room_log.PostMessage, who, message_key=str(number), text=f"number {number}")
        return str(said.message_id)

    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(say, range(60)))
    assert sorted(entry["message_id"] for entry in messages_of(room, redis, AGENT)) == sorted(said)


def test_news_in_the_wrong_order_and_twice_end_in_the_same_room(room: Room) -> None:
    room.tell_cancelled(version=2)
    eventually(lambda: room.phase() == "" and _is_gone(room))
    room.tell_booked(version=1)
    room.tell_booked(version=1)
    other = Room(room.client, room.booking, room.machine)
    other.book()
    assert room.phase() == ""


def test_joining_is_refused_until_the_waiting_room_opens(room: Room) -> None:
    room.starts_at += timedelta(hours=1)
    room.book()
    with pytest.raises(TooEarly):
        room.ask(media.JoinRoom, CITIZEN)
    room.machine.travel_to(room.starts_at - timedelta(minutes=15))
    assert room.ask(media.JoinRoom, CITIZEN).phase == "waiting"


def test_the_console_sees_who_waits(room: Room) -> None:
    room.book()
    room.ask(media.JoinRoom, CITIZEN)
    request = media.ListRooms(first=room.starts_at, last=room.starts_at + timedelta(seconds=1))
    [status] = [s for s in room.client.call(request).rooms if s.room_id == room.room_id]
    assert status.phase == "waiting"
    assert status.citizen_waiting_since is not None


def test_a_document_of_another_room_is_not_found(room: Room, files: Objects) -> None:
    room.ask(media.OpenDraftRoom)
    document = upload(room, files, CITIZEN, "identity_copy", "image/png")
    other = Room(room.client, room.booking, room.machine)
    other.ask(media.OpenDraftRoom)
    with pytest.raises(NotFound):
        other.ask(room_documents.GrantDownload, CITIZEN, document_id=document.document_id)


def test_a_store_that_is_away_shows_in_readiness_and_comes_back(
    media_control: ServiceProcess, stores: Platform, room: Room
) -> None:
    room.begin_call()
    stores.supervisor.end("cache")
    eventually(lambda: not media_control.is_ready())
    stores.supervisor.restart("cache")
    eventually(media_control.is_ready)
    assert room.ask(room_log.PostMessage, CITIZEN, message_key="2", text="still here").message_id


def _is_gone(room: Room) -> bool:
    try:
        room.ask(media.OpenDraftRoom)
    except RoomForgotten:
        return True
    return False


def _context(room: Room, entry_id: str, fields: dict[str, str]) -> str:
    return room_log.LOG_CONTEXT.format(
        room_id=room.room_id, entry_id=entry_id, type=fields["type"], by=fields["by"]
    )


def _in_clear(folder: Path) -> Iterator[Path]:
    """Files of the stores, their journals and logs included, in which something can be read that must not."""
    known = (TEXT.encode(), NAME.encode(), BYTES[:33])
    for path in folder.rglob("*"):
        if path.is_file() and any(secret in path.read_bytes() for secret in known):
            yield path


def _objects(environment: dict[str, str]) -> ObjectSettings:
    return ObjectSettings(
        s3_endpoint=environment["S3_ENDPOINT"],
        s3_secure=environment["S3_SECURE"] == "true",
        s3_access_key=Secret(environment["S3_ACCESS_KEY"]),
        s3_secret_key=Secret(environment["S3_SECRET_KEY"]),
        s3_bucket=environment["S3_BUCKET"],
    )
