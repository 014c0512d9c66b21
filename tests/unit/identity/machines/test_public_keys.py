"""Public keys of machine clients: what is taken, in which form it is kept, what is refused."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.dsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, Key, OKPKey

from services.contracts.errors import InvalidField
from services.identity.machines.public_key import read
from tests.unit.identity.machines.fakes import ec_key, ed_key, rsa_key

KEYS = {"P-256": ec_key(), "P-384": ec_key("384", "P-384"), "RSA": rsa_key(), "Ed25519": ed_key()}


def public(key: Key, **more: Any) -> dict[str, Any]:
    return dict(key.as_dict(private=False)) | more


def rule_of(text: str) -> str:
    with pytest.raises(InvalidField) as refused:
        read(text)
    assert refused.value.details["field"] == "public_key"
    return refused.value.details["rule"]


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_is_the_same_as_jwk_and_as_pem(key: Key) -> None:
    from_jwk = read(json.dumps(public(key)))
    assert from_jwk[0] == key.thumbprint()
    assert read(key.as_pem(private=False).decode()) == read(json.dumps(public(key, kid="")))
    assert json.loads(from_jwk[1])["kty"] == key.key_type


def test_public_members_and_the_clients_own_name_are_kept_alone() -> None:
    given = public(ec_key(), kid="mine", use="sig", alg="ES256", key_ops=["verify"], x5u="https://a.example")
    _, kept = read(json.dumps(given))
    assert set(json.loads(kept)) == {"kty", "crv", "x", "y", "kid"}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_private_key_is_refused_in_either_form(key: Key) -> None:
    assert rule_of(json.dumps(key.as_dict(private=True))) == "private"
    assert rule_of(key.as_pem(private=True).decode()) == "private"


def test_a_shared_secret_is_no_public_key() -> None:
    assert rule_of(json.dumps({"kty": "oct", "k": "c2VjcmV0"})) == "private"
    assert rule_of(json.dumps({"kty": "oct"})) == "kind"


@pytest.mark.filterwarnings("ignore:Key size")
def test_weak_keys_are_refused() -> None:
    weak = rsa_key(1024)
    assert rule_of(json.dumps(public(weak))) == "weak"
    assert rule_of(weak.as_pem(private=False).decode()) == "weak"
    assert rule_of(json.dumps(public(rsa_key()) | {"n": "é"})) == "format"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"use": "enc"}, "use"),
        ({"alg": "RS256"}, "use"),
        ({"alg": "ES384"}, "use"),
        ({"key_ops": ["sign"]}, "use"),
        ({"key_ops": "verify"}, "format"),
        ({"alg": 7}, "format"),
        ({"x": "AAAA"}, "format"),
        ({"x": 7}, "format"),
        ({"crv": "P-521"}, "kind"),
        ({"crv": "secp256k1"}, "kind"),
        ({"crv": None}, "format"),
        ({"kty": "RSA"}, "kind"),
        ({"kty": ["EC"]}, "format"),
    ],
)
def test_a_key_that_is_not_for_this_is_refused(more: dict[str, Any], rule: str) -> None:
    assert rule_of(json.dumps(public(ec_key()) | more)) == rule


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    other = public(ec_key("foreign"))
    assert rule_of(json.dumps(public(ec_key()) | {"y": other["y"]})) == "format"


def test_curves_and_kinds_that_are_not_used_here_are_refused() -> None:
    assert rule_of(ECKey.generate_key("P-521").as_pem(private=False).decode()) == "kind"
    assert rule_of(json.dumps(public(OKPKey.generate_key("X25519")))) == "kind"
    dsa = (
        generate_private_key(2048).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    assert rule_of(dsa.decode()) == "kind"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("x" * 9000, "too_long"),
        ("nothing", "format"),
        ("[]", "format"),
        ("{}", "format"),
        ('{"kty":"EC","kty":"EC"}', "format"),
        ("[" * 5000, "format"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "format"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "format"),
    ],
)
def test_what_is_no_key_is_refused(text: str, rule: str) -> None:
    assert rule_of(text) == rule
