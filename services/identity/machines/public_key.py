"""Public keys of machine clients: what is accepted, and the one form in which they are kept.

Given as a JWK (RFC 7517) or as PEM (SubjectPublicKeyInfo, what `openssl pkey -pubout` writes).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from services.contracts.errors import InvalidField

_LONGEST = 8 * 1024
_LEAST_RSA_BITS, _MOST_RSA_BITS = 2048, 8192
_KINDS: dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_CURVES = {"EC": ("P-256", "P-384"), "OKP": ("Ed25519",)}
_PUBLIC = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"}
_ALGORITHMS = {
    ("RSA", ""): ("PS256",),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("EdDSA", "Ed25519"),
}
_LONGEST_KEY_ID = 255


def read(text: str) -> tuple[str, str]:
    """Thumbprint (RFC 7638) of a public key, and the key as it is kept: public members alone, and its `kid`.

    Errors: InvalidField(public_key, missing | too_long | format | private | kind | weak | use).
    """
    if not text.strip():
        raise _refused("missing")
    if len(text) > _LONGEST:
        raise _refused("too_long")
    given = _from_pem(text) if "-----BEGIN" in text else _from_json(text)
    key = _checked(given)
    return key.thumbprint(), json.dumps(_kept(given), sort_keys=True)


def algorithms_of(jwk: dict[str, Any]) -> tuple[str, ...]:
    """What a key may sign with: its kind leaves no choice."""
    return _ALGORITHMS.get((jwk["kty"], jwk.get("crv", "")), ())


def imported(jwk: dict[str, Any]) -> RSAKey | ECKey | OKPKey:
    """A key as it is kept, to verify with."""
    return _KINDS[jwk["kty"]].import_key(jwk)


def _checked(given: dict[str, Any]) -> RSAKey | ECKey | OKPKey:
    kind = given.get("kty")
    if _PRIVATE & given.keys():
        raise _refused("private")
    if kind not in _KINDS or given.get("crv") not in _CURVES.get(kind, (None,)):
        raise _refused("kind")
    _check_use(given)
    if kind == "RSA":
        _check_strength(_modulus_bits(given.get("n")))
    try:
        key = imported({name: given.get(name) for name in _PUBLIC[kind]})
        _ = key.public_key  # looked at now, not at the first assertion
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm):
        raise _refused("format") from None
    return key


def _check_strength(bits: int) -> None:
    if not _LEAST_RSA_BITS <= bits <= _MOST_RSA_BITS:
        raise _refused("weak")


def _modulus_bits(modulus: Any) -> int:
    try:
        return int.from_bytes(urlsafe_b64decode(f"{modulus}==".encode("ascii"))).bit_length()
    except ValueError:
        raise _refused("format") from None


def _check_use(given: dict[str, Any]) -> None:
    """A key that says what it is for must be for signatures of ours (RFC 7517, sections 4.2 to 4.4)."""
    operations = given.get("key_ops", ["verify"])
    algorithm = given.get("alg")
    is_ours = algorithm is None or algorithm in algorithms_of(given)
    if given.get("use", "sig") != "sig" or "verify" not in list(operations or ()) or not is_ours:
        raise _refused("use")


def _kept(given: dict[str, Any]) -> dict[str, Any]:
    kept = {name: given[name] for name in _PUBLIC[given["kty"]]}
    own_id = given.get("kid")
    if isinstance(own_id, str) and 0 < len(own_id) <= _LONGEST_KEY_ID:
        kept["kid"] = own_id
    return kept


def _from_json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("key_ops", []), list):
        raise _refused("format")
    if not isinstance(found.get("kty"), str) or not isinstance(found.get("crv", ""), str):
        raise _refused("format")
    if not isinstance(found.get("alg", ""), str):
        raise _refused("format")
    return found


def _from_pem(text: str) -> dict[str, Any]:
    if "PRIVATE KEY" in text:
        raise _refused("private")
    try:
        loaded = load_pem_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise _refused("format") from None
    kinds = ((RSAPublicKey, RSAKey), (EllipticCurvePublicKey, ECKey), (Ed25519PublicKey, OKPKey))
    kind = next((ours for theirs, ours in kinds if isinstance(loaded, theirs)), None)
    if kind is None:
        raise _refused("kind")
    if isinstance(loaded, RSAPublicKey):
        _check_strength(loaded.key_size)
    try:
        return dict(kind.import_key(text.strip()).as_dict(private=False))
    except (JoseError, ValueError, KeyError):
        raise _refused("kind") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refused(rule: str) -> InvalidField:
    return InvalidField("public_key", rule)
