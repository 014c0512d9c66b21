"""Leaving: with a proof, taken back in the grace, then erased, whatever is away and whoever dies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.contracts.errors import FreshLoginNeeded, InvalidField, NotFound, ServiceUnavailable
from services.contracts.identity import Principal
from services.contracts.rights import Leave, NoteExport, PersonGone, PersonLeaving, Stay
from services.identity.credentials.credentials import GRACE
from services.identity.credentials.leaving import MAIL_TRIED
from tests.unit.identity.citizens import NOW, World, eidas, luxtrust


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lea(world: World) -> Principal:
    return world.registered(luxtrust(1))


def leave(world: World, who: Principal) -> None:
    world.app.leaving.leave(Leave(person_id=who.subject_id, proof=who.proof))


def end_of_grace(world: World) -> None:
    world.clock.set(NOW + GRACE)


def steps(world: World, who: Principal) -> list[str]:
    return [step.what for step in world.account(who).trail]


def test_a_person_who_leaves_is_told_until_when_and_so_is_everybody(world: World, lea: Principal) -> None:
    leave(world, lea)
    leave(world, lea)
    told = [event for event in world.persons.told if isinstance(event, PersonLeaving)]
    assert [(event.person_id, event.gone_at) for event in told] == [(lea.subject_id, NOW + GRACE)]
    assert steps(world, lea)[-1] == "leaving"
    assert world.sign_in(luxtrust(1)).gone_at == NOW + GRACE


def test_nobody_leaves_without_a_log_in_of_the_last_minutes(world: World, lea: Principal) -> None:
    world.clock.advance(minutes=5)
    with pytest.raises(FreshLoginNeeded):
        leave(world, lea)
    assert world.account(lea).gone_at is None


def test_who_has_not_registered_may_leave_as_well(world: World) -> None:
    seen = world.sign_in(luxtrust(7))
    leave(world, seen)
    end_of_grace(world)
    world.app.sweep()
    assert world.persons.credentials == {}
    assert world.last_acts.farewells == {}


def test_nobody_is_exported_with_the_proof_of_another(world: World, lea: Principal) -> None:
    other = world.sign_in(luxtrust(7))
    with pytest.raises(FreshLoginNeeded):
        world.app.leaving.note_export(NoteExport(person_id=lea.subject_id, proof=other.proof))


def test_an_export_stands_in_the_trail_and_is_told(world: World, lea: Principal) -> None:
    world.app.leaving.note_export(NoteExport(person_id=lea.subject_id, proof=lea.proof))
    assert steps(world, lea)[-1] == "exported"
    assert world.told()[-1] == "PersonExported"


def test_whoever_stays_is_as_he_was(world: World, lea: Principal) -> None:
    before = world.persons.persons[lea.subject_id]
    leave(world, lea)
    for _ in range(2):
        assert world.app.leaving.stay(Stay(person_id=lea.subject_id)).gone_at is None
    assert world.told()[-2:] == ["PersonLeaving", "PersonStayed"]
    after = world.persons.persons[lea.subject_id]
    assert (after.address, after.national_number, after.held) == (
        before.address,
        before.national_number,
        before.held,
    )
    end_of_grace(world)
    world.app.sweep()
    assert world.account(lea).is_registered


def test_at_the_end_of_the_grace_and_not_before_everything_goes(world: World, lea: Principal) -> None:
    leave(world, lea)
    world.clock.set(NOW + GRACE - timedelta(seconds=1))
    world.app.sweep()
    assert world.account(lea).address
    end_of_grace(world)
    world.app.sweep()
    with pytest.raises(NotFound):
        world.account(lea)
    assert world.persons.credentials == {}
    assert isinstance(world.persons.told[-1], PersonGone)
    assert world.last_acts.forgotten == [f"{1:020}"]
    assert [address for address, _ in world.last_acts.farewells.values()] == ["lea.muster@example.org"]


def test_what_is_left_for_a_year_has_no_content(world: World, lea: Principal) -> None:
    leave(world, lea)
    end_of_grace(world)
    world.app.sweep()
    left = world.persons.gone[lea.subject_id]
    assert [step.what for step in left.trail] == ["registered", "leaving", "erased"]
    assert {step.reason for step in left.trail} == {""}
    world.clock.advance(days=365, seconds=-1)
    world.app.sweep()
    assert [step.what for step in world.persons.gone[lea.subject_id].trail] == ["erased"]
    world.clock.advance(seconds=1)
    world.app.sweep()
    assert world.persons.gone[lea.subject_id].trail == ()


def test_who_has_never_registered_goes_a_year_and_a_month_after_the_last_login(world: World) -> None:
    person_id = world.sign_in(eidas("DE/LU/1")).subject_id
    world.clock.advance(days=395, seconds=-1)
    world.app.sweep()
    assert world.persons.get(person_id)
    world.clock.advance(seconds=1)
    world.app.sweep()
    assert world.persons.get(person_id) is None
    assert world.persons.known(eidas("DE/LU/1").credential) is None
    (told,) = [event for event in world.persons.told if isinstance(event, PersonGone)]
    assert told.person_id == person_id


def test_who_is_registered_stays_however_long_he_is_away(world: World, lea: Principal) -> None:
    world.clock.advance(days=3650)
    world.app.sweep()
    assert world.persons.get(lea.subject_id)


def test_nobody_stays_once_the_grace_has_ended(world: World, lea: Principal) -> None:
    leave(world, lea)
    end_of_grace(world)
    with pytest.raises(NotFound):
        world.app.leaving.stay(Stay(person_id=lea.subject_id))
    with pytest.raises(NotFound):
        world.app.leaving.get(lea.subject_id)


def test_who_logs_in_at_the_end_of_the_grace_is_somebody_new(world: World, lea: Principal) -> None:
    leave(world, lea)
    end_of_grace(world)
    new = world.sign_in(luxtrust(1))
    assert new.subject_id != lea.subject_id
    assert (new.is_registered, new.gone_at) == (False, None)
    assert world.told()[-1] == "PersonGone"


def test_a_mail_server_that_is_away_keeps_nobody_here_for_long(world: World, lea: Principal) -> None:
    leave(world, lea)
    end_of_grace(world)
    world.last_acts.faults = [ServiceUnavailable("mail")] * 3
    world.app.sweep()
    assert world.account(lea)
    world.clock.advance(seconds=MAIL_TRIED.total_seconds())
    world.app.sweep()
    assert world.persons.persons == {}


def test_an_address_that_is_none_keeps_nobody_here(world: World, lea: Principal) -> None:
    leave(world, lea)
    end_of_grace(world)
    world.last_acts.faults = [InvalidField("address", "format")]
    world.app.sweep()
    assert world.persons.persons == {}


def test_one_who_cannot_be_erased_now_keeps_no_other(world: World, lea: Principal) -> None:
    leave(world, lea)
    other = world.sign_in(luxtrust(7))
    leave(world, other)
    end_of_grace(world)
    world.last_acts.faults = [ServiceUnavailable("mail")]
    world.app.sweep()
    assert list(world.persons.persons) == [lea.subject_id]
    world.app.sweep()
    assert world.persons.persons == {}


@pytest.mark.parametrize("step", ["erase", "erase_credentials", "tell_again"])
def test_whatever_step_a_process_dies_in_the_next_sweep_finishes(
    world: World, lea: Principal, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    leave(world, lea)
    end_of_grace(world)
    with monkeypatch.context() as dying:
        dying.setattr(world.persons, step, dies)
        with pytest.raises(Killed):
            sweep_twice(world)
    world.app.leaving.sweep()
    assert (world.persons.persons, world.persons.credentials) == ({}, {})
    assert "PersonGone" in world.told()
    assert len(world.last_acts.farewells) == 1


def sweep_twice(world: World) -> None:
    """Now, and when it is to be told again."""
    world.app.leaving.sweep()
    world.clock.advance(hours=1)
    world.app.leaving.sweep()


class Killed(Exception):
    """The process is gone."""


def dies(*_: object) -> None:
    raise Killed


def test_it_is_told_again_after_an_hour_a_day_and_a_week(world: World, lea: Principal) -> None:
    leave(world, lea)
    end_of_grace(world)
    world.app.sweep()
    for hours in (1, 23, 144, 1000):
        world.app.sweep()
        world.clock.advance(hours=hours)
    world.app.sweep()
    assert world.told().count("PersonGone") == 4
