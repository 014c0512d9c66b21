"""Logout tokens: what is wrong with one is refused under a name of its own."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts.errors import LoginRefused
from services.identity.oidc.logout_token import LOGOUT_EVENT, Logout, accept_logout
from services.identity.oidc.session_keys import keys_of_login, keys_of_logout
from services.identity.oidc.signature import verified
from tests.unit.identity.oidc.op import AT, CLAIMS, CLIENT, CLIENT_ID, ISSUER, LOGOUT, NOW, ring, signed


def logout(claims: dict[str, Any], **header: Any) -> Logout:
    token = verified(signed(claims, **{"typ": "logout+jwt", **header}), ring(), CLIENT.algorithms)
    return accept_logout(token, ISSUER, CLIENT_ID, NOW)


def refused(claims: dict[str, Any], **header: Any) -> str:
    with pytest.raises(LoginRefused) as caught:
        logout(claims, **header)
    return caught.value.details["reason"]


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in LOGOUT.items() if name not in names}


@pytest.mark.parametrize("kind", ["logout+jwt", "application/logout+jwt", "JWT", None])
def test_an_honest_token_says_what_has_ended(kind: str | None) -> None:
    found = logout(LOGOUT, typ=kind)
    assert (found.subject, found.session, int(found.issued_at.timestamp())) == ("muster-1", "session-1", AT)


def test_a_token_that_names_one_of_the_two_is_enough() -> None:
    assert logout(without("sid")).session == ""
    assert logout(without("sub")).subject == ""
    assert refused(without("sub", "sid")) == "logout_subject"


def test_an_id_token_logs_nobody_out() -> None:
    assert refused(CLAIMS | {"jti": "1"}, typ="JWT") == "event"
    assert refused(LOGOUT | {"nonce": "nonce-1"}) == "logout_nonce"
    assert refused(LOGOUT, typ="id_token+jwt") == "token_type"


@pytest.mark.parametrize("events", [None, {}, [LOGOUT_EVENT], {LOGOUT_EVENT: None}, {f"{LOGOUT_EVENT}/": {}}])
def test_another_event_ends_nothing(events: Any) -> None:
    assert refused(LOGOUT | {"events": events}) == "event"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"exp": AT - 60}, "expired"),
        ({"exp": None}, "malformed"),
        ({"iat": AT + 61}, "not_yet_valid"),
        ({"iat": AT - 661}, "too_old"),
        ({"jti": ""}, "token_id"),
        ({"jti": None}, "token_id"),
        ({"sub": 7}, "claim_missing"),
    ],
)
def test_what_is_not_for_us_or_not_now_ends_nothing(change: dict[str, Any], reason: str) -> None:
    assert refused(LOGOUT | change) == reason


# --- which sessions it means ---


def ends(login: tuple[str, str], logout: tuple[str, str]) -> bool:
    """Whether a log-out of (subject, session) ends what began with a log-in of (subject, session)."""
    return bool(set(keys_of_login(ISSUER, *login)) & set(keys_of_logout(ISSUER, *logout)))


def test_a_named_session_ends_and_no_other_of_the_person() -> None:
    assert ends(("anna", "s1"), ("anna", "s1"))
    assert ends(("anna", "s1"), ("", "s1"))
    assert not ends(("anna", "s2"), ("anna", "s1"))


def test_a_person_s_sessions_end_where_none_is_named() -> None:
    assert ends(("anna", "s1"), ("anna", ""))
    assert ends(("anna", ""), ("anna", ""))
    assert not ends(("ben", "s1"), ("anna", ""))


def test_a_session_whose_name_we_were_never_told_ends_with_any_of_the_person() -> None:
    assert ends(("anna", ""), ("anna", "s1"))
    assert not ends(("ben", ""), ("anna", "s1"))


def test_a_session_s_name_is_not_taken_for_a_person_s() -> None:
    assert not ends(("s1", ""), ("", "s1"))
    assert not set(keys_of_login("https://other.example", "anna", "s1")) & set(
        keys_of_logout(ISSUER, "anna", "s1")
    )
