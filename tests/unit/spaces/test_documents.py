"""The documents that lie in a space: their versions and names, the bin, and whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.contracts import space_documents as d
from services.contracts.document_errors import AlreadyThere, NotInBin, TooManyVersions
from services.contracts.errors import NotAllowed, NotFound, StaleVersion
from services.contracts.rights import GrantHeldDocument
from services.spaces.domain.document import Rules
from tests.unit.spaces.documents_world import DocumentsWorld
from tests.unit.spaces.world import LEA, TOM, World

# --- versions ----------------------------------------------------------------------------


def test_the_same_name_in_the_same_folder_is_a_further_version(space: DocumentsWorld) -> None:
    first = space.bring("Receipt.pdf", 1000)
    space.world.later(days=1)
    second = space.bring("RECEIPT.pdf", 1500)
    assert (second.document_id, second.version, second.name, second.size) == (
        first.document_id,
        2,
        "Receipt.pdf",
        1500,
    )
    assert [(one.version, one.size, one.added_at) for one in second.earlier] == [(1, 1000, first.added_at)]
    assert second.earlier[0].kept_until == second.added_at + timedelta(days=30)
    assert space.bring("Receipt.pdf", folder="care").document_id != first.document_id


def test_a_version_of_what_has_another_name_by_now_makes_no_other_document(space: DocumentsWorld) -> None:
    first = space.bring("Receipt.pdf")
    assert space.bring("Receipt.pdf", version_of=first.document_id).version == 2
    renamed = space.rename(first, "Invoice.pdf")
    with pytest.raises(StaleVersion, match="document"):
        space.grant("Receipt.pdf", version_of=first.document_id)
    space.delete(renamed)
    with pytest.raises(StaleVersion, match="document"):
        space.grant("Invoice.pdf", version_of=first.document_id)
    assert (space.names(), space.shelf().used) == ([], 2000)


def test_each_version_can_be_read_and_none_that_is_not_there(space: DocumentsWorld) -> None:
    document = space.bring("Receipt.pdf", 1000)
    space.bring("Receipt.pdf", 1500)
    under_way = space.grant("Receipt.pdf", 100)
    assert [space.download(document.document_id, version).size for version in (0, 1, 2)] == [1500, 1000, 1500]
    for version in (under_way.version, 4, -1):
        with pytest.raises(NotFound, match="document"):
            space.download(document.document_id, version)
    with pytest.raises(NotFound, match="document"):
        space.download("another")


def test_what_is_read_is_opened_by_the_key_that_it_was_written_with(space: DocumentsWorld) -> None:
    written = space.grant()
    space.finish(space.store(written))
    read = space.download(written.document_id)
    assert (read.object_name, read.data_key) == (written.object_name, written.data_key)


def test_a_version_that_is_overtaken_is_an_earlier_one(space: DocumentsWorld) -> None:
    space.bring("Receipt.pdf", 1000)
    slow, fast = space.grant("Receipt.pdf", 1500), space.grant("Receipt.pdf", 2000)
    space.finish(space.store(fast))
    shown = space.finish(space.store(slow))
    assert (shown.version, shown.size, [one.version for one in shown.earlier]) == (3, 2000, [2, 1])


def test_so_many_versions_are_kept_and_no_more_until_one_is_old_enough(space: DocumentsWorld) -> None:
    for _version in range(3):
        space.bring("Receipt.pdf")
    with pytest.raises(TooManyVersions) as refused:
        space.grant("Receipt.pdf")
    assert refused.value.details == {"limit": "2"}
    space.world.later(days=31)
    space.reaper_done()
    assert space.bring("Receipt.pdf").version == 4


# --- names -------------------------------------------------------------------------------


def test_a_document_gets_another_name_and_another_folder(space: DocumentsWorld) -> None:
    document = space.bring("Receipt.pdf")
    moved = space.rename(document, "Bill.pdf", folder="care")
    assert (moved.name, moved.folder, moved.document_id) == ("Bill.pdf", "care", document.document_id)
    assert space.rename(document, "Bill.pdf", folder="care") == moved
    assert space.rename(moved, "bill.pdf").name == "bill.pdf"
    assert space.download(document.document_id).name == "bill.pdf"


def test_a_name_that_another_has_or_will_have_is_refused(space: DocumentsWorld) -> None:
    document = space.bring("Receipt.pdf")
    space.bring("Bill.pdf")
    space.grant("Coming.pdf")
    for name in ("BILL.pdf", "coming.pdf"):
        with pytest.raises(AlreadyThere) as refused:
            space.rename(document, name)
        assert refused.value.details == {"name": name}
    assert space.rename(document, "Bill.pdf", folder="care").folder == "care"


def test_who_renames_what_is_named_otherwise_by_now_is_told(space: DocumentsWorld) -> None:
    document = space.bring("Receipt.pdf")
    space.rename(document, "Bill.pdf")
    with pytest.raises(StaleVersion, match="document"):
        space.rename(document, "Other.pdf")


# --- the bin -----------------------------------------------------------------------------


def test_what_is_deleted_lies_in_the_bin_and_comes_back(space: DocumentsWorld) -> None:
    document = space.bring("Receipt.pdf")
    for _click in range(2):
        shelf = space.delete(document)
        assert (shelf.documents, [one.name for one in shelf.bin]) == ((), ["Receipt.pdf"])
        assert shelf.bin[0].gone_at == space.world.clock.now() + timedelta(days=30)
    assert space.download(document.document_id).name == "Receipt.pdf"
    for _click in range(2):
        assert space.restore(document).documents == (document,)


def test_a_name_is_free_again_once_its_document_is_in_the_bin(space: DocumentsWorld) -> None:
    former = space.bring("Receipt.pdf")
    space.delete(former)
    assert space.bring("Receipt.pdf").document_id != former.document_id
    with pytest.raises(AlreadyThere) as refused:
        space.restore(former)
    assert refused.value.details == {"name": "Receipt.pdf"}


def test_what_comes_for_a_document_in_the_bin_is_given_up(space: DocumentsWorld) -> None:
    document = space.bring("Receipt.pdf")
    coming = space.store(space.grant("Receipt.pdf"))
    space.delete(document)
    with pytest.raises(NotFound, match="document"):
        space.finish(coming)
    space.reaper_done()
    assert coming.object_name not in space.objects.stored
    assert space.restore(document).documents[0].version == 1


def test_what_is_erased_is_gone_at_once_and_its_bytes_are_free(space: DocumentsWorld) -> None:
    document = space.bring("Receipt.pdf", 1000)
    space.bring("Receipt.pdf", 1000)
    with pytest.raises(NotInBin):
        space.erase(document)
    space.delete(document)
    for _click in range(2):
        shelf = space.erase(document)
        assert (shelf.bin, shelf.used, space.objects.stored) == ((), 0, set())
    with pytest.raises(NotFound, match="document"):
        space.restore(document)


def test_what_is_erased_while_the_store_is_away_is_free_at_once_and_destroyed_later(
    space: DocumentsWorld,
) -> None:
    document = space.bring("Receipt.pdf")
    space.delete(document)
    space.objects.is_away = True
    assert (space.erase(document).bin, space.shelf().used) == ((), 0)
    space.reaper_done()
    assert len(space.objects.stored) == 1
    space.objects.is_away = False
    space.reaper_done()
    assert space.objects.stored == set()


# --- whose it is -------------------------------------------------------------------------


def test_documents_of_one_space_are_no_other_spaces() -> None:
    world = World()
    one, other = (DocumentsWorld(world, world.opened().space_id) for _ in range(2))
    document = one.bring("Receipt.pdf")
    assert other.shelf() == d.Shelf(documents=(), bin=(), used=0, quota=Rules().quota, may=other.shelf().may)
    other.bring("Other.pdf")
    with pytest.raises(NotFound, match="document"):
        other.download(document.document_id)
    with pytest.raises(NotFound, match="document"):
        other.rename(document, "Mine.pdf")
    other.delete(document)
    assert one.names() == ["Receipt.pdf"]


def test_a_private_space_has_documents_of_its_own() -> None:
    world = World()
    world.open_own(LEA)
    own = DocumentsWorld(world, LEA.person_id)
    own.bring("Receipt.pdf")
    assert (own.names(), own.shelf().may[:1]) == (["Receipt.pdf"], ("see",))
    with pytest.raises(NotFound, match="space"):
        DocumentsWorld(world, LEA.person_id, TOM).shelf()


def test_who_has_deleted_his_space_is_told_what_is_held_with_its_files_until_the_grace_ends() -> None:
    world = World()
    world.open_own(LEA)
    own = DocumentsWorld(world, LEA.person_id)
    kept = own.bring("Receipt.pdf")
    held = GrantHeldDocument(actor=LEA, document_id=kept.document_id, version=1)
    before = own.use.grant_download(held)
    world.delete(LEA.person_id)
    assert own.use.grant_download(held) == before
    with pytest.raises(NotAllowed):
        own.download(kept.document_id)
    with pytest.raises(NotFound):
        own.use.grant_download(replace(held, actor=TOM))
    world.later(days=30)
    with pytest.raises(NotFound):
        own.use.grant_download(held)


def test_rights_that_are_lost_during_an_upload_end_it() -> None:
    world = World()
    space_id = world.opened().space_id
    member_id = world.joined(space_id, TOM)
    tom = DocumentsWorld(world, space_id, TOM)
    grant = tom.store(tom.grant())
    world.remove(space_id, LEA, member_id)
    with pytest.raises(NotFound, match="space"):
        tom.finish(grant)
    assert DocumentsWorld(world, space_id).shelf().documents == ()


def test_who_comes_between_again_and_again_is_not_waited_for_for_ever(space: DocumentsWorld) -> None:
    space.shelves.before_change = [lambda: _touch(space) for _ in range(100)]
    with pytest.raises(StaleVersion, match="documents"):
        space.grant()


def _touch(space: DocumentsWorld) -> None:
    shelf = space.shelves.get(space.space_id)
    space.shelves.shelves[space.space_id] = replace(shelf, version=shelf.version + 1)
