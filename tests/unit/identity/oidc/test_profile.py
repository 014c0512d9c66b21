"""Who a citizen is by what a state portal says of him, and what is no way to say it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.contracts.errors import LoginRefused
from services.contracts.national_number import check_digits
from services.identity.domain.login import Identified
from services.identity.oidc.id_token import Login
from services.identity.oidc.profile import CitizenProfile
from tests.unit.identity.oidc.op import ISSUER, NOW

NUMBER = "19850412201" + check_digits("19850412201")
PROFILE = CitizenProfile("portal", {"strong": "high"}, national_number="ssn")
CLAIMS = {"given_name": "Léa", "family_name": "Muster", "birthdate": "1985-04-12", "ssn": NUMBER}


def identified(context: str = "strong", **claims: Any) -> Identified:
    said = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    login = Login(subject="muster-1", session="", context=context, claims=said, issued_at=NOW)
    return PROFILE.identified(ISSUER, login)


def test_a_person_is_who_the_portal_says() -> None:
    found = identified()
    assert (found.first_name, found.last_name, found.birth_date) == ("Léa", "Muster", date(1985, 4, 12))
    assert (found.national_number, found.level, found.method) == (NUMBER, "high", "portal")


def test_what_need_not_be_said_may_be_left_out() -> None:
    found = identified(birthdate=None, ssn=None)
    assert (found.birth_date, found.national_number) == (None, "")


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"birthdate": "12.4.1985"}, "claim"),
        ({"birthdate": "1985"}, "claim"),
        ({"ssn": NUMBER[:-1] + "x"}, "claim"),
        ({"ssn": NUMBER[:-1]}, "claim"),
        ({"given_name": None}, "claim_missing"),
        ({"family_name": ["Muster"]}, "claim_missing"),
        ({"context": "weak"}, "acr"),
        ({"context": ""}, "acr"),
    ],
)
def test_what_is_said_of_a_person_is_of_its_kind(claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(LoginRefused) as refused:
        identified(**claims)
    assert refused.value.args == (reason,)
