"""What every store of procedures must promise; over the one in memory and the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.spaces.domain.procedure import UNTOUCHED, Content, Procedure, Who
from services.spaces.ports import ProcedureStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEXT = '{"typed": {"last_name": "Élégant & Söhne"}}'


def procedure(number: int = 1, place: int = 1, space_id: str = "space-1", by: str = "p-1") -> Procedure:
    return Procedure(
        procedure_id=f"procedure-number-{number:06}",
        space_id=space_id,
        kind="booking",
        begun_by=by,
        begun_at=NOW,
        changed_by=by,
        changer="Léa Muster",
        changed_at=NOW,
        content=Content("person", "information", TEXT),
        place=place,
    )


def kept(procedures: ProcedureStore, number: int = 1) -> Procedure:
    found = procedures.get(procedure(number).procedure_id)
    assert found is not None
    return found


class ProceduresSuite:
    """Needs a fixture `procedures`, an empty store."""

    def test_what_is_added_is_found_as_it_was(self, procedures: ProcedureStore) -> None:
        assert procedures.add(procedure())
        assert kept(procedures) == procedure()
        assert procedures.get("another-procedure-0001") is None

    def test_an_id_and_a_place_are_taken_once(self, procedures: ProcedureStore) -> None:
        assert procedures.add(procedure())
        assert not procedures.add(procedure(place=2))
        assert not procedures.add(procedure(2))
        assert procedures.add(procedure(2, place=2))
        assert procedures.add(procedure(3, by="p-2"))
        assert procedures.add(procedure(4, space_id="space-2"))
        assert procedures.places("space-1", "p-1") == {1, 2}

    def test_a_change_is_kept_over_what_it_was_made_from_alone(self, procedures: ProcedureStore) -> None:
        procedures.add(procedure())
        before = kept(procedures)
        by, content = Who("p-2", "Tom"), Content("review", "information", "{}")
        after = procedures.change(before, before.saved(1, content, by, NOW))
        assert procedures.change(before, before.discarded(NOW)) is None
        assert kept(procedures) == after
        assert (after and after.version, after and after.content) == (2, content)

    def test_what_is_no_draft_gives_its_place_back(self, procedures: ProcedureStore) -> None:
        procedures.add(procedure())
        before = kept(procedures)
        procedures.change(before, before.booked("a-1", 1, NOW, NOW))
        assert procedures.places("space-1", "p-1") == set()
        assert procedures.add(procedure(2))

    def test_a_list_has_drafts_by_last_touch_then_appointments_by_time(
        self, procedures: ProcedureStore
    ) -> None:
        for number in (1, 2):
            touched = replace(procedure(number, place=number), changed_at=NOW + timedelta(hours=number))
            procedures.add(touched)
        for number in (3, 4):
            draft = procedure(number, place=number)
            procedures.add(draft.booked(f"a-{number}", 1, NOW + timedelta(days=number), NOW))
        procedures.add(procedure(5, place=5).discarded(NOW))
        procedures.add(procedure(6, space_id="space-2"))
        found = [int(one.procedure_id[-1]) for one in procedures.of_space("space-1", 10)]
        assert found == [2, 1, 4, 3]
        assert [int(one.procedure_id[-1]) for one in procedures.of_space("space-1", 1)] == [2, 4]

    def test_who_began_and_who_changed_last_are_found(self, procedures: ProcedureStore) -> None:
        procedures.add(procedure())
        procedures.add(replace(procedure(2, by="p-2"), changed_by="p-1"))
        procedures.add(procedure(3, by="p-3"))
        assert len(procedures.of_person("p-1")) == 2

    def test_what_time_changes_is_due_then_and_not_before(self, procedures: ProcedureStore) -> None:
        procedures.add(procedure())
        due_at = NOW + UNTOUCHED
        assert list(procedures.due(due_at - timedelta(seconds=1))) == []
        assert [one.procedure_id for one in procedures.due(due_at)] == [procedure().procedure_id]
        before = kept(procedures)
        procedures.change(before, before.booked("a-1", 1, NOW, NOW))
        assert list(procedures.due(due_at)) == []

    def test_only_what_is_as_it_was_read_is_removed(self, procedures: ProcedureStore) -> None:
        procedures.add(procedure())
        before = kept(procedures)
        after = procedures.change(before, before.discarded(NOW))
        procedures.remove(before)
        assert kept(procedures) == after
        procedures.remove(kept(procedures))
        assert procedures.get(before.procedure_id) is None

    def test_a_space_is_erased_with_nothing_of_another(self, procedures: ProcedureStore) -> None:
        procedures.add(procedure())
        procedures.add(procedure(2, space_id="space-2"))
        for _again in range(2):
            procedures.erase("space-1")
        assert procedures.get(procedure().procedure_id) is None
        assert kept(procedures, 2) == procedure(2, space_id="space-2")

    def test_drafts_of_several_who_are_gone_stay_with_the_others(self, procedures: ProcedureStore) -> None:
        for number, person_id in enumerate(("p-1", "p-2"), 1):
            procedures.add(procedure(number, by=person_id))
            before = kept(procedures, number)
            assert procedures.change(before, before.without(person_id))
        assert [one.begun_by for one in procedures.of_space("space-1", 10)] == ["", ""]
