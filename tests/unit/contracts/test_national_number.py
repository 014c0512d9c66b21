"""The two check digits, against independent computations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn, verhoeff

from services.contracts.national_number import check_digits, is_national_number

BODIES = st.text("0123456789", min_size=11, max_size=11)


@given(BODIES)
def test_first_check_digit_is_luhn_and_second_is_verhoeff(body: str) -> None:
    assert check_digits(body) == luhn.calc_check_digit(body) + verhoeff.calc_check_digit(body)


@given(BODIES, st.integers(0, 12), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(body: str, place: int, step: int) -> None:
    right = body + check_digits(body)
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    assert is_national_number(right)
    assert not is_national_number(wrong)


@pytest.mark.parametrize("text", ["", "123", "1980 0101 123 45", "١٩٨٠٠١٠١١٢٣٤٥", "19800101123456", "198001011234x"])
def test_anything_but_thirteen_digits_is_refused(text: str) -> None:
    assert not is_national_number(text)
