"""What every store of private spaces must promise; over the fake and the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from services.contracts.spaces import PersonalData
from services.spaces.domain.private_space import PrivateSpace, opened
from services.spaces.domain.space import Note
from services.spaces.ports import Spaces

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DATA = PersonalData(first_name="Léa", birth_date=date(1985, 4, 12), email="lea.muster@mail.example")
NOTE = Note(NOW, "person:p-1", "Léa Muster", "space:0123456789abcdef", "0001")


def space(person_id: str = "p-1") -> PrivateSpace:
    return opened(person_id, DATA, "2026-11", NOW.date(), NOTE)


def kept(private: Spaces, person_id: str = "p-1") -> PrivateSpace:
    found = private.get(person_id)
    assert found is not None
    return found


class PrivateSuite:
    """Needs a fixture `private`, an empty store."""

    def test_a_person_has_one_and_it_is_found_as_it_was(self, private: Spaces) -> None:
        assert private.add(space())
        assert not private.add(replace(space(), data=PersonalData()))
        assert private.add(space("p-2"))
        assert kept(private) == space()
        assert private.get("p-3") is None

    def test_a_change_of_a_private_space_is_kept_over_what_it_was_made_from_alone(
        self, private: Spaces
    ) -> None:
        private.add(space())
        before = kept(private)
        after = before.saved(1, replace(DATA, city="Esch"), NOW.date(), NOTE)
        assert private.change(before, after)
        assert not private.change(before, before.deleted(NOTE))
        found = kept(private)
        assert (found.data.city, found.state, found.version) == ("Esch", "active", before.version + 1)
        assert [(one.what, one.fields) for one in found.changes][1:] == [("saved", ("city",))]

    def test_a_deleted_one_keeps_its_person_from_having_another_until_it_is_gone(
        self, private: Spaces
    ) -> None:
        private.add(space())
        before = kept(private)
        private.change(before, before.deleted(NOTE))
        assert not private.add(space())
        deleted = kept(private)
        private.change(deleted, deleted.emptied())
        assert not private.add(space())
        for _replica in range(2):
            private.drop_gone()
        assert private.get("p-1") is None
        assert private.add(space())

    def test_a_private_space_is_due_when_its_grace_or_a_year_of_history_ends(self, private: Spaces) -> None:
        private.add(space())
        assert list(private.due(NOW + timedelta(days=364))) == []
        assert [one.person_id for one in private.due(NOW + timedelta(days=365))] == ["p-1"]
        before = kept(private)
        private.change(before, before.deleted(NOTE))
        ends = NOW + timedelta(days=30)
        assert list(private.due(ends - timedelta(seconds=1))) == []
        assert [one.person_id for one in private.due(ends)] == ["p-1"]
        deleted = kept(private)
        private.change(deleted, deleted.emptied())
        assert list(private.due(NOW + timedelta(days=4000))) == []

    def test_what_was_read_of_a_former_space_changes_nothing_in_a_new_one(self, private: Spaces) -> None:
        private.add(space())
        before = kept(private)
        private.change(before, before.deleted(NOTE))
        former = kept(private)
        private.change(former, former.emptied())
        private.drop_gone()
        private.add(space())
        private.change(kept(private), kept(private).saved(1, PersonalData(), NOW.date(), NOTE))
        assert kept(private).version == former.version
        assert not private.change(former, former.emptied())
        assert kept(private).state == "active"
