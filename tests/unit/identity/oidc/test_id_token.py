"""ID tokens: what is wrong with one is refused under a name of its own."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from services.contracts.errors import LoginRefused
from services.identity.oidc.id_token import Client, Login, accept
from services.identity.oidc.keys import KeyRing, key_ring
from services.identity.oidc.signature import verified
from tests.unit.identity.oidc.op import (
    ACCESS_TOKEN,
    AT,
    CLAIMS,
    CLIENT,
    CLIENT_ID,
    EXPECTED,
    ISSUER,
    LOGOUT,
    assembled,
    curve,
    half_hash,
    published,
    ring,
    rsa,
    signed,
)


def login(text: str, client: Client = CLIENT, keys: KeyRing | None = None) -> Login:
    return accept(verified(text, keys or ring(), client.algorithms), client, EXPECTED)


def refused(text: str, client: Client = CLIENT, keys: KeyRing | None = None) -> str:
    with pytest.raises(LoginRefused) as caught:
        login(text, client, keys)
    return caught.value.details["reason"]


def by_secret(secret: bytes) -> str:
    """A token with a keyed hash in place of a signature."""
    content = assembled({"alg": "HS256", "kid": rsa().kid}, CLAIMS).rstrip(".")
    mac = hmac.digest(secret, content.encode(), "sha256")
    return f"{content}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in CLAIMS.items() if name not in names}


@pytest.mark.parametrize(("key", "alg"), [(rsa(), "PS256"), (rsa(), "RS256"), (curve(), "ES256")])
def test_an_honest_token_says_who_has_logged_in(key: Any, alg: str) -> None:
    found = login(signed(CLAIMS | {"at_hash": half_hash(ACCESS_TOKEN, alg)}, key, alg, typ="JWT"))
    assert (found.subject, found.session, int(found.issued_at.timestamp())) == ("muster-1", "session-1", AT)


# --- whose signature, by which algorithm ---


def test_an_unsigned_token_is_refused() -> None:
    for alg in ("none", "None", "NONE"):
        assert refused(assembled({"alg": alg}, CLAIMS)) == "unsigned"


def test_the_published_key_is_no_shared_secret() -> None:
    public = published(rsa())["keys"][0]
    for secret in (rsa().as_pem(private=False), rsa().as_der(private=False), json.dumps(public).encode()):
        assert refused(by_secret(secret)) == "symmetric"


def test_an_algorithm_that_was_not_agreed_is_refused() -> None:
    assert refused(signed(CLAIMS, alg="RS512")) == "algorithm"
    assert refused(signed(CLAIMS, alg="RS256"), replace(CLIENT, algorithms=("PS256",))) == "algorithm"


def test_an_algorithm_is_never_agreed_by_mistake() -> None:
    careless = replace(CLIENT, algorithms=("none", "HS256", "PS256"))
    assert refused(assembled({"alg": "none"}, CLAIMS), careless) == "unsigned"
    assert refused(by_secret(b"x" * 64), careless) == "symmetric"


def test_a_foreign_key_under_the_provider_s_name_is_refused() -> None:
    foreign = RSAKey.generate_key(2048, {"kid": rsa().kid})
    assert refused(signed(CLAIMS, foreign)) == "signature"


def test_a_key_that_the_token_brings_along_is_never_looked_at() -> None:
    foreign = RSAKey.generate_key(2048)
    jwk = foreign.as_dict(private=False)
    assert refused(signed(CLAIMS, foreign, kid=rsa().kid, jwk=jwk)) == "signature"
    assert refused(signed(CLAIMS, foreign, kid="mine", jku="https://evil.example/keys")) == "key_unknown"


def test_a_changed_claim_breaks_the_signature() -> None:
    header, _, signature = signed(CLAIMS).split(".")
    payload = assembled({}, CLAIMS | {"sub": "muster-2"}).split(".")[1]
    assert refused(f"{header}.{payload}.{signature}") == "signature"


def test_an_unknown_key_has_a_name_of_its_own() -> None:
    assert refused(signed(CLAIMS, rsa("next"))) == "key_unknown"


def test_a_token_without_a_key_s_name_is_read_by_the_only_key_that_fits() -> None:
    assert login(signed(CLAIMS, kid=None)).subject == "muster-1"
    assert refused(signed(CLAIMS, kid=None), keys=ring(rsa(), rsa("next"))) == "key_ambiguous"


def test_a_key_serves_the_one_algorithm_that_it_is_published_for() -> None:
    key = RSAKey.generate_key(2048, {"kid": "only-ps", "alg": "PS256", "use": "sig"})
    same = RSAKey.import_key(key.as_pem(private=True))
    assert login(signed(CLAIMS, key), keys=ring(key)).subject == "muster-1"
    assert refused(signed(CLAIMS, same, "RS256", kid="only-ps"), keys=ring(key)) == ("key_unknown")


def test_keys_of_the_wrong_sort_are_left_out() -> None:
    weak = {"kty": "RSA", "e": "AQAB", "n": published(rsa())["keys"][0]["n"][:340]}
    sealing = RSAKey.generate_key(2048, {"kid": "seal", "use": "enc"})
    secret = OctKey.import_key(b"x" * 32, {"kid": "secret"})
    whole = published(sealing)["keys"] + [
        weak,
        secret.as_dict(private=True),
        rsa("leaked").as_dict(private=True),
    ]
    found = [{"kty": "RSA"}, {"kty": "EC", "crv": "P-0", "x": "", "y": ""}, {"kty": "AKP"}, *whole]
    assert key_ring({"keys": found}).keys == ()


@pytest.mark.parametrize("document", [{}, {"keys": {}}, {"keys": [{}] * 51}])
def test_what_is_no_key_set_is_not_taken_for_one(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="key set"):
        key_ring(document)


# --- the header ---


@pytest.mark.parametrize("critical", [["exp"], ["b64"], ["alg"], [], "exp"])
def test_a_critical_header_that_is_not_understood_is_refused(critical: Any) -> None:
    header = {"alg": "PS256", "kid": rsa().kid, "crit": critical, "exp": AT, "b64": True}
    assert refused(assembled(header, CLAIMS, b"x" * 256)) == "critical"


def test_an_unencoded_payload_is_refused() -> None:
    assert refused(assembled({"alg": "PS256", "kid": rsa().kid, "b64": False}, CLAIMS)) == "critical"


def test_a_header_member_that_is_merely_unknown_does_no_harm() -> None:
    assert login(signed(CLAIMS, rnd="x")).subject == "muster-1"


@pytest.mark.parametrize("kind", ["at+jwt", "secevent+jwt", "application/at+jwt", ""])
def test_a_token_of_another_type_is_refused(kind: str) -> None:
    assert refused(signed(CLAIMS, typ=kind)) == "token_type"


def test_a_logout_token_is_no_id_token() -> None:
    claims = LOGOUT | {"nonce": "nonce-1"}
    assert refused(signed(claims, typ="logout+jwt")) == "logout_token"
    assert refused(signed(claims)) == "logout_token"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d.e",
        "e30.e30.e30",
        "x" * 70_000,
        signed(CLAIMS) + "é",
        signed("[]"),
        signed("x"),
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    assert refused(text) == "malformed"


def test_a_claim_that_stands_twice_is_refused() -> None:
    twice = json.dumps(CLAIMS)[:-1] + ', "sub": "muster-2"}'
    assert refused(signed(twice)) == "malformed"


def test_numbers_that_are_none_are_refused() -> None:
    for figure in ("NaN", "Infinity", "1e999"):
        assert refused(signed(json.dumps(CLAIMS).replace(str(AT + 300), figure))) == "malformed"


# --- by whom, for whom, when ---


@pytest.mark.parametrize("issuer", [f"{ISSUER}/", "https://login.example", "", None, [ISSUER]])
def test_another_issuer_is_refused(issuer: Any) -> None:
    assert refused(signed(CLAIMS | {"iss": issuer})) == "issuer"


@pytest.mark.parametrize("audience", ["other", f"{CLIENT_ID}-2", "", None, [], ["other"], {CLIENT_ID: 1}])
def test_a_token_for_somebody_else_is_refused(audience: Any) -> None:
    assert refused(signed(CLAIMS | {"aud": audience})) == "audience"


def test_a_token_for_several_must_have_been_asked_for_by_us() -> None:
    several = CLAIMS | {"aud": [CLIENT_ID, "other"]}
    assert login(signed(several | {"azp": CLIENT_ID})).subject == "muster-1"
    assert refused(signed(several)) == "authorized_party"
    assert refused(signed(several | {"azp": "other"})) == "authorized_party"
    assert refused(signed(CLAIMS | {"azp": "other"})) == "authorized_party"


@pytest.mark.parametrize(
    ("claim", "seconds", "reason"),
    [
        ("exp", -60, "expired"),
        ("iat", 61, "not_yet_valid"),
        ("nbf", 61, "not_yet_valid"),
        ("iat", -661, "too_old"),
    ],
)
def test_a_token_counts_for_a_short_time(claim: str, seconds: int, reason: str) -> None:
    nearer = 1 if seconds < 0 else -1
    assert login(signed(CLAIMS | {claim: AT + seconds + nearer})).subject == "muster-1"
    assert refused(signed(CLAIMS | {claim: AT + seconds})) == reason


@pytest.mark.parametrize("value", [None, "1", True, 1e40, -1e40, []])
def test_times_are_numbers(value: Any) -> None:
    for claim in ("exp", "iat"):
        assert refused(signed(CLAIMS | {claim: value})) == "malformed"


def test_a_token_without_its_times_is_refused() -> None:
    for claim in ("exp", "iat"):
        assert refused(signed(without(claim))) == "malformed"


# --- of this log-in ---


@pytest.mark.parametrize("nonce", ["nonce-2", "", None, 1, ["nonce-1"], "nonce-1 "])
def test_a_token_of_another_log_in_is_refused(nonce: Any) -> None:
    assert refused(signed(CLAIMS | {"nonce": nonce})) == "nonce"
    assert refused(signed(without("nonce"))) == "nonce"


def test_a_token_with_another_access_token_s_hash_is_refused() -> None:
    assert refused(signed(CLAIMS | {"at_hash": half_hash("access-2")})) == "access_token"
    assert refused(signed(CLAIMS | {"at_hash": None})) == "access_token"


@pytest.mark.parametrize("subject", ["", " ", None, 7, "x" * 256])
def test_a_token_about_nobody_is_refused(subject: Any) -> None:
    assert refused(signed(CLAIMS | {"sub": subject})) == "subject"


@pytest.mark.parametrize("context", ["weak", "", None, ["strong"]])
def test_a_context_that_is_not_good_enough_is_refused(context: Any) -> None:
    client = replace(CLIENT, contexts=("strong", "stronger"))
    assert login(signed(CLAIMS | {"acr": "stronger"}), client).context == "stronger"
    assert refused(signed(CLAIMS | {"acr": context}), client) == "acr"
    assert refused(signed(without("acr")), client) == "acr"


def test_a_log_in_that_lies_too_far_back_is_refused() -> None:
    client = replace(CLIENT, oldest_login=timedelta(minutes=5))
    assert login(signed(CLAIMS | {"auth_time": AT - 360}), client).subject == "muster-1"
    assert refused(signed(CLAIMS | {"auth_time": AT - 361}), client) == "login_too_old"
    assert refused(signed(CLAIMS | {"auth_time": AT + 61}), client) == "not_yet_valid"
    assert refused(signed(CLAIMS), client) == "malformed"


def test_keys_on_a_curve_are_read_too() -> None:
    key = ECKey.generate_key("P-384", {"kid": "p384"})
    client = replace(CLIENT, algorithms=("ES384",))
    assert login(signed(CLAIMS, key, "ES384"), client, ring(key)).subject == "muster-1"
    assert refused(signed(CLAIMS, curve(), "ES256", kid="p384"), CLIENT, ring(key)) == "signature"
