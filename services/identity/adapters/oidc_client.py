"""How we prove to a provider's token endpoint who we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote_plus

from authlib.oauth2.rfc7523 import private_key_jwt_sign
from joserfc.jwk import ECKey, RSAKey

from services.chassis.settings import Secret
from services.identity.oidc.id_token import Client

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SECONDS = 60
Proof = tuple[Mapping[str, str], tuple[str, str] | None]
"""Fields for the form, and name and password for HTTP's basic authentication."""


class Authentication(Protocol):
    def of(self, client: Client) -> Proof:
        """Made anew for each request."""
        ...


@dataclass(frozen=True, slots=True)
class PrivateKeyJwt:
    """An assertion signed with a key that only we have (OpenID Connect Core, section 9; RFC 7523)."""

    key: RSAKey | ECKey
    key_id: str
    algorithm: str

    def of(self, client: Client) -> Proof:
        # For the issuer, not for one of its addresses: what another provider's document names is no use.
        assertion = private_key_jwt_sign(
            self.key,
            client.client_id,
            client.issuer,
            alg=self.algorithm,
            header={"kid": self.key_id, "typ": "JWT"},
            expires_in=_SECONDS,
        )
        fields = {"client_assertion_type": _ASSERTION, "client_assertion": assertion}
        return {"client_id": client.client_id, **fields}, None


@dataclass(frozen=True, slots=True)
class ClientSecretBasic:
    """Name and password, each encoded as a form's field (RFC 6749, section 2.3.1)."""

    secret: Secret

    def of(self, client: Client) -> Proof:
        return {}, (quote_plus(client.client_id), quote_plus(self.secret.reveal()))
