"""A provider's published keys (JWK set, RFC 7517): which of them a token means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from services.contracts.errors import LoginRefused

MOST_KEYS = 50
_LEAST_RSA_BITS = 2048
_TYPES: dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
"""A shared secret (`oct`) in a public key set would be nobody's secret."""
_TYPE_OF = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys that a provider signs with."""

    keys: tuple[Key, ...] = ()

    def choose(self, header: Mapping[str, Any]) -> Key:
        """The one key that a token's header names, or the only one that fits where it names none.

        Keys and addresses of keys in the header itself are never looked at.
        Errors: LoginRefused(key_unknown | key_ambiguous).
        """
        fitting = [key for key in self.keys if _fits(key, header)]
        if not fitting:
            raise LoginRefused("key_unknown")
        if len(fitting) > 1:
            raise LoginRefused("key_ambiguous")
        return fitting[0]


def key_ring(document: Mapping[str, Any]) -> KeyRing:
    """The usable keys of a JWK set; what is of another type, weak or malformed is left out.

    Raises ValueError for what is not a key set.
    """
    entries = document.get("keys")
    if not isinstance(entries, list) or len(entries) > MOST_KEYS:
        raise ValueError("not a key set")
    found = (_key(entry) for entry in entries if isinstance(entry, dict))
    return KeyRing(tuple(key for key in found if key is not None))


def _key(entry: dict[str, Any]) -> Key | None:
    kind = _TYPES.get(str(entry.get("kty")))
    if kind is None or entry.get("use", "sig") != "sig" or "d" in entry:
        return None
    try:
        return None if kind is RSAKey and _is_weak(entry) else kind.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return None


def _is_weak(entry: Mapping[str, Any]) -> bool:
    """Six bits a character of the modulus."""
    return len(str(entry["n"])) * 6 < _LEAST_RSA_BITS


def _fits(key: Key, header: Mapping[str, Any]) -> bool:
    algorithm = str(header.get("alg"))
    return (
        key.key_type == _TYPE_OF.get(algorithm[:2])
        and key.get("alg", algorithm) == algorithm
        and header.get("kid", key.kid) == key.kid
    )
