"""Who a request for a token says to be, and by what it would prove that: one of three ways, and one alone.

Nothing is decided here.  Secrets become digests; those and assertions are `identity`'s to judge, as it alone
knows keys.  Each way is a client authentication method as Authlib's server calls them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc7523.client import ASSERTION_TYPE

from gateway.blueprints.api.access import digest, shown_authorization


@dataclass(frozen=True)
class ClaimedClient(ClientMixin):
    """Believed once `identity` has answered; until then every question of the server is answered with yes."""

    client_id: str
    secret_digest: str = ""
    assertion: str = ""

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return True

    def check_grant_type(self, grant_type: str) -> bool:
        return True

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""


Way = Callable[[Any, OAuth2Request], ClaimedClient | None]


def by_basic(_query: Any, _request: OAuth2Request) -> ClaimedClient | None:
    """`client_secret_basic`: both parts are encoded as a form's fields (RFC 6749, section 2.3.1)."""
    shown = shown_authorization()
    if shown is None or shown.type != "basic" or not shown.username or not shown.password:
        return None
    return ClaimedClient(unquote_plus(shown.username), digest(unquote_plus(shown.password)))


def by_form(_query: Any, request: OAuth2Request) -> ClaimedClient | None:
    """`client_secret_post`."""
    client_id, secret = request.form.get("client_id"), request.form.get("client_secret")
    return ClaimedClient(client_id, digest(secret)) if client_id and secret else None


def by_assertion(_query: Any, request: OAuth2Request) -> ClaimedClient | None:
    """`private_key_jwt` (RFC 7521, section 4.2): the client need not be named beside it."""
    form = request.form
    if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
        return None
    return ClaimedClient(form.get("client_id", ""), assertion=form["client_assertion"])


WAYS: dict[str, Way] = {
    "client_secret_basic": by_basic,
    "client_secret_post": by_form,
    "private_key_jwt": by_assertion,
}


def check_one_way(request: OAuth2Request) -> None:
    """Errors: InvalidRequestError for two ways at once, which the server would not notice."""
    ways = ("Authorization" in request.headers, "client_secret" in request.form)
    if sum((*ways, "client_assertion" in request.form)) > 1:
        raise InvalidRequestError("More than one way of authentication.")


def check_one_name(request: OAuth2Request, client: ClaimedClient) -> None:
    """Errors: InvalidRequestError where the form names another client than HTTP Basic does."""
    if request.form.get("client_id", client.client_id) != client.client_id:
        raise InvalidRequestError("Two different clients are named.")
