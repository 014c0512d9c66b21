"""Personal links: deterministic, revocable, unforgeable."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.links import Link, mint, verify
from services.contracts.errors import NotFound

KEY = bytes(range(32))


def test_a_link_says_whose_it_is() -> None:
    assert verify(KEY, mint(KEY, "a-1", "citizen", 3)) == Link("a-1", "citizen", 3)


def test_the_link_is_the_same_in_every_mail() -> None:
    assert mint(KEY, "a-1", "citizen", 0) == mint(KEY, "a-1", "citizen", 0)


def test_each_recipient_and_each_appointment_has_its_own() -> None:
    links = {mint(KEY, a, r, g) for a in ("a-1", "a-2") for r in ("citizen", "guest-1") for g in (0, 1)}
    assert len(links) == 8


def test_raising_the_generation_revokes() -> None:
    token = mint(KEY, "a-1", "citizen", 0)
    assert verify(KEY, token, 0).generation == 0
    with pytest.raises(NotFound):
        verify(KEY, token, 1)


def test_another_key_mints_nothing_of_worth() -> None:
    with pytest.raises(NotFound):
        verify(KEY, mint(bytes(32), "a-1", "citizen", 0))


@given(st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_link_is_not_found(position: int, character: str) -> None:
    token = mint(KEY, "a-1", "citizen", 0)
    position %= len(token)
    changed = token[:position] + character + token[position + 1 :]
    if changed != token:
        with pytest.raises(NotFound):
            verify(KEY, changed)


@pytest.mark.parametrize("recipient", ["citizen", "guest-1", "guest-12"])
def test_a_link_has_one_text_though_its_last_character_has_bits_to_spare(recipient: str) -> None:
    token = mint(KEY, "a-1", recipient, 0)
    for character in set(string.ascii_letters + string.digits + "-_=") - {token[-1]}:
        for changed in (token[:-1] + character, token + character):
            with pytest.raises(NotFound):
                verify(KEY, changed)


@given(st.text(max_size=600))
def test_garbage_is_not_found(garbage: str) -> None:
    with pytest.raises(NotFound):
        verify(KEY, garbage)


def test_a_link_fits_into_a_url_as_it_is() -> None:
    token = mint(KEY, "a" * 24, "citizen", 12)
    assert len(token) < 90
    assert token.replace("-", "").replace("_", "").isalnum()


def test_fields_cannot_run_into_each_other() -> None:
    with pytest.raises(ValueError, match="line break"):
        mint(KEY, "a-1\ncitizen", "x", 0)
