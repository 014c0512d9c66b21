"""What every store of shelves must promise; over the fake and the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.spaces.documents.ports import Shelves, Totals
from services.spaces.domain.document import Document, Name, Rules, Version
from services.spaces.domain.shelf import Doomed, Shelf
from tests.unit.spaces.fake_documents import folder_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RULES = Rules()


def version(number: int, object_name: str, *, size: int = 100) -> Version:
    return Version(
        number, f"upload-{number}", object_name, size, "sealed", NOW, "application/pdf", added_at=NOW
    )


def filled(space_id: str = "space-1") -> Shelf:
    versions = (replace(version(1, "o-1"), replaced_at=NOW), version(2, "o-2", size=200))
    there = Document("d-1", "care", Name("sealed", "mark"), versions)
    binned = Document("d-2", "other", Name("sealed", "mark"), (version(1, "o-3"),), binned_at=NOW)
    coming = replace(version(1, "o-4"), added_at=None, media_type="", upload="upload-3")
    return Shelf(space_id, (there, binned, Document("d-3", "care", Name("s", "m"), (coming,))))


class ShelvesSuite:
    """Needs a fixture `shelves`, an empty store."""

    def test_a_space_in_which_nothing_was_put_has_an_empty_shelf(self, shelves: Shelves) -> None:
        assert shelves.get("space-1") == Shelf("space-1")
        assert shelves.totals() == Totals(0, 0)
        assert list(shelves.all()) == list(shelves.due(NOW)) == []

    def test_what_is_put_is_found_as_it_was(self, shelves: Shelves) -> None:
        assert shelves.change(Shelf("space-1"), filled())
        assert shelves.get("space-1") == replace(filled(), version=1)
        assert shelves.in_folder(folder_of("space-1")) == replace(filled(), version=1)
        assert shelves.in_folder(folder_of("space-2")) is None

    def test_of_two_first_changes_one_is_kept(self, shelves: Shelves) -> None:
        assert shelves.change(Shelf("space-1"), filled())
        assert not shelves.change(Shelf("space-1"), replace(filled(), documents=()))
        assert shelves.get("space-1").documents == filled().documents

    def test_a_change_is_kept_over_what_it_was_made_from_alone(self, shelves: Shelves) -> None:
        shelves.change(Shelf("space-1"), filled())
        before = shelves.get("space-1")
        after = replace(before, documents=(), doomed=(Doomed("o-1", NOW),))
        assert shelves.change(before, after)
        assert not shelves.change(before, before)
        assert shelves.get("space-1") == replace(after, version=2)

    def test_what_was_removed_is_not_changed_any_more(self, shelves: Shelves) -> None:
        shelves.change(Shelf("space-1"), filled())
        before = shelves.get("space-1")
        for _twice in range(2):
            shelves.remove("space-1")
        assert not shelves.change(before, replace(before, documents=()))
        assert shelves.get("space-1") == Shelf("space-1")

    def test_a_shelf_is_due_when_something_on_it_is(self, shelves: Shelves) -> None:
        shelves.change(Shelf("space-1"), filled())
        assert list(shelves.due(NOW + timedelta(minutes=29))) == []
        assert [one.space_id for one in shelves.due(NOW + timedelta(minutes=30))] == ["space-1"]
        before = shelves.get("space-1")
        shelves.change(before, replace(before, documents=(Document("d", "care", Name("", ""), ()),)))
        assert list(shelves.due(NOW + timedelta(days=400))) == []

    def test_the_longest_overdue_comes_first(self, shelves: Shelves) -> None:
        for number in (2, 1, 3):
            doomed = Doomed(f"o-{number}", NOW + timedelta(minutes=number))
            shelves.change(Shelf(f"space-{number}"), Shelf(f"space-{number}", doomed=(doomed,)))
        due = shelves.due(NOW + timedelta(minutes=2))
        assert [one.space_id for one in due] == ["space-1", "space-2"]

    def test_all_are_gone_through_and_summed(self, shelves: Shelves) -> None:
        for number in range(150):
            shelves.change(Shelf(f"space-{number:03}"), filled(f"space-{number:03}"))
        assert [one.space_id for one in shelves.all()] == [f"space-{number:03}" for number in range(150)]
        assert shelves.totals() == Totals(documents=300, used=150 * filled().used)
