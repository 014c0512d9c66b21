"""Assertions of machine clients: one honest way in, and every misuse refused for its own reason."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key

from services.contracts.errors import CredentialsRefused
from services.contracts.identity import IssueToken
from services.contracts.machines import AddClientKey
from tests.unit.identity.machines.fakes import (
    ISSUER,
    NOW,
    STAFF,
    WALL,
    World,
    claims,
    digest,
    ec_key,
    ed_key,
    rsa_key,
    signed,
)
from tests.unit.identity.machines.test_clients import change

AT = int(WALL.timestamp())


@pytest.fixture
def world() -> World:
    world = World()
    world.register_signer()
    world.register_signer("other", ec_key("other"))
    world.register("with-secret")
    return world


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.reason for record in caplog.records if hasattr(record, "reason")]


def refused(world: World, caplog: pytest.LogCaptureFixture, assertion: str, client_id: str = "") -> str:
    """Why an assertion was refused; the caller is told nothing of it."""
    with caplog.at_level(logging.INFO), pytest.raises(CredentialsRefused) as error:
        world.show(assertion, client_id)
    assert error.value.details == {}
    (reason,) = reasons(caplog)
    return reason


def raw(header: dict[str, Any], said: dict[str, Any], signature: bytes = b"x" * 64) -> str:
    parts = (json.dumps(header).encode(), json.dumps(said).encode(), signature)
    return ".".join(map(coded, parts))


def coded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


# --- honest ---------------------------------------------------------------------


def test_a_client_gets_a_token_with_what_it_has_signed(world: World) -> None:
    issued = world.show(signed())
    assert (issued.client_id, set(issued.scopes)) == ("case-files", {"slots:read", "appointments:read"})


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ec_key("256"), "ES256"),
        (ec_key("384", "P-384"), "ES384"),
        (rsa_key(), "PS256"),
        pytest.param(ed_key(), "EdDSA", marks=pytest.mark.filterwarnings("ignore:EdDSA is deprecated")),
        (ed_key(), "Ed25519"),
    ],
    ids=["ES256", "ES384", "PS256", "EdDSA", "Ed25519"],
)
def test_each_algorithm_of_the_contract_is_believed(key: Key, algorithm: str) -> None:
    world = World()
    world.register_signer(key=key)
    assert world.show(signed(key=key, algorithm=algorithm)).client_id == "case-files"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [ISSUER]},
        {"iat": None},
        {"nbf": AT},
        {"exp": AT + 300},
        {"exp": AT - 29},
        {"iat": AT + 29},
        {"nbf": AT + 29},
    ],
)
def test_what_the_rfc_leaves_open_is_accepted(world: World, changes: dict[str, Any]) -> None:
    assert world.show(signed(claims(**changes))).client_id == "case-files"


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "client-authentication+jwt"])
def test_the_type_may_be_said(world: World, typ: str | None) -> None:
    assert world.show(signed(typ=typ)).client_id == "case-files"


def test_a_key_is_named_by_its_thumbprint_or_by_the_clients_own_name(world: World) -> None:
    key = ECKey.import_key(ec_key("named").as_dict(private=True) | {"kid": "signing-2026"})
    world.register_signer("third", key)
    for kid in (key.thumbprint(), "signing-2026"):
        assert world.show(signed(claims("third"), key, kid=kid)).client_id == "third"


def test_while_keys_are_changed_both_open_named_or_not(world: World) -> None:
    new = ec_key("new")
    before = world.machines.get("case-files")
    world.machines.add_key(
        AddClientKey(
            client_id="case-files",
            version=before.version,
            staff_id=STAFF,
            old_until=NOW.replace(day=25),
            public_key=json.dumps(new.as_dict(private=False)),
        )
    )
    for key in (ec_key(), new):
        for kid in (None, key.thumbprint()):
            assert world.show(signed(key=key, kid=kid)).client_id == "case-files"


def test_real_time_counts_wherever_the_platforms_clock_stands(world: World) -> None:
    world.clock.advance(days=30)
    assert world.show(signed()).client_id == "case-files"


# --- misuse ---------------------------------------------------------------------


def test_an_assertion_opens_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    assertion = signed()
    world.show(assertion)
    assert refused(world, caplog, assertion) == "replayed"


def test_another_assertion_with_the_same_id_opens_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.show(signed(claims(jti="one")))
    assert refused(world, caplog, signed(claims(jti="one", exp=AT + 200))) == "replayed"


def test_an_id_is_spent_by_its_client_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.show(signed(claims("other", jti="one"), ec_key("other")))
    assert world.show(signed(claims(jti="one"))).client_id == "case-files"


def test_what_is_refused_spends_no_id(world: World, caplog: pytest.LogCaptureFixture) -> None:
    refused(world, caplog, signed(claims(jti="one"), ec_key("foreign")))
    assert world.show(signed(claims(jti="one"))).client_id == "case-files"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "other"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"iss": ["case-files"]}, "issuer"),
        ({"sub": "other"}, "key_unknown_or_signature"),
        ({"sub": None}, "subject"),
        ({"sub": ["case-files"]}, "subject"),
        ({"sub": "x" * 256}, "subject"),
        ({"aud": None}, "audience"),
        ({"aud": f"{ISSUER}/"}, "audience"),
        ({"aud": f"{ISSUER}/api/v1/token"}, "audience"),
        ({"aud": [ISSUER, "https://other.example"]}, "audience"),
        ({"aud": [ISSUER, ISSUER]}, "audience"),
        ({"aud": []}, "audience"),
        ({"aud": {"0": ISSUER}}, "audience"),
        ({"exp": None}, "malformed"),
        ({"exp": str(AT + 60)}, "malformed"),
        ({"exp": True}, "malformed"),
        ({"exp": 1e300}, "malformed"),
        ({"exp": AT - 30}, "expired"),
        ({"exp": AT + 331}, "too_long"),
        ({"iat": AT + 31}, "not_yet_valid"),
        ({"nbf": AT + 31}, "not_yet_valid"),
        ({"iat": "now"}, "malformed"),
        ({"iat": AT - 3600}, "too_old"),
        ({"jti": None}, "token_id"),
        ({"jti": " "}, "token_id"),
        ({"jti": 7}, "token_id"),
        ({"jti": "x" * 256}, "token_id"),
    ],
)
def test_a_wrong_claim_is_refused(
    world: World, caplog: pytest.LogCaptureFixture, changes: dict[str, Any], reason: str
) -> None:
    found = refused(world, caplog, signed(claims(**changes)))
    assert found == reason.replace("key_unknown_or_signature", "signature")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"crit": ["exp"], "exp": AT}, "critical"),
        ({"crit": ["b64"], "b64": True}, "critical"),
        ({"typ": "at+jwt"}, "token_type"),
        ({"typ": "logout+jwt"}, "token_type"),
        ({"kid": "unknown"}, "key_unknown"),
        ({"kid": 7}, "key_unknown"),
    ],
)
def test_a_wrong_header_is_refused(
    world: World, caplog: pytest.LogCaptureFixture, header: dict[str, Any], reason: str
) -> None:
    honest = signed(**{name: value for name, value in header.items() if name in ("typ",)})
    if "typ" not in header:
        honest = raw({"alg": "ES256", "typ": "JWT"} | header, claims())
    assert refused(world, caplog, honest) == reason


def test_an_unsigned_assertion_is_refused(world: World, caplog: pytest.LogCaptureFixture) -> None:
    assert refused(world, caplog, raw({"alg": "none"}, claims(), b"")) == "unsigned"


def test_the_public_key_is_nobodys_secret(world: World, caplog: pytest.LogCaptureFixture) -> None:
    for public in (ec_key().as_pem(private=False), json.dumps(ec_key().as_dict(private=False)).encode()):
        caplog.clear()
        text = raw({"alg": "HS256", "typ": "JWT"}, claims()).rpartition(".")[0]
        forged = hmac.new(public, text.encode(), hashlib.sha256).digest()
        assert refused(world, caplog, f"{text}.{coded(forged)}") == "symmetric"


def test_a_foreign_key_opens_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    assert refused(world, caplog, signed(key=ec_key("foreign"))) == "signature"


def test_a_key_that_comes_with_the_assertion_is_not_looked_at(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = ec_key("foreign")
    for header in ({"jwk": foreign.as_dict(private=False)}, {"jku": "https://evil.example/keys"}):
        caplog.clear()
        assert refused(world, caplog, signed(key=foreign, **header)) == "signature"


def test_the_key_of_another_client_opens_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    other = ec_key("other")
    assert refused(world, caplog, signed(key=other)) == "signature"
    caplog.clear()
    assert refused(world, caplog, signed(key=other, kid=other.thumbprint())) == "key_unknown"


def test_an_assertion_of_one_client_is_none_for_another(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    assert refused(world, caplog, signed(), client_id="other") == "other_client"
    assert world.show(signed(), client_id="case-files").client_id == "case-files"


def test_the_algorithm_is_the_one_of_the_key(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.register_signer("rsa", rsa_key())
    assert refused(world, caplog, signed(claims("rsa"), rsa_key(), "RS256")) == "algorithm"
    caplog.clear()
    assert refused(world, caplog, raw({"alg": "ES384"}, claims())) == "algorithm"


def test_a_client_with_a_secret_proves_itself_by_that_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    assert refused(world, caplog, signed(claims("with-secret"))) == "signature"


def test_a_stranger_is_told_what_a_known_client_is_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    assert refused(world, caplog, signed(claims("nobody"))) == "signature"
    assert [record.client_id for record in caplog.records if hasattr(record, "client_id")] == [""]


def test_a_client_that_is_disabled_is_told_the_same(world: World, caplog: pytest.LogCaptureFixture) -> None:
    change(world, world.machines.get("case-files"), is_enabled=False)
    assert refused(world, caplog, signed()) == "disabled"


def test_a_changed_byte_breaks_the_signature(world: World, caplog: pytest.LogCaptureFixture) -> None:
    header, _, signature = signed().split(".")
    other = signed(claims(scope="everything")).split(".")[1]
    assert refused(world, caplog, f"{header}.{other}.{signature}") == "signature"


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "é.é.é", "e30.e30.", "W10.W10.x", "x" * 70_000, "eyJ9.e30.x"],
)
def test_what_is_no_assertion_is_refused(world: World, caplog: pytest.LogCaptureFixture, text: str) -> None:
    assert refused(world, caplog, text) in ("malformed", "subject")


def test_no_claim_stands_twice(world: World, caplog: pytest.LogCaptureFixture) -> None:
    twice = '{"sub":"case-files","sub":"other"}'
    parts = (b'{"alg":"ES256"}', twice.encode(), b"x" * 64)
    text = ".".join(map(coded, parts))
    assert refused(world, caplog, text) == "malformed"


def test_nothing_that_a_stranger_says_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    refused(world, caplog, signed(claims("somebody-elses-words")))
    assert "somebody-elses-words" not in str([record.__dict__ for record in caplog.records])


def test_no_secret_helps_where_an_assertion_is_wanted(world: World) -> None:
    asked = IssueToken(client_id="case-files", secret_digest=digest(""), token_digest=digest("token"))
    with pytest.raises(CredentialsRefused):
        world.tokens.issue(asked)
