"""The private space: one per person, saved against what was read, right where it is filled in."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.contracts.national_number import check_digits
from services.contracts.spaces import MANDATORY, PersonalData
from tests.unit.spaces.world import LEA, TOM, World, person

FILLED = PersonalData(
    first_name="Léa",
    last_name="Muster",
    birth_date=date(1985, 4, 12),
    birth_place="Ettelbruck",
    email="lea.muster@mail.example",
    phone="+352 621 000 000",
    street="1, rue de l’Exemple",
    postal_code="L-1234",
    city="Luxembourg",
    country="lu",
)
FORMER = person("Léa Muster", 9)
"""Of a log-in from before it was known that she is Léa."""


def test_new_space_holds_what_the_log_in_knew(world: World) -> None:
    space = world.open_own(LEA, PersonalData(first_name="Léa", last_name="Muster"))
    assert (space.version, space.data.first_name) == (1, "Léa")
    assert set(space.missing) == set(MANDATORY) - {"first_name", "last_name"} | {"birth_date", "birth_place"}


def test_opening_again_changes_nothing(world: World) -> None:
    first = world.open_own(LEA, FILLED)
    assert world.open_own(LEA, PersonalData(first_name="Other")) == first


def test_save_raises_the_version_and_tidies(world: World) -> None:
    world.open_own(LEA, PersonalData())
    space = world.save(LEA, 1, FILLED)
    assert (space.version, space.missing) == (2, ())
    assert (space.data.phone, space.data.country) == ("+352621000000", "LU")
    assert world.get_own(LEA) == space


def test_save_over_a_newer_version_is_refused(world: World) -> None:
    world.open_own(LEA, PersonalData())
    world.save(LEA, 1, FILLED)
    with pytest.raises(StaleVersion):
        world.save(LEA, 1, replace(FILLED, city="Esch"))
    assert world.get_own(LEA).data.city == "Luxembourg"


def test_save_that_comes_twice_is_one_save(world: World) -> None:
    world.open_own(LEA, PersonalData())
    assert world.save(LEA, 1, FILLED) == world.save(LEA, 1, FILLED)


def test_national_number_stands_in_for_date_and_place_of_birth(world: World) -> None:
    number = "19850412201" + check_digits("19850412201")
    data = replace(FILLED, birth_date=None, birth_place="", national_number=number)
    space = world.open_own(LEA, data)
    assert space.missing == ()
    assert space.advised == ("birth_date", "birth_place")


def test_commuter_is_advised_but_not_made_to_have_a_national_number(world: World) -> None:
    space = world.open_own(LEA, FILLED)
    assert (space.missing, space.advised) == ((), ("national_number",))


@pytest.mark.parametrize(
    ("field", "text", "rule"),
    [
        ("email", "no address", "format"),
        ("email", "a@b.example\nBcc: c@d.example", "format"),
        ("phone", "call me", "format"),
        ("country", "L1", "format"),
        ("national_number", "1985041220100", "check_digit"),
        ("first_name", "x" * 81, "too_long"),
        ("city", "Lux\u0000embourg", "characters"),
    ],
)
def test_wrong_field_is_named_with_its_rule(world: World, field: str, text: str, rule: str) -> None:
    world.open_own(LEA, PersonalData())
    with pytest.raises(InvalidField) as refused:
        world.save(LEA, 1, replace(FILLED, **{field: text}))
    assert refused.value.details == {"field": field, "rule": rule}
    assert world.get_own(LEA).version == 1


def test_today_is_luxembourgs(world: World) -> None:
    """23:30 UTC is half past midnight there: a child born today has a birthday that is not to come."""
    world.clock.set(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    today = world.open_own(LEA, PersonalData(birth_date=date(2026, 11, 24)))
    assert today.data.birth_date == date(2026, 11, 24)
    with pytest.raises(InvalidField, match="birth_date"):
        world.open_own(TOM, PersonalData(birth_date=date(2026, 11, 25)))


def test_html_is_text_like_any_other(world: World) -> None:
    name = "<script>alert('x')</script>"
    assert world.open_own(LEA, PersonalData(last_name=name)).data.last_name == name


def test_unknown_space_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.get_own(LEA)
    with pytest.raises(NotFound):
        world.save(LEA, 1, FILLED)


def test_nobody_has_no_space(world: World) -> None:
    with pytest.raises(InvalidField, match="actor"):
        world.open_own(replace(LEA, person_id=""))


def test_who_is_joined_brings_his_space_along(world: World) -> None:
    world.open_own(FORMER, FILLED)
    before = world.get_own(FORMER)
    for _ in range(2):
        world.own.join(LEA.person_id, FORMER.person_id)
    assert world.get_own(LEA) == replace(before, person_id=LEA.person_id)
    with pytest.raises(NotFound):
        world.get_own(FORMER)


def test_of_two_spaces_the_persons_own_stands_and_gaps_are_filled(world: World) -> None:
    world.open_own(FORMER, FILLED)
    world.open_own(LEA, PersonalData(first_name="Léa", city="Esch"))
    world.own.join(LEA.person_id, FORMER.person_id)
    data = world.get_own(LEA).data
    assert (data.city, data.street) == ("Esch", "1, rue de l’Exemple")


def test_what_was_emptied_after_the_join_stays_empty(world: World) -> None:
    world.open_own(FORMER, FILLED)
    world.own.join(LEA.person_id, FORMER.person_id)
    world.save(LEA, 1, replace(FILLED, birth_place=""))
    world.own.join(LEA.person_id, FORMER.person_id)
    assert world.get_own(LEA).data.birth_place == ""


def test_who_had_no_space_gets_none_by_being_joined(world: World) -> None:
    world.own.join(LEA.person_id, FORMER.person_id)
    with pytest.raises(NotFound):
        world.get_own(LEA)
