"""Who calls the service API: a machine client with a bearer token (RFC 6750) and its scopes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import current_app, g, request
from flask.wrappers import Response
from werkzeug.datastructures import Authorization

from gateway.access import ViewT, requires
from gateway.backends import ask
from gateway.blueprints.api.tokens import KnownTokens
from gateway.limits.table import API_CALL
from gateway.limits.taking import take
from services.contracts.errors import CredentialsRefused, NotAllowed
from services.contracts.identity import IntrospectToken, TokenIssued


def scope_required(scope: str) -> Callable[[ViewT], ViewT]:
    """A client whose token has `scope`.  Errors: CredentialsRefused, NotAllowed(scope), TooManyRequests.

    What identity says of a token holds for five seconds here: a revoked one dies within them.
    """

    def policy() -> None:
        issued = known_tokens().of(digest(_bearer()), _introspected)
        if scope not in issued.scopes:
            raise NotAllowed("scope")
        g.client = issued
        take(API_CALL, whom=client_name())

    return requires(policy)


def known_tokens() -> KnownTokens:
    """Those of this application."""
    found: KnownTokens = current_app.extensions["known_tokens"]
    return found


def client_name() -> str:
    """The calling client as booking keeps it: holder of its bookings, actor of its changes."""
    issued: TokenIssued = g.client
    return f"client:{issued.client_id}"


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal: the only form in which a secret or token leaves this process."""
    return hashlib.sha256(secret.encode()).hexdigest()


def shown_authorization() -> Authorization | None:
    """The header of that name; one that is not written in ASCII, at which Werkzeug stumbles, is none."""
    header = request.headers.get("Authorization", "")
    return Authorization.from_header(header) if header.isascii() else None


def add_challenge(response: Response) -> Response:
    """Say how to authenticate, or what is missing (RFC 6750, section 3)."""
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", 'Bearer realm="service API"')
    if response.status_code == 403:
        response.headers.setdefault("WWW-Authenticate", 'Bearer error="insufficient_scope"')
    return response


def _introspected(token_digest: str) -> TokenIssued:
    return ask(IntrospectToken(token_digest=token_digest))


def _bearer() -> str:
    authorization = shown_authorization()
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise CredentialsRefused
    return authorization.token
