"""Signed tokens (JWS, RFC 7515): believed by a provider's published key and an agreed algorithm alone."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from services.contracts.errors import LoginRefused
from services.identity.oidc.keys import KeyRing

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""What may be agreed with a provider: signatures by a key that only it has."""
_SYMMETRIC = "HS"
_LARGEST = 64 * 1024
_COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """What a provider has signed."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def verified(text: str, keys: KeyRing, algorithms: tuple[str, ...]) -> Token:
    """The token, its signature verified with the one key that it names.

    Errors: LoginRefused(malformed | critical | unsigned | symmetric | algorithm | key_unknown |
    key_ambiguous | signature).  `key_unknown` may pass when the provider's keys are read again.
    """
    header = header_of(text)
    _check_algorithm(header, algorithms)
    claims = _claims(text, keys.choose(header), str(header["alg"]))
    return Token(header, claims)


def header_of(text: str) -> dict[str, Any]:
    """The header, not to be believed yet.  Errors: LoginRefused(malformed | critical)."""
    if len(text) > _LARGEST or not _COMPACT.fullmatch(text):
        raise LoginRefused("malformed")
    header = _object(_decoded(text.partition(".")[0]))
    if "crit" in header or "b64" in header:
        raise LoginRefused("critical")  # no extension is understood here (RFC 7515, section 4.1.11)
    return header


def claims_of(text: str) -> dict[str, Any]:
    """The claims, not to be believed yet.  Errors: LoginRefused(malformed)."""
    return _object(_decoded(text.split(".")[1]))


def _check_algorithm(header: Mapping[str, Any], agreed: tuple[str, ...]) -> None:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        raise LoginRefused("malformed")
    if algorithm.lower() == "none":
        raise LoginRefused("unsigned")
    if algorithm.startswith(_SYMMETRIC):
        raise LoginRefused("symmetric")  # the published key would be taken for a shared secret
    if algorithm not in agreed or algorithm not in ALGORITHMS:
        raise LoginRefused("algorithm")


def _claims(text: str, key: Key, algorithm: str) -> dict[str, Any]:
    try:
        payload = jws.deserialize_compact(text, key, registry=_Registry(algorithms=[algorithm])).payload
    except JoseError:
        raise LoginRefused("signature") from None
    return _object(payload or b"")


def _decoded(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "==")
    except ValueError:
        raise LoginRefused("malformed") from None


def _object(written: bytes) -> dict[str, Any]:
    try:
        found = json.loads(written, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise LoginRefused("malformed")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no name stands twice (RFC 7519, section 4)."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


class _Registry(jws.JWSRegistry):
    """Unknown header members are ignored (RFC 7515, section 4); a certificate chain has room."""

    max_header_length = 16 * 1024

    def __init__(self, algorithms: list[str] | None = None) -> None:
        super().__init__(algorithms=algorithms, strict_check_header=False)
