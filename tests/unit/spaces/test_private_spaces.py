"""The private space: one per person, saved against what was read, right where it is filled in."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.contracts.national_number import check_digits
from services.contracts.spaces import MANDATORY, PersonalData
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.usecases import PrivateSpaces

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


class Spaces:
    """The store in memory."""

    def __init__(self) -> None:
        self.spaces: dict[str, PrivateSpace] = {}
        self.taken_over: dict[str, str] = {}

    def open(self, space: PrivateSpace) -> PrivateSpace:
        return self.spaces.setdefault(space.person_id, space)

    def get(self, person_id: str) -> PrivateSpace | None:
        return self.spaces.get(person_id)

    def was_taken_over(self, person_id: str) -> bool:
        return person_id in self.taken_over

    def note_taken_over(self, former_id: str, person_id: str) -> None:
        self.taken_over[former_id] = person_id

    def replace(self, space: PrivateSpace, expected_version: int) -> bool:
        fits = self.spaces[space.person_id].version == expected_version
        if fits:
            self.spaces[space.person_id] = space
        return fits


@pytest.fixture
def app() -> PrivateSpaces:
    return PrivateSpaces(clock=ManualClock(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)), spaces=Spaces())


def test_new_space_holds_what_the_log_in_knew(app: PrivateSpaces) -> None:
    space = app.open_private_space("p1", PersonalData(first_name="Léa", last_name="Muster"))
    assert (space.version, space.data.first_name) == (1, "Léa")
    assert set(space.missing) == set(MANDATORY) - {"first_name", "last_name"} | {"birth_date", "birth_place"}


def test_opening_again_changes_nothing(app: PrivateSpaces) -> None:
    first = app.open_private_space("p1", FILLED)
    assert app.open_private_space("p1", PersonalData(first_name="Other")) == first


def test_save_raises_the_version_and_tidies(app: PrivateSpaces) -> None:
    app.open_private_space("p1", PersonalData())
    space = app.save_personal_data("p1", 1, FILLED)
    assert (space.version, space.missing) == (2, ())
    assert (space.data.phone, space.data.country) == ("+352621000000", "LU")
    assert app.get_private_space("p1") == space


def test_save_over_a_newer_version_is_refused(app: PrivateSpaces) -> None:
    app.open_private_space("p1", PersonalData())
    app.save_personal_data("p1", 1, FILLED)
    with pytest.raises(StaleVersion):
        app.save_personal_data("p1", 1, replace(FILLED, city="Esch"))
    assert app.get_private_space("p1").data.city == "Luxembourg"


def test_save_that_comes_twice_is_one_save(app: PrivateSpaces) -> None:
    app.open_private_space("p1", PersonalData())
    assert app.save_personal_data("p1", 1, FILLED) == app.save_personal_data("p1", 1, FILLED)


def test_national_number_stands_in_for_date_and_place_of_birth(app: PrivateSpaces) -> None:
    number = "19850412201" + check_digits("19850412201")
    data = replace(FILLED, birth_date=None, birth_place="", national_number=number)
    space = app.open_private_space("p1", data)
    assert space.missing == ()
    assert space.advised == ("birth_date", "birth_place")


def test_commuter_is_advised_but_not_made_to_have_a_national_number(app: PrivateSpaces) -> None:
    space = app.open_private_space("p1", FILLED)
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
def test_wrong_field_is_named_with_its_rule(app: PrivateSpaces, field: str, text: str, rule: str) -> None:
    app.open_private_space("p1", PersonalData())
    with pytest.raises(InvalidField) as refused:
        app.save_personal_data("p1", 1, replace(FILLED, **{field: text}))
    assert refused.value.details == {"field": field, "rule": rule}
    assert app.get_private_space("p1").version == 1


def test_today_is_luxembourgs(app: PrivateSpaces) -> None:
    """23:30 UTC is half past midnight there: a child born today has a birthday that is not to come."""
    today = app.open_private_space("p1", PersonalData(birth_date=date(2026, 11, 24)))
    assert today.data.birth_date == date(2026, 11, 24)
    with pytest.raises(InvalidField, match="birth_date"):
        app.open_private_space("p2", PersonalData(birth_date=date(2026, 11, 25)))


def test_html_is_text_like_any_other(app: PrivateSpaces) -> None:
    name = "<script>alert('x')</script>"
    assert app.open_private_space("p1", PersonalData(last_name=name)).data.last_name == name


def test_unknown_space_is_not_found(app: PrivateSpaces) -> None:
    with pytest.raises(NotFound):
        app.get_private_space("p1")
    with pytest.raises(NotFound):
        app.save_personal_data("p1", 1, FILLED)


def test_nobody_has_no_space(app: PrivateSpaces) -> None:
    with pytest.raises(InvalidField, match="person_id"):
        app.open_private_space("", PersonalData())


def test_who_is_joined_brings_his_space_along(app: PrivateSpaces) -> None:
    app.open_private_space("former", FILLED)
    before = app.get_private_space("former")
    for _ in range(2):
        app.join("person", "former")
    assert app.get_private_space("person") == replace(before, person_id="person")
    assert app.get_private_space("former") == before


def test_of_two_spaces_the_persons_own_stands_and_gaps_are_filled(app: PrivateSpaces) -> None:
    app.open_private_space("former", FILLED)
    app.open_private_space("person", PersonalData(first_name="Léa", city="Esch"))
    app.join("person", "former")
    data = app.get_private_space("person").data
    assert (data.city, data.street) == ("Esch", "1, rue de l’Exemple")


def test_what_was_emptied_after_the_join_stays_empty(app: PrivateSpaces) -> None:
    app.open_private_space("former", FILLED)
    app.join("person", "former")
    app.save_personal_data("person", 1, replace(FILLED, birth_place=""))
    app.join("person", "former")
    assert app.get_private_space("person").data.birth_place == ""


def test_who_had_no_space_gets_none_by_being_joined(app: PrivateSpaces) -> None:
    app.join("person", "former")
    with pytest.raises(NotFound):
        app.get_private_space("person")
