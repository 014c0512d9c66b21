"""Documents that are brought into a space: under which name, and how much of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis.turns import Turns
from services.contracts.document_errors import (
    DocumentEmpty,
    DocumentTooLarge,
    DocumentTypeRefused,
    QuotaExceeded,
    TooManyDocuments,
)
from services.contracts.document_rules import MOST_BYTES, MOST_PAGES
from services.contracts.errors import InvalidField, NotFound
from services.contracts.space_documents import MOST_NAME
from services.spaces.domain.document import Rules
from tests.unit.spaces.documents_world import DocumentsWorld, space_of

# --- bringing ----------------------------------------------------------------------------


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
        ("\u3164\u2800", "missing"),
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


# --- how much ----------------------------------------------------------------------------


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
