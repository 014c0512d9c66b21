"""Leave to write and to read, and who sees what."""

from datetime import timedelta
from typing import Any

import pytest

from services.contracts import media, room_documents
from services.contracts.document_errors import (
    DocumentEmpty,
    DocumentTooLarge,
    DocumentTypeRefused,
    TooManyDocuments,
)
from services.contracts.document_rules import MOST_PAGES, clean_name
from services.contracts.errors import InvalidField, NotAllowed, NotFound
from services.contracts.media_errors import RoomClosed, RoomForgotten, TooEarly
from services.media.control.usecases import documents
from tests.unit.media_control.fakes import RULES
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T0, World


@pytest.fixture
def world() -> World:
    world = World()
    world.draft()
    return world


def download(
    world: World, document_id: str, who: media.Participant = CITIZEN
) -> room_documents.DownloadGrant:
    request = room_documents.GrantDownload(room_id=world.room_id, participant=who, document_id=document_id)
    return documents.grant_download(world.media, request)


def remove(world: World, document_id: str, who: media.Participant = CITIZEN) -> None:
    request = room_documents.RemoveDocument(room_id=world.room_id, participant=who, document_id=document_id)
    documents.remove_document(world.media, request)


def finish(
    world: World, document_id: str, *, size: int = 10, media_type: str = "image/png", pages: int = 1
) -> room_documents.Document:
    request = room_documents.FinishUpload(
        room_id=world.room_id, document_id=document_id, size=size, media_type=media_type, pages=pages
    )
    return documents.finish_upload(world.media, request)


def test_each_document_has_its_own_random_object_and_key(world: World) -> None:
    grants = [world.grant_upload(kind="identity_copy") for _ in range(3)]
    assert len({grant.data_key for grant in grants}) == 3
    assert len({grant.object_name for grant in grants}) == 3
    assert all("room-1" not in grant.object_name for grant in grants)


def test_a_grant_lasts_a_minute(world: World) -> None:
    assert world.grant_upload(kind="identity_copy").until == world.clock.now() + timedelta(minutes=1)


def test_nothing_is_shown_before_its_bytes_were_checked(world: World) -> None:
    grant = world.grant_upload(kind="identity_copy")
    assert world.seen_documents() == ()
    with pytest.raises(NotFound):
        download(world, grant.document_id)


def test_names_are_stored_sealed(world: World) -> None:
    world.upload(kind="identity_copy", name="passport of somebody.png", media_type="image/png")
    assert "passport" not in repr(world.room)
    assert world.seen_documents()[0].name == "passport of somebody.png"


def test_finishing_twice_answers_the_same(world: World) -> None:
    world.book()
    world.clock.set(T0)
    world.join()
    grant = world.grant_upload()
    assert finish(world, grant.document_id) == finish(world, grant.document_id)
    assert world.log.types("room-1").count("document_added") == 1


@pytest.mark.parametrize("pages", [-1, MOST_PAGES + 1])
def test_a_number_of_pages_that_no_document_has_is_refused(world: World, pages: int) -> None:
    grant = world.grant_upload(kind="identity_copy")
    with pytest.raises(InvalidField, match="pages"):
        finish(world, grant.document_id, pages=pages)


class TestAFileBroughtTwice:
    """By a second click, or because the answer to the first attempt was lost."""

    @pytest.fixture
    def world(self) -> World:
        world = World()
        world.draft()
        world.begin_call()
        return world

    def test_is_shown_once(self, world: World) -> None:
        first, second = (world.grant_upload(request_key="one click") for _ in range(2))
        assert finish(world, first.document_id) == finish(world, second.document_id)
        assert finish(world, second.document_id).document_id == first.document_id
        assert [document.document_id for document in world.seen_documents()] == [first.document_id]
        assert world.log.types("room-1").count("document_added") == 1

    def test_leaves_no_object_behind(self, world: World) -> None:
        first, second = (world.grant_upload(request_key="one click") for _ in range(2))
        world.objects.names = {first.object_name, second.object_name}
        for grant in (first, second):
            finish(world, grant.document_id)
        remove(world, first.document_id)
        assert not world.objects.names
        assert not world.room.documents

    def test_is_reaped_but_for_the_one_that_is_shown(self, world: World) -> None:
        first, second = (world.grant_upload(request_key="one click") for _ in range(2))
        world.objects.names = {first.object_name, second.object_name}
        for grant in (first, second):
            finish(world, grant.document_id)
        world.clock.set(T0 + RULES.upload_kept_for)
        world.tick()
        assert world.objects.names == {first.object_name}

    def test_counts_once(self, world: World) -> None:
        for number in range(20):
            world.grant_upload(request_key=str(number))
        assert world.grant_upload(request_key="19")
        with pytest.raises(TooManyDocuments):
            world.grant_upload(request_key="20")

    @pytest.mark.parametrize("other", [{"request_key": "another click"}, {"request_key": ""}, {"who": AGENT}])
    def test_is_another_one_with_another_key_or_sender(self, world: World, other: Any) -> None:
        first = world.grant_upload(request_key="one click")
        second = world.grant_upload(**{"request_key": "one click"} | other)
        assert finish(world, first.document_id) != finish(world, second.document_id)


@pytest.mark.parametrize(
    ("size", "media_type", "error"),
    [
        (0, "image/png", DocumentEmpty),
        (RULES.max_document_bytes + 1, "image/png", DocumentTooLarge),
        (10, "application/zip", DocumentTypeRefused),
        (10, "text/plain", DocumentTypeRefused),
    ],
)
def test_cannot_finish_what_is_not_allowed(
    world: World, size: int, media_type: str, error: type[Exception]
) -> None:
    grant = world.grant_upload(kind="identity_copy")
    with pytest.raises(error):
        finish(world, grant.document_id, size=size, media_type=media_type)


def test_cannot_announce_more_than_the_limit(world: World) -> None:
    with pytest.raises(DocumentTooLarge):
        world.grant_upload(kind="identity_copy", size=21_000_000)
    assert world.grant_upload(kind="identity_copy", size=20_000_000)


def test_cannot_have_more_than_twenty_shared_documents_unfinished_ones_included(world: World) -> None:
    world.grant_upload(kind="identity_copy")
    world.begin_call()
    for _ in range(20):
        world.grant_upload()
    with pytest.raises(TooManyDocuments, match="20"):
        world.grant_upload()


def test_a_draft_takes_the_copies_of_two_people_and_is_no_dump(world: World) -> None:
    for _ in range(6):
        world.grant_upload(kind="identity_copy")
    with pytest.raises(TooManyDocuments, match="6"):
        world.grant_upload(kind="identity_copy")


@pytest.mark.parametrize("name", ["", " ", "..", "/", "\u202e", "x" * 201])
def test_cannot_use_a_name_that_is_none(world: World, name: str) -> None:
    with pytest.raises(InvalidField):
        world.grant_upload(kind="identity_copy", name=name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\papers\\letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("two\n lines.pdf", "two lines.pdf"),
        ("<b>bold</b>.png", "b>.png"),
        ("Łódź – 2026.pdf", "Łódź – 2026.pdf"),
    ],
)
def test_a_name_loses_its_folders_and_what_cannot_be_seen(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_an_unknown_kind_is_refused(world: World) -> None:
    with pytest.raises(InvalidField):
        world.grant_upload(kind="recording")


def test_a_document_of_another_room_is_not_found(world: World) -> None:
    document = world.upload(kind="identity_copy", media_type="image/png")
    other = World(rooms=world.rooms, keys=world.keys, objects=world.objects, room_id="room-2")
    other.draft()
    with pytest.raises(NotFound):
        download(other, document.document_id)


class TestIdentityCopy:
    @pytest.fixture
    def copy(self, world: World) -> room_documents.Document:
        return world.upload(kind="identity_copy", name="id.png", media_type="image/png")

    @pytest.mark.parametrize("media_type", ["application/pdf", "image/jpeg", "image/heic", "image/tiff"])
    def test_whatever_can_be_drawn_is_taken(self, world: World, media_type: str) -> None:
        assert world.upload(kind="identity_copy", media_type=media_type).media_type == media_type

    def test_the_citizen_sees_it_while_the_room_is_a_draft(
        self, world: World, copy: room_documents.Document
    ) -> None:
        assert world.seen_documents() == (copy,)
        assert download(world, copy.document_id).name == "id.png"

    def test_the_citizen_never_sees_it_afterwards(self, world: World, copy: room_documents.Document) -> None:
        world.begin_call()
        assert world.seen_documents() == ()
        with pytest.raises(NotFound):
            download(world, copy.document_id)

    def test_of_two_who_speak_the_agent_sees_both_and_each_can_be_taken_back(
        self, world: World, copy: room_documents.Document
    ) -> None:
        second, third = (
            world.upload(kind="identity_copy", name="id-2.png", media_type="image/png") for _ in range(2)
        )
        remove(world, third.document_id)
        assert len(world.objects.names) == 2
        world.begin_call()
        assert world.seen_documents(AGENT) == (copy, second)

    def test_an_agent_in_the_room_sees_it(self, world: World, copy: room_documents.Document) -> None:
        world.begin_call()
        assert world.seen_documents(AGENT) == (copy,)

    def test_no_agent_gets_it_as_a_file(self, world: World, copy: room_documents.Document) -> None:
        world.begin_call()
        for end in (lambda: None, world.end):
            end()
            with pytest.raises(NotAllowed, match="download"):
                download(world, copy.document_id, AGENT)

    def test_an_agent_outside_does_not(self, world: World, copy: room_documents.Document) -> None:
        with pytest.raises(NotFound):
            world.seen_documents(AGENT)
        world.begin_call()
        with pytest.raises(NotAllowed):
            world.seen_documents(COLLEAGUE)

    def test_it_is_taken_back_while_the_room_is_a_draft(
        self, world: World, copy: room_documents.Document
    ) -> None:
        remove(world, copy.document_id)
        remove(world, copy.document_id)
        assert (world.seen_documents(), world.objects.names) == ((), set())

    def test_it_cannot_be_taken_back_afterwards(self, world: World, copy: room_documents.Document) -> None:
        world.begin_call()
        with pytest.raises(NotFound):
            remove(world, copy.document_id)
        assert world.objects.names

    def test_an_agent_compares_it_and_cannot_take_it_away(
        self, world: World, copy: room_documents.Document
    ) -> None:
        world.begin_call()
        with pytest.raises(NotFound):
            remove(world, copy.document_id, AGENT)
        assert world.seen_documents(AGENT) == (copy,)

    def test_it_cannot_be_added_afterwards(self, world: World) -> None:
        grant = world.grant_upload(kind="identity_copy")
        world.begin_call()
        with pytest.raises(NotAllowed):
            world.grant_upload(kind="identity_copy")
        with pytest.raises(NotAllowed):
            finish(world, grant.document_id)

    def test_it_is_nobodys_news(self, world: World, copy: room_documents.Document) -> None:
        assert world.log.types("room-1") == []


class TestShared:
    @pytest.fixture
    def world(self) -> World:
        world = World()
        world.begin_call()
        return world

    def test_both_sides_see_both_documents(self, world: World) -> None:
        mine, yours = world.upload(CITIZEN), world.upload(AGENT)
        assert world.seen_documents(CITIZEN) == world.seen_documents(AGENT) == (mine, yours)
        assert world.log.types("room-1").count("document_added") == 2

    def test_the_same_key_opens_what_it_sealed(self, world: World) -> None:
        grant = world.grant_upload()
        finish(world, grant.document_id)
        assert download(world, grant.document_id, AGENT).data_key == grant.data_key

    def test_cannot_share_before_the_waiting_room_opens(self) -> None:
        early = World()
        early.book()
        with pytest.raises(TooEarly):
            early.grant_upload()

    def test_papers_can_be_laid_ready_while_waiting(self) -> None:
        waiting = World()
        waiting.book()
        waiting.clock.set(T0)
        waiting.join()
        assert waiting.upload()

    def test_after_the_end_documents_are_only_read(self, world: World) -> None:
        document, grant = world.upload(), world.grant_upload()
        world.end()
        assert download(world, document.document_id)
        with pytest.raises(RoomClosed):
            world.grant_upload()
        with pytest.raises(RoomClosed):
            finish(world, grant.document_id)

    def test_only_the_sender_takes_a_document_back(self, world: World) -> None:
        document = world.upload(CITIZEN)
        with pytest.raises(NotFound):
            remove(world, document.document_id, AGENT)
        remove(world, document.document_id, CITIZEN)
        assert world.objects.names == set()
        assert world.log.types("room-1")[-1] == "document_removed"

    def test_a_download_ends_with_the_room(self, world: World) -> None:
        document = world.upload()
        world.end()
        world.clock.set(T0 + timedelta(hours=24) - timedelta(seconds=10))
        assert download(world, document.document_id).until == T0 + timedelta(hours=24)
        world.clock.advance(seconds=10)
        with pytest.raises(RoomForgotten):
            download(world, document.document_id)

    def test_an_abandoned_upload_leaves_nothing(self, world: World) -> None:
        grant = world.grant_upload()
        world.objects.names.add(grant.object_name)
        request = room_documents.AbandonUpload(room_id="room-1", document_id=grant.document_id)
        documents.abandon_upload(world.media, request)
        documents.abandon_upload(world.media, request)
        assert (world.room.documents, world.objects.names) == ((), set())

    def test_a_finished_document_cannot_be_abandoned(self, world: World) -> None:
        document = world.upload()
        request = room_documents.AbandonUpload(room_id="room-1", document_id=document.document_id)
        documents.abandon_upload(world.media, request)
        assert world.seen_documents() == (document,)

    def test_uploads_that_nobody_finished_are_reaped(self, world: World) -> None:
        kept, grant = world.upload(), world.grant_upload()
        world.objects.names.add(grant.object_name)
        world.clock.advance(minutes=30)
        world.tick()
        assert [d.document_id for d in world.room.documents] == [kept.document_id]
        assert len(world.objects.names) == 1
