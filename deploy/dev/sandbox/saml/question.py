"""A relying party's question: believed only with its signature, then held to what was agreed.

Errors are LoginRefused(reason), as on the other side; here they end on a page, because an answer may only go
to an address that a believed question has confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509

from services.contracts.errors import LoginRefused
from services.identity.saml.names import EIDAS, LOA, POST_BINDING, SAML, SAMLP, tag
from services.identity.saml.signature import Signatures, verified
from services.identity.saml.xml import Element, only, parse, text_of

_FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The platform, as it is registered here."""

    entity_id: str
    consumer_url: str
    signatures: Signatures
    encryption: x509.Certificate


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, believed."""

    request_id: str
    relay_state: str
    name_format: str
    least_level: str
    """`low`, `substantial` or `high`; empty where none is asked for."""
    attributes: frozenset[str]
    """Names, by the eIDAS extension."""
    is_passive: bool


def believed(
    message: bytes, relay_state: str, party: RelyingParty, destination: str, now: datetime
) -> Question:
    """Errors: LoginRefused(reason): what the signature's check refuses, and `no_request`, `issuer`,
    `destination`, `consumer`, `binding`, `stale`, `level_unknown`."""
    root = parse(message)
    if root.tag != tag(SAMLP, "AuthnRequest"):
        raise LoginRefused("no_request")
    request = verified(root, party.signatures)
    _check_parties(request, party, destination)
    _check_fresh(request, now)
    return Question(
        request_id=request.get("ID"),
        relay_state=relay_state,
        name_format=only(request, tag(SAMLP, "NameIDPolicy")).get("Format", ""),
        least_level=_least_level(request),
        attributes=frozenset(a.get("Name") for a in request.iter(tag(EIDAS, "RequestedAttribute"))),
        is_passive=request.get("IsPassive") == "true",
    )


def _check_parties(request: Element, party: RelyingParty, destination: str) -> None:
    if text_of(only(request, tag(SAML, "Issuer"), "issuer")) != party.entity_id:
        raise LoginRefused("issuer")
    if request.get("Destination") != destination:
        raise LoginRefused("destination")
    if request.get("AssertionConsumerServiceURL") != party.consumer_url:
        raise LoginRefused("consumer")
    if request.get("ProtocolBinding") != POST_BINDING:
        raise LoginRefused("binding")


def _check_fresh(request: Element, now: datetime) -> None:
    try:
        issued = datetime.fromisoformat(request.get("IssueInstant", ""))
    except ValueError:
        raise LoginRefused("malformed") from None
    if issued.tzinfo is None or abs(now - issued.astimezone(UTC)) > _FRESH:
        raise LoginRefused("stale")


def _least_level(request: Element) -> str:
    """Of a comparison `minimum`, the only one that the eIDAS profile knows beside `exact`."""
    context = request.find(tag(SAMLP, "RequestedAuthnContext"))
    if context is None:
        return ""
    level = text_of(only(context, tag(SAML, "AuthnContextClassRef"))).removeprefix(LOA)
    if level not in ("low", "substantial", "high") or context.get("Comparison") != "minimum":
        raise LoginRefused("level_unknown")
    return level
