"""What crosses the addresses of OAuth; parameters that nobody knows are passed over (RFC 6749, 3.2)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from gateway.blueprints.api.models import Reply

LONGEST_ASSERTION = 8 * 1024


class ClientIn(BaseModel):
    """One way of authentication, not two (RFC 6749, section 2.3): HTTP Basic, a secret, or an assertion."""

    client_id: str = Field("", max_length=100, description="Where HTTP Basic authentication is not used.")
    client_secret: str = Field("", max_length=200)
    client_assertion_type: str = Field(
        "", max_length=200, examples=["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    )
    client_assertion: str = Field(
        "",
        max_length=LONGEST_ASSERTION,
        description="A JWT signed with your key (RFC 7523): `iss` and `sub` are your `client_id`, `aud` is "
        "the issuer of this server and nothing else, `exp` at most five minutes ahead, `jti` always new.",
    )


class TokenIn(ClientIn):
    """Client credentials grant (RFC 6749, section 4.4)."""

    grant_type: str = Field(max_length=200, examples=["client_credentials"])
    scope: str = Field("", max_length=200, description="Separated by blanks; empty: all that you may have.")


class RevokeIn(ClientIn):
    """A token that is not needed any more (RFC 7009, section 2.1)."""

    token: str = Field(min_length=1, max_length=200)
    token_type_hint: str = Field("", max_length=200, description="Not needed: all tokens are of one kind.")


class TokenOut(Reply):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.")
    scope: str


class OAuthProblem(Reply):
    """A request that was refused (RFC 6749, section 5.2)."""

    error: Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]
    error_description: str = Field("", description="For who writes the client.")


class MetadataOut(Reply):
    """Of an authorisation server (RFC 8414, section 2)."""

    issuer: str = Field(description="The audience of assertions.")
    token_endpoint: str
    revocation_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str] = Field(description="None: nobody is asked in a browser.")
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_signing_alg_values_supported: list[str]
    service_documentation: str
