"""What authorities hold: shown to whom it is about, and to nobody who only says that he is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.contracts import sources as contract
from services.contracts.errors import InvalidField, NotAllowed, NotFound
from services.contracts.space_access import Actor
from services.spaces.domain.sources import SourceAway, SourcePaused, Subject
from tests.unit.spaces.fake_sources import AS_OF, LEAS_NUMBER, record
from tests.unit.spaces.world import LEA, NOW, TOM, World

BORN = date(1985, 4, 12)
OTHER_NUMBER = "1966060607762"


def proved(**changed: Any) -> contract.Proved:
    """What a LuxTrust certificate and the registration say: no day of birth."""
    said = {
        "first_name": "Léa",
        "last_name": "Muster",
        "birth_date": None,
        "national_number": LEAS_NUMBER,
    }
    return contract.Proved(**{**said, **changed})


@pytest.fixture
def own(world: World) -> World:
    """Léa has a private space."""
    world.open_own(LEA)
    return world


def look_up(world: World, actor: Actor = LEA, space_id: str = "", **changed: Any) -> contract.SourceRecord:
    """The one record there is."""
    request = contract.LookUpSources(
        actor=actor, space_id=space_id or actor.person_id, proved=proved(**changed)
    )
    (found,) = world.sources.look_up(request).records
    return found


def test_what_is_held_on_the_owner_is_shown_with_the_sources_own_date(own: World) -> None:
    found = look_up(own)
    assert (found.source, found.state) == (contract.INSURED_PERSONS, contract.FOUND)
    assert (found.as_of, found.asked_at, found.is_old) == (AS_OF, NOW, False)
    assert found.groups == record().groups


def test_it_is_asked_anew_each_time_and_nothing_is_kept(own: World) -> None:
    look_up(own)
    own.registers.persons.held.clear()
    assert look_up(own).state == contract.NOTHING
    assert own.registers.persons.asked == [LEAS_NUMBER, LEAS_NUMBER]


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (7, False), (8, True), (400, True)])
def test_data_that_are_older_than_usual_are_said_to_be_old(own: World, days: int, is_old: bool) -> None:
    as_of = NOW - timedelta(days=days)
    own.registers.persons.held[LEAS_NUMBER] = record(as_of=as_of)
    assert look_up(own).is_old is is_old


# --- who is shown what ---


def test_a_number_of_somebody_else_shows_no_word_of_him(own: World) -> None:
    own.registers.persons.held[OTHER_NUMBER] = record("Otto", "Anderswer")
    found = look_up(own, national_number=OTHER_NUMBER)
    assert (found.state, found.groups, found.as_of) == (contract.NOTHING, (), None)


def test_a_number_that_nobody_has_and_one_of_somebody_else_are_answered_alike(own: World) -> None:
    unknown = look_up(own, national_number=OTHER_NUMBER)
    own.registers.persons.held[OTHER_NUMBER] = record("Otto", "Anderswer")
    assert look_up(own, national_number=OTHER_NUMBER) == unknown
    assert own.registers.persons.asked == [OTHER_NUMBER, OTHER_NUMBER], "the source is asked once either way"


@pytest.mark.parametrize(
    "names",
    [
        ("Léa", "Muster"),
        ("LEA", "MUSTER"),
        ("lea", "muster"),
        ("Léa", "Mu\u0301ster"),
        (" Lea ", "Muster-"),
    ],
)
def test_case_accents_and_blanks_say_nothing(own: World, names: tuple[str, str]) -> None:
    assert look_up(own, first_name=names[0], last_name=names[1]).state == contract.FOUND


@pytest.mark.parametrize(
    "names",
    [
        ("Léa", "Mustermann"),
        ("Léa", "Muster-Demo"),
        ("Léa", "Demo"),
        ("Lena", "Muster"),
        ("L", "Muster"),
        ("Marie", "Muster"),
        ("Léa Marie", "Muster"),
        ("Muster", "Léa"),
        ("", "Muster"),
        ("Léa", ""),
        ("-", "-"),
    ],
)
def test_another_name_is_somebody_elses(own: World, names: tuple[str, str]) -> None:
    assert look_up(own, first_name=names[0], last_name=names[1]).state == contract.NOTHING


@pytest.mark.parametrize(("held", "borne"), [("Léa Marie Anne", "Léa"), ("Léa", "Léa Marie"), ("A B", "B A")])
def test_some_of_several_first_names_do_where_the_day_of_birth_is_proved(held: str, borne: str) -> None:
    subject = Subject(held, "Muster Demo", BORN)
    assert subject.agrees_with(proved(first_name=borne, last_name="Muster-Demo", birth_date=BORN))


def test_a_son_is_not_shown_what_is_held_on_his_father() -> None:
    """With a certificate that proves no day of birth, and one of the father's first names."""
    father = Subject("Jean Pierre", "Muster", BORN)
    assert not father.agrees_with(proved(first_name="Pierre"))
    assert not father.agrees_with(proved(first_name="Jean"))
    assert not father.agrees_with(proved(first_name="Jean", birth_date=date(2010, 4, 12)))
    assert father.agrees_with(proved(first_name="Jean-Pierre"))


def test_other_first_names_and_another_order_of_family_names_are_somebody_elses() -> None:
    subject = Subject("Léa Marie", "Muster Demo", BORN)
    assert not subject.agrees_with(proved(first_name="Léa Paule", last_name="Muster-Demo", birth_date=BORN))
    assert not subject.agrees_with(proved(first_name="Léa", last_name="Demo-Muster", birth_date=BORN))


def test_a_name_without_a_letter_agrees_with_nobody() -> None:
    assert not Subject("-", "-", BORN).agrees_with(proved(first_name="'", last_name="."))


def test_the_day_of_birth_has_to_agree_where_the_certificate_carries_it(own: World) -> None:
    assert look_up(own, birth_date=BORN).state == contract.FOUND
    assert look_up(own, birth_date=date(1985, 4, 13)).state == contract.NOTHING


def test_nobody_sees_what_is_held_on_the_owner_of_another_private_space(own: World) -> None:
    with pytest.raises(NotFound, match="space"):
        look_up(own, TOM, space_id=LEA.person_id)
    assert own.registers.persons.asked == []


def test_a_deleted_space_shows_nothing(own: World) -> None:
    own.delete(LEA.person_id)
    with pytest.raises(NotAllowed, match="sources:see"):
        look_up(own)
    assert own.registers.persons.asked == []


# --- companies ---


def test_a_company_is_looked_up_by_the_number_of_its_certificate(world: World) -> None:
    space_id = world.opened(LEA).space_id
    world.joined(space_id, TOM, "reader")
    found = look_up(world, TOM, space_id, first_name="Tom", last_name="Beispiel", national_number="")
    assert (found.source, found.state) == (contract.EMPLOYERS, contract.FOUND)
    assert world.registers.employers.asked == [LEA.company_id]
    assert world.registers.persons.asked == [], "a member's own data are not the company's"


def test_a_space_made_without_a_company_has_no_number_to_ask_by(world: World) -> None:
    space_id = world.opened(TOM, "Practice").space_id
    assert look_up(world, TOM, space_id).state == contract.NO_NUMBER
    assert world.registers.employers.asked == []


# --- when there is no answer ---


def test_without_a_number_nobody_is_asked(own: World) -> None:
    assert look_up(own, national_number="").state == contract.NO_NUMBER
    assert own.registers.persons.asked == []


def test_what_is_no_number_is_refused_before_anybody_is_asked(own: World) -> None:
    with pytest.raises(InvalidField, match="national_number"):
        look_up(own, national_number="1985041220135")
    assert own.registers.persons.asked == []


def test_a_source_that_is_away_is_told_from_one_that_holds_nothing(own: World) -> None:
    own.registers.persons.trouble = SourceAway("unreachable")
    found = look_up(own)
    assert (found.state, found.groups, found.again_at) == (contract.AWAY, (), None)


def test_a_source_that_is_left_alone_says_when_it_is_asked_again(own: World) -> None:
    own.registers.persons.trouble = SourcePaused(timedelta(seconds=20))
    found = look_up(own)
    assert (found.state, found.again_at) == (contract.PAUSED, NOW + timedelta(seconds=20))


def test_where_no_source_is_connected_the_answer_says_so(own: World) -> None:
    request = contract.LookUpSources(actor=LEA, space_id=LEA.person_id, proved=proved())
    unconnected = type(own.sources)(own.clock, own.sources.doors, {})
    assert unconnected.look_up(request).records == ()
