"""What a person's fields may hold, and which are mandatory."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.booking.persons import check_confirmation
from services.contracts.booking import Assurance, ConfirmAppointment, InsuredPerson
from services.contracts.errors import IdentityCopyMissing, InvalidField
from services.contracts.national_number import check_digits
from tests.unit.booking.builders import PERSON, confirm_request

TODAY = date(2026, 1, 12)


def _confirm(**person: object) -> ConfirmAppointment:
    request = confirm_request("appointment-1", applicant=replace(PERSON, **person))  # type: ignore[arg-type]
    return check_confirmation(request, TODAY)


def _refused(**person: object) -> tuple[str, str]:
    with pytest.raises(InvalidField) as refused:
        _confirm(**person)
    return refused.value.details["field"], refused.value.details["rule"]


@pytest.mark.parametrize(
    "name", ["first_name", "last_name", "email", "phone", "street", "postal_code", "city", "country"]
)
def test_a_mandatory_field_is_missed_by_name(name: str) -> None:
    assert _refused(**{name: "  "}) == (f"applicant.{name}", "missing")


def test_a_caller_may_have_no_address_and_nobody_else() -> None:
    without = confirm_request("appointment-1", applicant=replace(PERSON, email=" "))
    by_phone = replace(without, assurance=Assurance(method="back-office"))
    assert check_confirmation(by_phone, TODAY).applicant.email == ""
    with pytest.raises(InvalidField):
        check_confirmation(replace(without, assurance=Assurance(method="luxtrust", level="high")), TODAY)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("1985041220199", "check_digit"),
        ("19851341201" + check_digits("19851341201"), "date"),
        ("198504122015", "format"),
        ("19850412201AB", "format"),
    ],
)
def test_a_wrong_national_number_is_refused(number: str, rule: str) -> None:
    assert _refused(national_number=number) == ("applicant.national_number", rule)


def test_blanks_between_the_groups_of_a_national_number_are_taken_out() -> None:
    number = PERSON.national_number
    assert _confirm(national_number=f"{number[:8]} {number[8:]}").applicant.national_number == number


def test_who_has_no_national_number_gives_date_and_place_of_birth() -> None:
    assert _refused(national_number="") == ("applicant.birth_date", "missing")
    born = date(1985, 4, 12)
    assert _refused(national_number="", birth_date=born) == ("applicant.birth_place", "missing")
    assert _confirm(national_number="", birth_date=born, birth_place="Metz").applicant.birth_date == born


@pytest.mark.parametrize("born", [TODAY + timedelta(days=1), date(1889, 12, 31)])
def test_nobody_is_born_tomorrow_or_too_long_ago(born: date) -> None:
    assert _refused(birth_date=born) == ("applicant.birth_date", "range")


@pytest.mark.parametrize(
    "email", ["lea", "lea@", "@example.org", "lea@example", "a b@example.org", "a@b@example.org"]
)
def test_an_address_without_the_shape_of_one_is_refused(email: str) -> None:
    assert _refused(email=email) == ("applicant.email", "format")


def test_no_line_break_gets_into_a_mail_header() -> None:
    assert _refused(email="lea@example.org\nBcc: x@example.org")[0] == "applicant.email"
    assert _confirm(first_name="Léa\r\nBcc:").applicant.first_name == "Léa Bcc:"


@pytest.mark.parametrize("phone", ["+352 621 12 34 56", "00352/621-123456", "(+352) 621.123456"])
def test_a_phone_number_is_kept_in_one_form(phone: str) -> None:
    assert _confirm(phone=phone).applicant.phone == "+352621123456"


@pytest.mark.parametrize("phone", ["12345", "call me", "+1234567890123456"])
def test_a_phone_number_without_the_shape_of_one_is_refused(phone: str) -> None:
    assert _refused(phone=phone) == ("applicant.phone", "format")


def test_a_country_is_two_letters() -> None:
    assert _confirm(country="lu").applicant.country == "LU"
    assert _refused(country="LUX") == ("applicant.country", "too_long")
    assert _refused(country="1U") == ("applicant.country", "format")


def test_markup_in_a_name_is_kept_as_text() -> None:
    assert _confirm(last_name="<b>Muster</b>").applicant.last_name == "<b>Muster</b>"


def test_what_cannot_be_seen_is_refused() -> None:
    assert _refused(last_name="Mus\u202eter") == ("applicant.last_name", "characters")


def test_a_text_is_bounded() -> None:
    assert _refused(city="x" * 81) == ("applicant.city", "too_long")


def test_the_insured_person_is_checked_by_the_same_rules() -> None:
    insured = InsuredPerson(first_name="Noé", last_name="", national_number=PERSON.national_number)
    with pytest.raises(InvalidField) as refused:
        check_confirmation(confirm_request("appointment-1", insured=insured), TODAY)
    assert refused.value.details == {"field": "insured.last_name", "rule": "missing"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"assurance": Assurance(method="guess")}, "assurance.method"),
        ({"assurance": Assurance(method="none", level="high")}, "assurance.level"),
        ({"assurance": Assurance(method="eidas", level="")}, "assurance.level"),
        ({"mail_language": "xx"}, "mail_language"),
    ],
)
def test_a_choice_that_does_not_exist_is_named(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        check_confirmation(confirm_request("appointment-1", **changes), TODAY)
    assert refused.value.details == {"field": field, "rule": "choice"}


@pytest.mark.parametrize(
    ("speaks", "method", "copy_id", "is_taken"),
    [
        (True, "none", "", False),
        (True, "none", "copy-2", True),
        (False, "none", "", True),
        (True, "luxtrust", "", True),
    ],
)
def test_without_authentication_everybody_who_speaks_gives_a_copy(
    speaks: bool, method: str, copy_id: str, is_taken: bool
) -> None:
    insured = InsuredPerson(
        first_name="Noé", last_name="Muster", national_number=PERSON.national_number, speaks=speaks
    )
    assurance = Assurance(method=method, level="high" if method == "luxtrust" else "")
    request = confirm_request(
        "appointment-1",
        insured=insured,
        insured_copy_id=copy_id,
        identity_copy_id="copy-1",
        assurance=assurance,
    )
    if is_taken:
        assert check_confirmation(request, TODAY).insured == insured
    else:
        with pytest.raises(IdentityCopyMissing):
            check_confirmation(request, TODAY)


COMPANY = {"space_id": "space-1", "company_name": " Muster  S.A. ", "person_id": "person-1"}


def test_a_companys_name_is_tidied() -> None:
    assert check_confirmation(confirm_request("a", **COMPANY), TODAY).company_name == "Muster S.A."


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"company_name": " "}, ("company_name", "missing")),
        ({"person_id": ""}, ("person_id", "missing")),
        ({"space_id": ""}, ("company_name", "unexpected")),
        ({"space_id": "", "company_name": "", "company_id": "B 12"}, ("company_name", "unexpected")),
        ({"company_name": "x" * 201}, ("company_name", "too_long")),
        ({"space_id": "x" * 201}, ("space_id", "too_long")),
        ({"procedure_id": "x" * 201}, ("procedure_id", "too_long")),
    ],
)
def test_a_space_comes_with_its_company_and_who_books(
    change: dict[str, str], refused: tuple[str, str]
) -> None:
    with pytest.raises(InvalidField) as error:
        check_confirmation(confirm_request("a", **(COMPANY | change)), TODAY)
    assert (error.value.details["field"], error.value.details["rule"]) == refused
