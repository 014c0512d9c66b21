"""What this authorisation server says of itself (RFC 8414): for clients that look instead of being told."""

from __future__ import annotations

from flask import url_for
from flask.wrappers import Response
from flask_openapi3.blueprint import APIBlueprint

from gateway.access import anyone
from gateway.backends import runtime
from gateway.blueprints.api.oauth.clients import WAYS
from gateway.blueprints.api.oauth.models import MetadataOut
from gateway.blueprints.api.parts import ACCESS, EVERYWHERE, reply
from gateway.limits import caller
from gateway.limits.table import METADATA
from gateway.limits.taking import take
from services.contracts.identity import SCOPES
from services.contracts.machines import ALGORITHMS

well_known = APIBlueprint("oauth_metadata", __name__, abp_responses=EVERYWHERE)


@well_known.get(
    "/.well-known/oauth-authorization-server",
    tags=[ACCESS],
    summary="Metadata of the authorisation server",
    responses={200: MetadataOut},
    operation_id="getServerMetadata",
)
@anyone
def describe_server() -> Response:
    """Where tokens come from, and how a client may prove itself (RFC 8414)."""
    take(METADATA, whom=caller.network())
    return reply(MetadataOut, _metadata())


def _metadata() -> dict[str, object]:
    ways, algorithms = list(WAYS), list(ALGORITHMS)
    return {
        "issuer": runtime().settings.origin,
        "token_endpoint": _address("api.issue_token"),
        "revocation_endpoint": _address("api.revoke_token"),
        "scopes_supported": list(SCOPES),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ways,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": ways,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "service_documentation": _address("api.read_description"),
    }


def _address(endpoint: str) -> str:
    return runtime().settings.origin + url_for(endpoint)
