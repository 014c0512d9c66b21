"""Away with a request, back with a code, and the provider's word for it; all over a provider in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt

from services.chassis.clock import ManualClock
from services.chassis.settings import Secret
from services.contracts.errors import LoginRefused
from services.identity.adapters.discovery import Discovery
from services.identity.adapters.https import Reply
from services.identity.adapters.oidc import OidcProvider
from services.identity.adapters.oidc_client import ClientSecretBasic, PrivateKeyJwt
from services.identity.domain.login import Departure, PendingLogin
from services.identity.oidc.profile import StaffProfile
from tests.unit.identity.oidc.op import (
    ACCESS_TOKEN,
    CLAIMS,
    CLIENT,
    CLIENT_ID,
    ISSUER,
    LOGOUT,
    NOW,
    Provider,
    published,
    rsa,
    signed,
)

LOGIN = PendingLogin("login-1", "staff", "staff", NOW)
ANSWER = {"code": "code-1", "state": "login-1", "iss": ISSUER}
PUSHED = {"pushed_authorization_request_endpoint": f"{ISSUER}/par"}


class Seconds:
    """A stopwatch that tests turn."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def far() -> Provider:
    return Provider()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def provider(far: Provider, seconds: Seconds) -> OidcProvider:
    return OidcProvider(
        code="staff",
        audiences=("staff",),
        client=CLIENT,
        callback="https://cns.example/login/staff/callback",
        scopes=("openid", "profile"),
        authentication=ClientSecretBasic(Secret("ein Wort:+")),
        profile=StaffProfile(("realm_access", "roles"), {"vc-agents": "agent", "vc-heads": "supervisor"}),
        https=far,  # type: ignore[arg-type]
        discovery=Discovery(ISSUER, far, seconds),  # type: ignore[arg-type]
        clock=ManualClock(NOW),
    )


def asked(departure: Departure) -> dict[str, str]:
    query = parse_qs(urlsplit(departure.url).query, strict_parsing=True)
    return {name: values[0] for name, values in query.items()}


def away(provider: OidcProvider) -> PendingLogin:
    return replace(LOGIN, memory=provider.begin(LOGIN).memory)


def reason_of(call: Callable[[], Any]) -> str:
    with pytest.raises(LoginRefused) as caught:
        call()
    return caught.value.details["reason"]


# --- away ---


def test_the_request_binds_code_and_token_to_this_log_in(provider: OidcProvider) -> None:
    departure = provider.begin(LOGIN)
    request = asked(departure)
    assert departure.url.startswith(f"{ISSUER}/authorize?")
    assert request["state"] == LOGIN.login_id
    assert request["nonce"] == departure.memory["nonce"]
    assert request["code_challenge"] == create_s256_code_challenge(departure.memory["code_verifier"])
    assert request["code_challenge_method"] == "S256"
    assert departure.memory["code_verifier"] not in departure.url
    assert (request["response_type"], request["scope"]) == ("code", "openid profile")


def test_no_two_requests_share_anything_secret(provider: OidcProvider) -> None:
    memories = [provider.begin(LOGIN).memory for _ in range(20)]
    assert len({memory["nonce"] for memory in memories}) == 20
    assert len({memory["code_verifier"] for memory in memories}) == 20


def test_a_request_is_pushed_where_the_provider_takes_it(provider: OidcProvider, far: Provider) -> None:
    far.metadata |= PUSHED
    far.replies.append(Reply(201, {"request_uri": "urn:ietf:params:oauth:request_uri:1", "expires_in": 60}))
    assert asked(provider.begin(LOGIN)) == {
        "client_id": CLIENT_ID,
        "request_uri": "urn:ietf:params:oauth:request_uri:1",
    }
    url, form, basic = far.posted[0]
    assert (url, form["state"], basic) == (f"{ISSUER}/par", "login-1", (CLIENT_ID, "ein+Wort%3A%2B"))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(401, {"error": "invalid_client"}), "client_refused"),
        (Reply(400, {"error": "invalid_request"}), "request_refused"),
        (Reply(201, {}), "request_refused"),
    ],
)
def test_a_pushed_request_that_is_refused_goes_nowhere(
    provider: OidcProvider, far: Provider, reply: Reply, reason: str
) -> None:
    far.metadata |= PUSHED
    far.replies.append(reply)
    assert reason_of(lambda: provider.begin(LOGIN)) == reason


def test_contexts_and_the_age_of_the_log_in_are_asked_for(provider: OidcProvider) -> None:
    client = replace(CLIENT, contexts=("strong", "stronger"), oldest_login=timedelta(minutes=5))
    request = asked(replace(provider, client=client, extra={"ui_locales": "fr"}).begin(LOGIN))
    assert (request["acr_values"], request["max_age"], request["ui_locales"]) == (
        "strong stronger",
        "300",
        "fr",
    )


def test_who_has_to_prove_anew_who_he_is_does_not_come_from_a_session_there(provider: OidcProvider) -> None:
    anew = replace(LOGIN, person_id="staff-1")
    aged = replace(provider, client=replace(CLIENT, oldest_login=timedelta(minutes=5)))
    for there in (provider, aged):
        request = asked(there.begin(anew))
        assert (request["prompt"], request["max_age"]) == ("login", "0")
    assert "prompt" not in asked(provider.begin(LOGIN))


# --- back ---


@pytest.mark.parametrize(("ago", "reason"), [(60, None), (61, "login_too_old"), (None, "malformed")], ids=str)
def test_only_a_log_in_from_after_the_request_is_one_anew(
    provider: OidcProvider, far: Provider, ago: int | None, reason: str | None
) -> None:
    anew = replace(LOGIN, person_id="staff-1")
    login = replace(anew, memory=provider.begin(anew).memory)
    when = {} if ago is None else {"auth_time": int(NOW.timestamp()) - ago}
    far.grants(
        signed(
            {k: v for k, v in CLAIMS.items() if k != "auth_time"} | when | {"nonce": login.memory["nonce"]}
        )
    )
    if reason:
        assert reason_of(lambda: provider.finish(login, ANSWER)) == reason
    else:
        assert provider.finish(login, ANSWER).credential.number == "muster-1"


def test_the_answer_says_who_it_is_and_what_he_may_do(provider: OidcProvider, far: Provider) -> None:
    login = away(provider)
    far.grants(signed(CLAIMS | {"nonce": login.memory["nonce"]}))
    found = provider.finish(login, ANSWER)
    assert (found.credential.issuer, found.credential.number) == (ISSUER, "muster-1")
    assert (found.first_name, found.last_name, found.roles) == ("Anna", "Demo", ("agent",))
    _, form, basic = far.posted[0]
    assert form["code_verifier"] == login.memory["code_verifier"]
    assert basic == (CLIENT_ID, "ein+Wort%3A%2B")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"iss": "https://evil.example"}, "mix_up"),
        ({"iss": "https://evil.example", "error": "access_denied"}, "mix_up"),
        ({"state": "login-2"}, "state"),
        ({"state": ""}, "state"),
        ({"state": "é"}, "state"),
        ({"error": "access_denied"}, "cancelled"),
        ({"error": "server_error"}, "provider_error"),
        ({"code": ""}, "no_code"),
    ],
)
def test_an_answer_that_is_not_to_this_log_in_is_refused(
    provider: OidcProvider, answer: dict[str, str], reason: str
) -> None:
    login = away(provider)
    assert reason_of(lambda: provider.finish(login, ANSWER | answer)) == reason


def test_an_answer_must_name_its_provider_where_that_was_promised(
    provider: OidcProvider, far: Provider
) -> None:
    nameless = {name: value for name, value in ANSWER.items() if name != "iss"}
    login = away(provider)
    far.grants(signed(CLAIMS | {"nonce": login.memory["nonce"]}))
    assert provider.finish(login, nameless).last_name == "Demo"
    promising = Provider(authorization_response_iss_parameter_supported=True)
    other = replace(provider, discovery=Discovery(ISSUER, promising))  # type: ignore[arg-type]
    assert reason_of(lambda: other.finish(away(other), nameless)) == "mix_up"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(400, {"error": "invalid_grant"}), "code_refused"),
        (Reply(401, {"error": "invalid_client"}), "client_refused"),
        (Reply(500, {}), "token_refused"),
        (Reply(200, {"access_token": "a"}), "provider_faulty"),
        (Reply(200, {"access_token": "a", "id_token": 1}), "provider_faulty"),
        (Reply(200, {"id_token": signed(CLAIMS)}), "provider_faulty"),
    ],
)
def test_what_the_token_endpoint_refuses_or_garbles_is_refused(
    provider: OidcProvider, far: Provider, reply: Reply, reason: str
) -> None:
    login = away(provider)
    far.replies.append(reply)
    assert reason_of(lambda: provider.finish(login, ANSWER)) == reason


def test_a_token_of_another_log_in_is_refused(provider: OidcProvider, far: Provider) -> None:
    login = away(provider)
    far.grants(signed(CLAIMS | {"nonce": away(provider).memory["nonce"]}))
    assert reason_of(lambda: provider.finish(login, ANSWER)) == "nonce"


def test_who_has_no_mapped_role_has_none(provider: OidcProvider, far: Provider) -> None:
    for roles in (
        {"roles": ["mail-users"]},
        {"roles": "vc"},
        {},
        None,
        ["vc-agents"],
        {"roles": [["vc-agents"]]},
    ):
        login = away(provider)
        far.grants(signed(CLAIMS | {"nonce": login.memory["nonce"], "realm_access": roles}))
        assert provider.finish(login, ANSWER).roles == ()


# --- our own proof ---


def test_an_assertion_is_for_the_issuer_short_lived_and_made_anew(provider: OidcProvider) -> None:
    key = rsa("ours")
    proofs = [PrivateKeyJwt(key, "2026-1", "PS256").of(CLIENT) for _ in range(2)]
    tokens = [jwt.decode(fields["client_assertion"], key, algorithms=["PS256"]) for fields, _ in proofs]
    claims = tokens[0].claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == (CLIENT_ID, CLIENT_ID, ISSUER)
    assert claims["exp"] - claims["iat"] == 60
    assert tokens[0].header["kid"] == "2026-1"
    assert claims["jti"] != tokens[1].claims["jti"]
    assert all(basic is None for _, basic in proofs)


# --- what the provider publishes ---


def test_a_new_key_is_read_at_once_and_made_up_ones_once_a_minute(
    provider: OidcProvider, far: Provider, seconds: Seconds
) -> None:
    def finish(key: str) -> Any:
        login = away(provider)
        far.grants(signed(CLAIMS | {"nonce": login.memory["nonce"]}, rsa(key)))
        return provider.finish(login, ANSWER)

    assert finish("provider").last_name == "Demo"
    far.keys = published(rsa(), rsa("next"))
    seconds.now += 61
    assert finish("next").last_name == "Demo"
    read = len(far.read)
    assert {reason_of(lambda: finish("made-up")) for _ in range(5)} == {"key_unknown"}
    assert len(far.read) == read
    seconds.now += 61
    assert reason_of(lambda: finish("made-up")) == "key_unknown"
    assert len(far.read) == read + 2


def test_what_was_read_serves_for_a_day_while_the_provider_is_away(
    provider: OidcProvider, far: Provider, seconds: Seconds
) -> None:
    provider.begin(LOGIN)
    far.down = True
    seconds.now += 23 * 3600
    assert provider.begin(LOGIN).url
    seconds.now += 2 * 3600
    assert reason_of(lambda: provider.begin(LOGIN)) == "provider_unreachable"
    far.down = False
    seconds.now += 5
    assert provider.begin(LOGIN).url


def test_nobody_waits_for_a_provider_that_has_just_failed(
    provider: OidcProvider, far: Provider, seconds: Seconds
) -> None:
    far.down = True
    assert {reason_of(lambda: provider.begin(LOGIN)) for _ in range(5)} == {"provider_unreachable"}
    assert len(far.read) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://login.example/token"},
        {"jwks_uri": ""},
        {"pushed_authorization_request_endpoint": "ftp://x"},
    ],
)
def test_a_document_of_somebody_else_or_without_tls_is_refused(
    provider: OidcProvider, far: Provider, change: dict[str, str]
) -> None:
    far.metadata |= change
    assert reason_of(lambda: provider.begin(LOGIN)) == "provider_faulty"


# --- ended at the provider ---


def test_a_log_out_tells_which_sessions_end(provider: OidcProvider, far: Provider) -> None:
    login = away(provider)
    far.grants(signed(CLAIMS | {"nonce": login.memory["nonce"]}), ACCESS_TOKEN)
    found = provider.finish(login, ANSWER)
    ended = provider.log_out(signed(LOGOUT, typ="logout+jwt"))
    assert set(ended.keys) & set(found.session_keys)
    assert found.proved_at == ended.proved_until == NOW


def test_an_id_token_ends_nothing(provider: OidcProvider) -> None:
    assert reason_of(lambda: provider.log_out(signed(CLAIMS))) == "event"
