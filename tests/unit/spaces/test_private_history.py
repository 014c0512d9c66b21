"""Who changed what in a private space, and how it ends: deleted, restored, gone; one per person all along."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis import context
from services.contracts import professional as p
from services.contracts import spaces as s
from services.contracts.errors import InvalidField, NotAllowed, NotFound, ServiceUnavailable, StaleVersion
from services.contracts.space_access import ACTIVE, DELETED, Actor
from services.contracts.spaces import PersonalData
from services.spaces.domain.private_space import MOST_CHANGES
from tests.unit.spaces.documents_world import DocumentsWorld
from tests.unit.spaces.test_consents import booked
from tests.unit.spaces.test_private_spaces import FILLED, FORMER
from tests.unit.spaces.world import LEA, NOW, TOM, World

ABROAD = replace(LEA, number="", credential_id="c-abroad", name="Léa MUSTER")
"""The same person with a means of another country, whose number is no certificate's."""


def changes(world: World, actor: Actor = LEA) -> tuple[s.DataChange, ...]:
    return world.own.changes(s.ListDataChanges(actor=actor)).changes


def delete(world: World, actor: Actor = LEA) -> None:
    world.mine.delete(p.DeleteSpace(actor=actor, space_id=actor.person_id))


def restore(world: World, actor: Actor = LEA) -> None:
    world.mine.restore(p.RestoreSpace(actor=actor, space_id=actor.person_id))


# --- history ---


def test_each_change_says_who_when_with_which_certificate_by_which_door_and_what(
    world: World,
) -> None:
    with context.use(context.begin(origin="page:0123456789abcdef")):
        world.open_own(LEA, PersonalData(first_name="Léa"))
    world.later(days=1)
    with context.use(context.begin(origin="space:0123456789abcdef")):
        world.save(ABROAD, 1, PersonalData(first_name="Léa", city="Esch", phone="+352621000000"))
    saved, opened = changes(world)
    assert (opened.what, opened.at, opened.actor_name, opened.certificate, opened.door, opened.fields) == (
        *("opened", NOW, "Léa Muster", LEA.number[-4:], "page"),
        ("first_name",),
    )
    assert (saved.what, saved.at, saved.actor_name, saved.certificate, saved.door) == (
        *("saved", NOW + timedelta(days=1), "Léa MUSTER", "", "space"),
    )
    assert saved.fields == ("phone", "city")


def test_what_stood_in_a_field_before_is_kept_nowhere(world: World) -> None:
    world.open_own(LEA, replace(FILLED, city="Vianden"))
    world.save(LEA, 1, replace(FILLED, city="Esch"))
    assert "Vianden" not in str(world.private.spaces[LEA.person_id])
    assert "Esch" in str(world.private.spaces[LEA.person_id])


def test_a_save_that_changes_nothing_is_not_noted(world: World) -> None:
    world.open_own(LEA, FILLED)
    world.save(LEA, 1, FILLED)
    assert [one.what for one in changes(world)] == ["opened"]


def test_a_save_that_is_refused_is_not_noted(world: World) -> None:
    world.open_own(LEA, FILLED)
    with pytest.raises(InvalidField):
        world.save(LEA, 1, replace(FILLED, email="nobody"))
    with pytest.raises(StaleVersion):
        world.save(LEA, 7, replace(FILLED, city="Esch"))
    assert [one.what for one in changes(world)] == ["opened"]


def test_what_another_log_in_of_the_same_person_brought_is_noted_too(world: World) -> None:
    world.open_own(LEA, PersonalData(first_name="Léa"))
    world.open_own(FORMER, PersonalData(first_name="Lea", city="Esch"))
    world.own.join(LEA.person_id, FORMER.person_id)
    joined = changes(world)[0]
    assert (joined.what, joined.actor_name, joined.door, joined.fields) == ("joined", "", "", ("city",))


def test_history_is_kept_for_a_year(world: World) -> None:
    world.open_own(LEA, FILLED)
    world.later(days=100)
    world.save(LEA, 1, replace(FILLED, city="Esch"))
    world.later(days=264, hours=23)
    world.tending.sweep()
    assert len(changes(world)) == 2
    world.later(hours=1)
    world.tending.sweep()
    assert [one.what for one in changes(world)] == ["saved"]
    assert world.get_own(LEA).data.city == "Esch"


def test_history_is_bounded_and_the_latest_stand_in_it(world: World) -> None:
    world.open_own(LEA, FILLED)
    for number in range(1, MOST_CHANGES + 5):
        world.save(LEA, number, replace(FILLED, city=f"City {number}"))
    found = changes(world)
    assert len(found) == MOST_CHANGES
    assert {one.what for one in found} == {"saved"}


def test_nobody_reads_the_history_of_another(world: World) -> None:
    world.open_own(LEA, FILLED)
    with pytest.raises(NotFound):
        changes(world, TOM)


# --- deleted, restored, gone ---


def test_a_deleted_space_answers_nothing_of_what_is_in_it(world: World) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    found = world.get_own(LEA)
    assert (found.state, found.gone_at, found.data) == (DELETED, NOW + timedelta(days=30), PersonalData())
    with pytest.raises(NotAllowed):
        world.save(LEA, 1, FILLED)
    with pytest.raises(NotAllowed):
        changes(world)


def test_a_restored_space_is_as_it_was(world: World) -> None:
    before = world.open_own(LEA, FILLED)
    delete(world)
    world.later(days=29)
    restore(world)
    assert world.get_own(LEA) == before
    assert [one.what for one in changes(world)] == ["restored", "deleted", "opened"]


def test_deleting_and_restoring_twice_is_doing_it_once(world: World) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    world.later(days=5)
    delete(world)
    assert world.get_own(LEA).gone_at == NOW + timedelta(days=30)
    for _twice in range(2):
        restore(world)
    told = [type(event).__name__ for event in world.private.told]
    assert told == ["PrivateSpaceOpened", "SpaceDeleted", "SpaceRestored"]


def test_the_overview_shows_a_deleted_private_space_with_its_end(world: World) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    card = world.overview(LEA).private
    assert card is not None
    assert (card.state, card.gone_at, card.may) == (
        *(DELETED, NOW + timedelta(days=30)),
        ("see", "space:delete"),
    )


def test_who_has_deleted_his_space_finds_that_one_when_he_opens_one(world: World) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    world.later(days=10)
    found = world.open_own(LEA, PersonalData(first_name="Other"))
    assert (found.state, found.data) == (DELETED, PersonalData())
    restore(world)
    assert world.get_own(LEA).data.first_name == "Léa"


def test_the_grace_ends_to_the_second(world: World) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    world.later(days=30, seconds=-1)
    world.tending.sweep()
    assert world.get_own(LEA).state == DELETED
    world.later(seconds=1)
    with pytest.raises(NotFound):
        world.get_own(LEA)
    with pytest.raises(NotFound):
        restore(world)
    assert world.overview(LEA).private is None


def test_when_the_grace_is_over_nothing_of_the_person_is_left_and_it_is_told(world: World) -> None:
    world.open_own(LEA, FILLED)
    world.consents.booked(booked())
    delete(world)
    world.later(days=30)
    for _replica in range(2):
        world.tending.sweep()
    assert world.private.spaces == {}
    assert list(world.given.of_person(LEA.person_id)) == []
    gone = [event for event in world.private.told if isinstance(event, p.SpaceGone)]
    assert [event.space_id for event in gone] == [LEA.person_id]


def test_after_the_grace_a_new_space_is_empty(world: World) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    world.later(days=30)
    found = world.open_own(LEA, PersonalData(first_name="Léa"))
    assert (found.state, found.version, found.data) == (ACTIVE, 1, PersonalData(first_name="Léa"))
    assert [one.what for one in changes(world)] == ["opened"]


def test_a_new_space_waits_until_the_end_of_the_former_one_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    world.later(days=30)
    monkeypatch.setattr(world.private, "drop_gone", lambda: None)
    with pytest.raises(StaleVersion):
        world.open_own(LEA, FILLED)
    monkeypatch.undo()
    assert world.open_own(LEA, FILLED).state == ACTIVE


def test_who_saves_while_another_deletes_is_decided_anew(world: World) -> None:
    world.open_own(LEA, FILLED)
    world.private.before_change.append(lambda: delete(world))
    with pytest.raises(NotAllowed):
        world.save(LEA, 1, replace(FILLED, city="Esch"))
    restore(world)
    assert world.get_own(LEA).data.city == "Luxembourg"


def test_a_change_beside_the_data_does_not_make_a_save_stale(world: World) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    restore(world)
    assert world.save(LEA, 1, replace(FILLED, city="Esch")).version == 2


def test_without_consent_nothing_is_kept(world: World) -> None:
    for version in ("", "  ", "x" * 41):
        with pytest.raises(InvalidField, match="consent_version"):
            world.own.open(s.OpenPrivateSpace(actor=LEA, data=FILLED, consent_version=version))
    assert world.private.spaces == {}


# --- two log-ins that turn out to be one person's ---


def test_a_deleted_space_of_another_log_in_is_not_taken_over_and_runs_out(world: World) -> None:
    world.open_own(FORMER, FILLED)
    delete(world, FORMER)
    world.own.join(LEA.person_id, FORMER.person_id)
    assert LEA.person_id not in world.private.spaces
    world.later(days=30)
    world.tending.sweep()
    assert world.private.spaces == {}


def test_what_is_taken_over_into_a_deleted_space_ends_or_comes_back_with_it(world: World) -> None:
    world.open_own(LEA, PersonalData(first_name="Léa"))
    delete(world)
    world.open_own(FORMER, FILLED)
    world.own.join(LEA.person_id, FORMER.person_id)
    assert world.get_own(LEA).data == PersonalData()
    restore(world)
    assert world.get_own(LEA).data.city == "Luxembourg"
    with pytest.raises(NotFound):
        world.get_own(FORMER)


def test_a_join_that_dies_halfway_goes_on_when_it_is_told_again(world: World) -> None:
    world.open_own(LEA, PersonalData(first_name="Léa"))
    world.open_own(FORMER, FILLED)
    changed = {FORMER.person_id: replace(world.private.spaces[FORMER.person_id], version=7)}
    world.private.before_change = [lambda: world.private.spaces.update(changed), lambda: None]
    with pytest.raises(StaleVersion):
        world.own.join(LEA.person_id, FORMER.person_id)
    world.own.join(LEA.person_id, FORMER.person_id)
    assert world.get_own(LEA).data.city == "Luxembourg"
    assert [one.what for one in changes(world)] == ["joined", "opened"]
    assert world.private.spaces[FORMER.person_id].data == PersonalData()


# --- what lies in it ---


def test_with_the_space_go_its_documents_drafts_and_consents_and_a_new_one_has_none(world: World) -> None:
    world.open_own(LEA, FILLED)
    documents = DocumentsWorld(world, LEA.person_id)
    documents.bring("Receipt.pdf")
    world.saved(LEA.person_id)
    world.consents.booked(booked())
    assert list(documents.keys.owners()) == [LEA.person_id]
    delete(world)
    with pytest.raises(NotAllowed):
        documents.names()
    world.later(days=30)
    world.tending.sweep()
    assert (list(documents.keys.owners()), documents.objects.stored) == ([], set())
    assert list(world.drafts.of_person(LEA.person_id)) == []
    world.open_own(LEA)
    assert documents.names() == documents.binned() == []
    assert list(world.given.of_person(LEA.person_id)) == []
    assert documents.bring("Other.pdf").name == "Other.pdf"


def test_where_the_objects_cannot_be_reached_nobody_enters_and_the_end_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.open_own(LEA, FILLED)
    documents = DocumentsWorld(world, LEA.person_id)
    documents.bring()
    delete(world)
    world.later(days=30)
    monkeypatch.setattr(documents.objects, "remove_all", _away)
    world.tending.sweep()
    with pytest.raises(NotFound):
        world.get_own(LEA)
    with pytest.raises(StaleVersion):
        world.open_own(LEA)
    assert [type(event).__name__ for event in world.private.told].count("SpaceGone") == 0
    monkeypatch.undo()
    world.tending.sweep()
    assert (world.private.spaces, documents.objects.stored) == ({}, set())


def test_who_erases_late_takes_nothing_of_a_new_space(world: World) -> None:
    world.open_own(LEA, FILLED)
    delete(world)
    world.later(days=30)
    former = world.private.spaces[LEA.person_id]
    world.open_own(LEA)
    world.save(LEA, 1, FILLED)
    documents = DocumentsWorld(world, LEA.person_id)
    documents.bring("New.pdf")
    assert not world.tending.empty(former, world.clock.now())
    assert documents.names() == ["New.pdf"]
    assert world.get_own(LEA).data.city == "Luxembourg"


def test_one_process_erases_a_private_space_and_no_new_one_is_there_before_it_has(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.open_own(LEA, FILLED)
    documents = DocumentsWorld(world, LEA.person_id)
    documents.bring()
    delete(world)
    world.later(days=30)
    met: list[str] = []

    def meanwhile(_folder: str) -> None:
        with pytest.raises(StaleVersion):
            world.open_own(LEA)
        world.later(seconds=-1)  # a request that began before the grace was over
        with pytest.raises(NotFound):
            restore(world)
        world.later(seconds=1)
        met.append("both")

    monkeypatch.setattr(documents.objects, "remove_all", meanwhile)
    world.tending.sweep()
    assert met == ["both"]
    assert world.open_own(LEA).data == PersonalData()


def _away(_folder: str) -> None:
    raise ServiceUnavailable("documents")
