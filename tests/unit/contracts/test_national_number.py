"""The two check digits, against independent computations."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn, verhoeff

from services.contracts.national_number import check_digits, fault

BODIES = st.text("0123456789", min_size=11, max_size=11)


@given(BODIES)
def test_first_check_digit_is_luhn_and_second_is_verhoeff(body: str) -> None:
    assert check_digits(body) == luhn.calc_check_digit(body) + verhoeff.calc_check_digit(body)


@given(st.dates(), st.integers(0, 999), st.integers(0, 12), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(born: date, serial: int, place: int, step: int) -> None:
    body = f"{born.year:04}{born:%m%d}{serial:03}"
    right = body + check_digits(body)
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    assert fault(right) == ""
    assert fault(wrong) in ("date", "check_digit")


@pytest.mark.parametrize(
    "text", ["", "123", "1980 0101 123 45", "١٩٨٠٠١٠١١٢٣٤٥", "19800101123456", "198001011234x"]
)
def test_anything_but_thirteen_digits_is_refused(text: str) -> None:
    assert fault(text) == "format"


def test_a_day_that_does_not_exist_is_refused() -> None:
    assert fault("19800230001" + check_digits("19800230001")) == "date"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("19800101123" + check_digits("19800101123"), ""),
        ("1980010112345", "check_digit"),
        ("19800230123" + check_digits("19800230123"), "date"),
        ("198001011234", "format"),
        ("", "format"),
    ],
)
def test_the_first_rule_that_is_broken_is_named(text: str, rule: str) -> None:
    assert fault(text) == rule
