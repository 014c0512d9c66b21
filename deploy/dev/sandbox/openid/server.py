"""The staff's provider as Authlib's server: one client, the code flow with PKCE, private_key_jwt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import AuthorizationCodeMixin
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask
from joserfc.jwk import ECKey

from deploy.dev.sandbox.files import ROLES, STAFF_CLIENT, STAFF_CONTEXT
from deploy.dev.sandbox.kept import Kept
from deploy.dev.sandbox.openid.session import Session

ALGORITHM = "ES256"
SCOPES = ("openid", "profile", "groups")
AUTHENTICATION = "private_key_jwt"
_CODE_SECONDS = 60.0


@dataclass(frozen=True)
class Client(ClientMixin):
    """The platform, as it is registered here."""

    redirect_uri: str
    logout_uri: str
    key: ECKey
    id_token_signed_response_alg: str = ALGORITHM

    def get_client_id(self) -> str:
        return STAFF_CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(name for name in scope.split() if name in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == AUTHENTICATION

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """What was granted, until the client fetches it."""

    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    session: Session

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.session.auth_time

    def get_acr(self) -> str:
        return STAFF_CONTEXT


class CodeGrant(AuthorizationCodeGrant):
    """Codes are good for a minute, once: a failed attempt spends them too."""

    TOKEN_ENDPOINT_AUTH_METHODS = [AUTHENTICATION]  # noqa: RUF012 - Authlib's own way
    codes: Kept[Code]

    def save_authorization_code(self, code: str, request: Any) -> None:
        wish = request.payload.data
        granted = Code(
            redirect_uri=self.redirect_uri,
            scope=request.scope,
            nonce=wish["nonce"],
            code_challenge=wish["code_challenge"],
            code_challenge_method=wish["code_challenge_method"],
            session=request.user,
        )
        self.codes.keep(granted, code)

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return self.codes.take(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """It is spent already."""

    def authenticate_user(self, authorization_code: Code) -> Session:
        return authorization_code.session


class Proof(CodeChallenge):
    """PKCE by S256, from everybody (RFC 9700, section 2.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - Authlib's own way

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        super().validate_code_challenge(grant, redirect_uri)
        if grant.request.payload.data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Missing 'code_challenge' by S256")


class Assertion(JWTBearerClientAssertion):
    """The client proves itself with its key (RFC 7523), each proof once."""

    CLIENT_AUTH_METHOD = AUTHENTICATION

    def __init__(self, audiences: list[str]) -> None:
        super().__init__()
        self._audiences, self._seen = audiences, Kept[bool]()

    def get_audiences(self) -> list[str]:
        return self._audiences

    def validate_jti(self, claims: Any, jti: str) -> bool:
        return self._seen.keep_first(True, jti)

    def resolve_client_public_key(self, client: Client) -> ECKey:
        return client.key


class IdTokens(OpenIDCode):
    """Who it is, in which groups of the staff's directory, in which session here."""

    def __init__(self, issuer: str, key: ECKey) -> None:
        super().__init__(require_nonce=True)
        self._issuer, self._key = issuer, key

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """Asking twice is allowed: the page may be loaded again."""
        return False

    def resolve_client_private_key(self, client: Client) -> ECKey:
        return self._key

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": ALGORITHM, "kid": self._key.kid, "typ": "JWT"}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self._issuer, "aud": [client.get_client_id()]}

    def generate_user_info(self, session: Session, scope: str) -> dict[str, Any]:
        member = session.member
        return {
            "sub": member.subject,
            "sid": session.sid,
            "given_name": member.first_name,
            "family_name": member.last_name,
            "directory": {"groups": ["everybody", ROLES[member.role]]},
        }


class Issuer(IssuerParameter):
    """Each answer says who gives it (RFC 9207)."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def get_issuer(self) -> str:
        return self._issuer


def server(app: Flask, issuer: str, client: Client, key: ECKey) -> AuthorizationServer:
    """The server with what it hands out; access tokens open nothing here, so none is kept."""
    made = AuthorizationServer(
        app, query_client=lambda name: client if name == STAFF_CLIENT else None, save_token=lambda *_: None
    )
    grant = type("Grant", (CodeGrant,), {"codes": Kept[Code](_CODE_SECONDS)})
    made.register_client_auth_method(AUTHENTICATION, Assertion([issuer, f"{issuer}/token"]))
    made.register_grant(grant, [IdTokens(issuer, key), Proof(required=True)])
    made.register_extension(Issuer(issuer))
    return made
