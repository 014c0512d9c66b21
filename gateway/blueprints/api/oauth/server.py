"""The authorisation server: Authlib's parts, over what `identity` decides.

Authlib finds the grant and the client's way of authentication, and answers as RFC 6749 and RFC 7009 say.
A token is made here; the bus carries its digest.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    ClientCredentialsGrant,
    InvalidClientError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from flask import request as http
from flask.wrappers import Response
from pydantic import BaseModel, ValidationError

from gateway.backends import ask, now, runtime
from gateway.blueprints.api.access import digest, known_tokens
from gateway.blueprints.api.oauth.clients import WAYS, ClaimedClient, check_one_name, check_one_way
from gateway.blueprints.api.oauth.models import RevokeIn, TokenIn
from gateway.limits.table import TOKEN_CLIENT
from gateway.limits.taking import take
from services.contracts.errors import CredentialsRefused, NotAllowed
from services.contracts.identity import IssueToken, TokenIssued
from services.contracts.machines import IssueTokenByAssertion, RevokeToken

_TOKEN_BYTES = 32
_CHALLENGE = 'Basic realm="service API"'


class FormRequest(OAuth2Request):
    """The body's parameters alone: what stands in the address would stand in logs."""

    def __init__(self, form: dict[str, str]) -> None:
        super().__init__(http.method, runtime().settings.origin + http.path, headers=http.headers)
        self.payload = BasicOAuth2Payload(form)

    @property
    def form(self) -> dict[str, str]:
        found: dict[str, str] = self.payload.data
        return found


class Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = list(WAYS)


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS: ClassVar[list[str]] = list(WAYS)

    def authenticate_token(self, request: FormRequest, client: ClaimedClient) -> str:
        """Whose it is, `identity` finds out; a hint at its type is not needed."""
        return request.form["token"]

    def revoke_token(self, token: str, request: FormRequest) -> None:
        """Errors: InvalidClientError."""
        client: ClaimedClient = request.client
        revoked = digest(token)
        try:
            ask(RevokeToken(token_digest=revoked, **_shown(client)))
        except CredentialsRefused:
            raise InvalidClientError(status_code=401) from None
        known_tokens().forget(revoked)


class MachineServer(AuthorizationServer):
    """One for the application; it keeps nothing between two requests."""

    def __init__(self) -> None:
        super().__init__()
        self.register_grant(Grant)
        self.register_endpoint(Revocation)
        self.register_token_generator("default", _token)
        for name, way in WAYS.items():
            self.register_client_auth_method(name, way)

    def give(self) -> Response:
        """Answer a request for a token."""
        return self._answered(TokenIn, self.create_token_response)

    def revoke(self) -> Response:
        """Answer a request that takes a token back."""
        return self._answered(RevokeIn, lambda: self.create_endpoint_response(Revocation.ENDPOINT_NAME))

    def create_oauth2_request(self, request: Any) -> FormRequest:
        return FormRequest(_form())

    def authenticate_client(self, request: FormRequest, methods: list[str], endpoint: str = "token") -> Any:
        check_one_way(request)
        client = super().authenticate_client(request, methods, endpoint)
        check_one_name(request, client)
        return client

    def save_token(self, token: dict[str, Any], request: FormRequest) -> None:
        """`identity` has it already, see `_token`."""

    def handle_error_response(self, request: FormRequest | None, error: OAuth2Error) -> Response:
        response: Response = super().handle_error_response(request, error)
        if isinstance(error, InvalidClientError):
            response.status_code = 401
            response.headers["WWW-Authenticate"] = _CHALLENGE
        return response

    def _answered(self, model: type[BaseModel], answer: Callable[[], Response]) -> Response:
        try:
            _check(model)
            return answer()
        except OAuth2Error as error:
            return self.handle_error_response(None, error)


def _form() -> dict[str, str]:
    """Parameters without a value count as left out (RFC 6749, section 3.2)."""
    return {name: value for name, value in http.form.items() if value}


def _check(model: type[BaseModel]) -> None:
    """That each parameter stands once and can be what it is.  Errors: InvalidRequestError."""
    if any(len(values) > 1 for _name, values in http.form.lists()):
        raise InvalidRequestError("A parameter stands twice.")
    try:
        model.model_validate(_form())
    except ValidationError as error:
        name = error.errors(include_url=False, include_input=False)[0]["loc"][0]
        raise InvalidRequestError(f"{name} is missing or too long.") from None


def _token(client: ClaimedClient, scope: str | None = None, **_of_authlib: Any) -> dict[str, Any]:
    """A token that `identity` has let pass.  Errors: OAuth2Error, TooManyRequests."""
    made = secrets.token_urlsafe(_TOKEN_BYTES)
    issued = _issued(client, digest(made), tuple((scope or "").split()))
    take(TOKEN_CLIENT, whom=f"client:{issued.client_id}")  # granted ones alone: nobody uses up another's
    return {
        "access_token": made,
        "token_type": "Bearer",
        "expires_in": max(0, int((issued.expires_at - now()).total_seconds())),
        "scope": " ".join(issued.scopes),
    }


def _issued(client: ClaimedClient, token_digest: str, scopes: tuple[str, ...]) -> TokenIssued:
    """Errors: InvalidClientError, InvalidScopeError."""
    wanted: dict[str, Any] = {"client_id": client.client_id, "token_digest": token_digest, "scopes": scopes}
    try:
        if client.assertion:
            return ask(IssueTokenByAssertion(assertion=client.assertion, **wanted))
        return ask(IssueToken(secret_digest=client.secret_digest, **wanted))
    except CredentialsRefused:
        raise InvalidClientError(status_code=401) from None
    except NotAllowed:
        raise InvalidScopeError from None


def _shown(client: ClaimedClient) -> dict[str, str]:
    return {
        "client_id": client.client_id,
        "secret_digest": client.secret_digest,
        "assertion": client.assertion,
    }
