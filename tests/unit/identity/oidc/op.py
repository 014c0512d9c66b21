"""An OpenID provider in memory: it signs what a test wants, honest or not."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from authlib.oidc.core.util import create_half_hash
from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey

from services.contracts.errors import LoginRefused
from services.identity.adapters.https import Reply
from services.identity.oidc.id_token import Client, Expected
from services.identity.oidc.keys import KeyRing, key_ring
from services.identity.oidc.logout_token import LOGOUT_EVENT

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER = "https://login.example/realms/staff"
CLIENT_ID = "video-consultation"
ACCESS_TOKEN = "access-1"
CLIENT = Client(ISSUER, CLIENT_ID, ("PS256", "ES256", "RS256"))
EXPECTED = Expected("nonce-1", ACCESS_TOKEN, NOW)
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT_ID,
    "sub": "muster-1",
    "sid": "session-1",
    "iat": AT,
    "exp": AT + 300,
    "nonce": "nonce-1",
    "given_name": "Anna",
    "family_name": "Demo",
    "realm_access": {"roles": ["vc-agents", "mail-users"]},
}
LOGOUT: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT_ID,
    "sub": "muster-1",
    "sid": "session-1",
    "iat": AT,
    "exp": AT + 120,
    "jti": "logout-1",
    "events": {LOGOUT_EVENT: {}},
}


def rsa(name: str = "provider") -> RSAKey:
    """A key of its own for each name, which is also its `kid`."""
    return _rsa(name)


@cache
def _rsa(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name})


@cache
def curve(name: str = "provider-ec") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name})


def published(*keys: Key) -> dict[str, Any]:
    """The key set as the provider shows it."""
    return {"keys": [key.as_dict(private=False) for key in keys or (rsa(), curve())]}


def ring(*keys: Key) -> KeyRing:
    return key_ring(published(*keys))


def signed(claims: Mapping[str, Any] | str, key: Key | None = None, alg: str = "PS256", **header: Any) -> str:
    """A token over `claims` (a text: as it stands), whatever is in its header."""
    key = key or rsa()
    members = {"alg": alg, "kid": key.kid, **header}
    payload = claims if isinstance(claims, str) else json.dumps(claims)
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    members = {name: value for name, value in members.items() if value is not None}
    return jws.serialize_compact(members, payload, key, registry=registry)


def assembled(header: Mapping[str, Any], claims: Mapping[str, Any], signature: bytes = b"") -> str:
    """A token that no library would make."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def half_hash(text: str, alg: str = "PS256") -> str:
    return str(create_half_hash(text, alg).decode())


class Provider:
    """The far side of `Https`: discovery, keys and a token endpoint that keeps to RFC 6749 and 7636."""

    def __init__(self, **metadata: Any) -> None:
        self.metadata = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            **metadata,
        }
        self.keys = published()
        self.posted: list[tuple[str, dict[str, str], tuple[str, str] | None]] = []
        self.read: list[str] = []
        self.replies: list[Reply] = []
        self.down = False

    def get(self, url: str) -> Mapping[str, Any]:
        self.read.append(url)
        if self.down:
            raise LoginRefused("provider_unreachable")
        return self.keys if url.endswith("/keys") else self.metadata

    def post(self, url: str, form: Mapping[str, str], basic: tuple[str, str] | None = None) -> Reply:
        self.posted.append((url, dict(form), basic))
        return self.replies.pop(0)

    def allowed(self, url: object) -> bool:
        return str(url).startswith("https://")

    def grants(self, id_token: str, access_token: str = ACCESS_TOKEN) -> None:
        """Answer the next request for tokens so."""
        self.replies.append(Reply(200, {"id_token": id_token, "access_token": access_token}))
