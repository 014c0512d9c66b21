"""The documents of a space: who brings what under which name, and how much of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis.turns import Turns
from services.contracts import space_documents as d
from services.contracts.document_errors import (
    AlreadyThere,
    DocumentEmpty,
    DocumentTooLarge,
    DocumentTypeRefused,
    NotInBin,
    QuotaExceeded,
    TooManyDocuments,
    TooManyVersions,
)
from services.contracts.document_rules import MOST_BYTES, MOST_PAGES
from services.contracts.errors import InvalidField, NotAllowed, NotFound, StaleVersion
from services.contracts.rights import GrantHeldDocument
from services.contracts.space_documents import MOST_NAME
from services.spaces.domain.document import Rules
from tests.unit.spaces.documents_world import DocumentsWorld
from tests.unit.spaces.fake_documents import fake_vault
from tests.unit.spaces.world import LEA, TOM, World


def space_of(rules: Rules) -> DocumentsWorld:
    made = World(vault=fake_vault(rules))
    return DocumentsWorld(made, made.opened().space_id)


@pytest.fixture
def space() -> DocumentsWorld:
    return space_of(Rules(quota=10_000, most_documents=5, most_earlier=2))


# --- bringing ---


def test_what_is_brought_is_there_with_its_name_and_who_brought_it(space: DocumentsWorld) -> None:
    grant = space.grant("Receipt.pdf", 1000, folder="care")
    assert (space.shelf().documents, space.shelf().used) == ((), 1000)
    assert (grant.version, grant.max_bytes, grant.until) == (
        1,
        1000,
        space.world.clock.now() + timedelta(minutes=1),
    )
    shown = space.finish(space.store(grant))
    assert space.shelf().documents == (shown,)
    assert (shown.name, shown.folder, shown.size, shown.version, shown.added_by, shown.earlier) == (
        "Receipt.pdf",
        "care",
        1000,
        1,
        "Léa Muster",
        (),
    )


def test_documents_stand_by_folder_then_by_name_whatever_its_case(space: DocumentsWorld) -> None:
    for folder, name in (("other", "a.pdf"), ("care", "b.pdf"), ("insurance", "Z.pdf"), ("care", "A.pdf")):
        space.bring(name, folder=folder)
    assert [(one.folder, one.name) for one in space.shelf().documents] == [
        ("insurance", "Z.pdf"),
        ("care", "A.pdf"),
        ("care", "b.pdf"),
        ("other", "a.pdf"),
    ]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", "missing"),
        ("   ", "missing"),
        (" . . ", "missing"),
        ("\u200b\u202e", "missing"),
        ("../secret.pdf", "path"),
        ("..\\secret.pdf", "path"),
        ("/etc/passwd", "path"),
        ("folder/x.pdf", "path"),
        ("..", "path"),
        (".", "path"),
        ("x" * (MOST_NAME + 1), "too_long"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_its_rule_and_nothing_is_begun(
    space: DocumentsWorld, name: str, rule: str
) -> None:
    there = space.bring("There.pdf")
    with pytest.raises(InvalidField) as refused:
        space.grant(name)
    assert refused.value.details == {"field": "name", "rule": rule}
    with pytest.raises(InvalidField) as refused:
        space.rename(there, name)
    assert refused.value.details == {"field": "name", "rule": rule}
    assert (space.names(), space.shelf().used) == (["There.pdf"], 1000)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Invoice\u202efdp.exe", "Invoicefdp.exe"),
        ("two\nlines\t.pdf", "twolines.pdf"),
        ("a\u0000b.pdf", "ab.pdf"),
        ("  many   blanks .pdf ", "many blanks .pdf"),
        ("Re\u0301sume\u0301.pdf", "R\u00e9sum\u00e9.pdf"),
        ("x" * MOST_NAME, "x" * MOST_NAME),
    ],
)
def test_what_cannot_be_seen_in_a_name_is_left_out(space: DocumentsWorld, given: str, kept: str) -> None:
    assert space.bring(given).name == kept


def test_an_unknown_folder_an_odd_size_and_a_missing_key_are_refused(space: DocumentsWorld) -> None:
    for changed, field in (({"folder": "../care"}, "folder"), ({"request_key": ""}, "request_key")):
        with pytest.raises(InvalidField) as refused:
            space.grant(**changed)
        assert refused.value.details["field"] == field
    with pytest.raises(InvalidField, match="size"):
        space.grant(size=-1)
    with pytest.raises(DocumentEmpty):
        space.grant(size=0)
    with pytest.raises(DocumentTooLarge):
        space_of(Rules()).grant(size=MOST_BYTES + 1)


def test_how_many_pages_can_be_shown_stands_with_the_current_version(space: DocumentsWorld) -> None:
    assert space.finish(space.store(space.grant()), pages=3).pages == 3
    assert space.finish(space.store(space.grant()), pages=7).pages == 7
    (document,) = space.shelf().documents
    assert document.pages == 7


@pytest.mark.parametrize("pages", [-1, MOST_PAGES + 1])
def test_a_number_of_pages_that_no_document_has_is_refused(space: DocumentsWorld, pages: int) -> None:
    with pytest.raises(InvalidField, match="pages"):
        space.finish(space.grant(), pages=pages)


def test_what_is_not_a_document_is_refused_once_its_bytes_are_known(space: DocumentsWorld) -> None:
    grant = space.grant()
    with pytest.raises(DocumentTypeRefused):
        space.finish(grant, media_type="application/x-msdownload")
    with pytest.raises(DocumentEmpty):
        space.finish(grant, size=0)
    with pytest.raises(DocumentTooLarge):
        space.finish(grant, size=grant.max_bytes + 1)
    assert space.names() == []


def test_an_upload_that_failed_leaves_nothing(space: DocumentsWorld) -> None:
    grant = space.store(space.grant())
    for _attempt in range(2):
        space.abandon(grant)
        assert (space.shelf().used, space.objects.stored) == (0, set())
    with pytest.raises(NotFound, match="document"):
        space.finish(grant)


def test_what_is_finished_cannot_be_abandoned(space: DocumentsWorld) -> None:
    grant = space.store(space.grant())
    shown = space.finish(grant)
    space.abandon(grant)
    assert space.finish(grant) == shown
    assert space.objects.stored == {grant.object_name}


def test_an_upload_that_is_tried_twice_at_once_makes_one_version(space: DocumentsWorld) -> None:
    first, second = (space.store(space.grant(size=6000, request_key="key")) for _attempt in range(2))
    assert space.shelf().used == 6000
    assert first.object_name != second.object_name
    assert first.data_key != second.data_key
    shown = space.finish(second)
    assert space.finish(first) == shown
    space.reaper_done()
    assert space.objects.stored == {second.object_name}
    assert (space.shelf().documents, space.shelf().used) == ((shown,), 6000)


def test_an_upload_that_is_tried_again_after_it_was_finished_ends_well(space: DocumentsWorld) -> None:
    shown = space.bring(size=6000, request_key="key")
    assert space.bring(size=6000, request_key="key") == shown
    assert space.shelf().documents == (shown,)


def test_one_key_for_two_files_is_two_uploads(space: DocumentsWorld) -> None:
    space.bring("One.pdf", request_key="key")
    space.bring("Two.pdf", request_key="key")
    assert space.names() == ["One.pdf", "Two.pdf"]


# --- how much ---


def test_one_key_again_and_again_does_not_bring_more_than_the_quota(space: DocumentsWorld) -> None:
    first = space.bring(size=4000, request_key="one")
    space.delete(first)
    second = space.bring(size=4000, request_key="one")
    assert space.shelf().used == 8000
    space.rename(second, "Other.pdf")
    with pytest.raises(QuotaExceeded, match="2000"):
        space.grant(size=4000, request_key="one")


def test_a_late_answer_to_an_upload_that_was_given_up_says_nothing_of_the_next_one(
    space: DocumentsWorld,
) -> None:
    space.bring()
    given_up = space.grant()
    space.abandon(given_up)
    under_way = space.store(space.grant(size=2000))
    space.abandon(given_up)
    with pytest.raises(NotFound):
        space.finish(given_up)
    assert space.shelf().documents[0].size == 1000
    assert space.finish(under_way).size == 2000


def test_the_quota_counts_uploads_under_way_versions_and_the_bin(space: DocumentsWorld) -> None:
    space.grant("Under way.pdf", 2000)
    space.bring("Twice.pdf", 1000)
    space.bring("Twice.pdf", 2000)
    space.delete(space.bring("Binned.pdf", 3000))
    assert (space.shelf().used, space.shelf().quota) == (8000, 10_000)
    with pytest.raises(QuotaExceeded) as refused:
        space.grant("Too much.pdf", 2001)
    assert refused.value.details == {"free": "2000"}
    space.bring("Just right.pdf", 2000)


def test_a_quota_that_was_lowered_leaves_nothing_free(space: DocumentsWorld) -> None:
    space.bring(size=9000)
    lower = replace(space.use, rules=Rules(quota=5000))
    with pytest.raises(QuotaExceeded) as refused:
        lower.grant_upload(space.granting("More.pdf", 1))
    assert refused.value.details == {"free": "0"}


def test_two_uploads_that_together_pass_the_quota_are_not_both_let_in(space: DocumentsWorld) -> None:
    other = DocumentsWorld(space.world, space.space_id)
    other.use = replace(space.use, turns=Turns())  # another replica's
    space.shelves.before_change = [lambda: other.grant("Other.pdf", 6000)]
    with pytest.raises(QuotaExceeded):
        space.grant("Mine.pdf", 6000)
    assert [one.current for one in space.shelves.get(space.space_id).documents] == [None]
    assert space.shelf().used == 6000


def test_a_smaller_document_than_announced_counts_as_it_is(space: DocumentsWorld) -> None:
    space.finish(space.store(space.grant(size=9000)), size=1000)
    assert space.shelf().used == 1000


def test_there_are_only_so_many_documents_the_bin_counted(space: DocumentsWorld) -> None:
    for number in range(4):
        space.bring(f"{number}.pdf")
    space.delete(space.bring("binned.pdf"))
    with pytest.raises(TooManyDocuments) as refused:
        space.grant("one more.pdf")
    assert refused.value.details == {"limit": "5"}
    space.bring("0.pdf")


# --- versions ---


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


# --- names ---


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


# --- the bin ---


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


# --- whose it is ---


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
