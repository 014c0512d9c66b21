"""The answer of an identity provider: checked in one order, read only where it was signed.

Whoever refuses says why with a code of its own, for log and tests; the person is told that it did
not succeed.  SAML profiles 2.0, section 4.1.4; eIDAS SAML message format 1.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.contracts.errors import LoginRefused
from services.identity.saml.decryption import GCM, decrypted
from services.identity.saml.keys import PrivateKey
from services.identity.saml.names import BEARER, DS, SAML, SAMLP, STATUS, SUCCESS, tag
from services.identity.saml.signature import Signatures, verified
from services.identity.saml.xml import Element, alone, only, parse, text_of

SKEW = timedelta(seconds=60)
"""Clocks of two parties may differ by so much."""
LONGEST = timedelta(minutes=30)
"""An assertion that claims to be valid for longer than this is not believed."""

_FAILED = {
    "AuthnFailed": "cancelled",
    "RequestDenied": "cancelled",
    "NoAuthnContext": "level_too_low",
}
"""What providers say when the person gave up, was not identified, or has no means of the level asked for."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What was agreed with one identity provider."""

    issuer: str
    """Its entity id: of the response and of the assertion."""
    signatures: Signatures
    assertion_signed: bool = True
    """Whether the assertion carries a signature too; the response must in any case."""
    encryption: frozenset[str] = GCM
    """Algorithms that its assertions may be encrypted with."""
    encrypted: bool = True
    oldest_login: timedelta = timedelta(minutes=5)
    """AuthnInstant may lie so far back."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer to one request must say."""

    request_id: str
    consumer_url: str
    """Our assertion consumer: Destination of the response, Recipient of the confirmation."""
    audience: str
    """Our entity id."""
    now: datetime
    since: datetime | None = None
    """When the person was sent to prove anew who it is; None: a log-in of before is good enough."""


@dataclass(frozen=True, slots=True)
class NameId:
    text: str
    format: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """What was asserted, all of it signed and meant for us."""

    assertion_id: str
    valid_until: datetime
    """After it the same assertion cannot come again."""
    name_id: NameId
    context_class: str
    """The AuthnContextClassRef; in the eIDAS profile the level of assurance."""
    attributes: Mapping[str, tuple[str, ...]]
    """Values by the attribute's Name."""


def accept(message: bytes, peer: Peer, expected: Expected, keys: Sequence[PrivateKey]) -> Assertion:
    """The assertion in a response, believed.  Errors: LoginRefused(reason)."""
    root = parse(message)
    if root.tag != tag(SAMLP, "Response"):
        raise LoginRefused("no_response")
    response = verified(root, peer.signatures)
    _check_response(response, peer, expected)
    assertion = _assertion(response, peer, keys)
    return _believed(assertion, peer, expected)


def _check_response(response: Element, peer: Peer, expected: Expected) -> None:
    if response.get("Version") != "2.0":
        raise LoginRefused("version")
    if response.get("Destination") != expected.consumer_url:
        raise LoginRefused("destination")
    if response.get("InResponseTo") != expected.request_id:
        raise LoginRefused("in_response_to")
    if text_of(only(response, tag(SAML, "Issuer"), "issuer")) != peer.issuer:
        raise LoginRefused("issuer")
    _check_fresh(_instant(response.get("IssueInstant")), expected.now)
    _check_status(response)


def _check_status(response: Element) -> None:
    """What went wrong there stands in the code inside the code (SAML core, section 3.2.2.2)."""
    status = only(response, tag(SAMLP, "Status"), "status")
    code = only(status, tag(SAMLP, "StatusCode"), "status")
    if code.get("Value") != SUCCESS:
        inner = code.find(tag(SAMLP, "StatusCode"))
        reason = "" if inner is None else inner.get("Value", "").removeprefix(STATUS)
        raise LoginRefused(_FAILED.get(reason, "status"))


def _check_fresh(issued: datetime, now: datetime) -> None:
    if issued > now + SKEW:
        raise LoginRefused("not_yet_valid")
    if issued < now - LONGEST:
        raise LoginRefused("expired")


def _assertion(response: Element, peer: Peer, keys: Sequence[PrivateKey]) -> Element:
    """The only assertion there is, decrypted, and with its signature verified where it must have one."""
    clear = response.findall(tag(SAML, "Assertion"))
    hidden = response.findall(tag(SAML, "EncryptedAssertion"))
    if len(clear) + len(hidden) != 1:
        raise LoginRefused("assertion_count")
    if clear and peer.encrypted:
        raise LoginRefused("unencrypted")
    assertion = decrypted(hidden[0], keys, peer.encryption) if hidden else alone(clear[0])
    if assertion.tag != tag(SAML, "Assertion"):
        raise LoginRefused("no_assertion")
    if assertion.find(f".//{tag(SAML, 'Assertion')}") is not None:
        raise LoginRefused("assertion_count")
    if peer.assertion_signed or assertion.find(tag(DS, "Signature")) is not None:
        return verified(assertion, peer.signatures)
    return assertion


def _believed(assertion: Element, peer: Peer, expected: Expected) -> Assertion:
    if assertion.get("Version") != "2.0" or not assertion.get("ID"):
        raise LoginRefused("version")
    if text_of(only(assertion, tag(SAML, "Issuer"), "issuer")) != peer.issuer:
        raise LoginRefused("issuer")
    _check_fresh(_instant(assertion.get("IssueInstant")), expected.now)
    subject = only(assertion, tag(SAML, "Subject"), "subject")
    until = min(_confirmed_until(subject, expected), _conditions_until(assertion, expected))
    statement = only(assertion, tag(SAML, "AuthnStatement"), "authn_statement")
    _check_login(statement, peer, expected)
    return Assertion(
        assertion_id=assertion.get("ID"),
        valid_until=until,
        name_id=_name_id(subject),
        context_class=_context_class(statement),
        attributes=_attributes(assertion),
    )


def _confirmed_until(subject: Element, expected: Expected) -> datetime:
    """The bearer confirmation: for this request, at this address, now (SAML profiles, 4.1.4.2)."""
    confirmation = only(subject, tag(SAML, "SubjectConfirmation"), "confirmation")
    if confirmation.get("Method") != BEARER:
        raise LoginRefused("confirmation")
    data = only(confirmation, tag(SAML, "SubjectConfirmationData"), "confirmation")
    if data.get("Recipient") != expected.consumer_url:
        raise LoginRefused("recipient")
    if data.get("InResponseTo") != expected.request_id:
        raise LoginRefused("in_response_to")
    if data.get("NotBefore") is not None:
        _check_begun(_instant(data.get("NotBefore")), expected.now)
    return _check_until(_instant(data.get("NotOnOrAfter")), expected.now)


def _conditions_until(assertion: Element, expected: Expected) -> datetime:
    conditions = only(assertion, tag(SAML, "Conditions"), "conditions")
    _check_begun(_instant(conditions.get("NotBefore")), expected.now)
    until = _check_until(_instant(conditions.get("NotOnOrAfter")), expected.now)
    restriction = only(conditions, tag(SAML, "AudienceRestriction"), "audience")
    if text_of(only(restriction, tag(SAML, "Audience"), "audience")) != expected.audience:
        raise LoginRefused("audience")
    known = {tag(SAML, name) for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")}
    if any(child.tag not in known for child in conditions):
        raise LoginRefused("conditions")  # SAML core, 2.5.1: what is not understood makes it invalid
    return until


def _check_begun(begins: datetime, now: datetime) -> None:
    if now + SKEW < begins:
        raise LoginRefused("not_yet_valid")


def _check_until(until: datetime, now: datetime) -> datetime:
    if now - SKEW >= until:
        raise LoginRefused("expired")
    if until > now + LONGEST + SKEW:
        raise LoginRefused("valid_too_long")
    return until


def _check_login(statement: Element, peer: Peer, expected: Expected) -> None:
    at = _instant(statement.get("AuthnInstant"))
    if at > expected.now + SKEW:
        raise LoginRefused("not_yet_valid")
    oldest = expected.now - peer.oldest_login
    if at < max(expected.since or oldest, oldest) - SKEW:
        raise LoginRefused("login_too_old")


def _name_id(subject: Element) -> NameId:
    found = only(subject, tag(SAML, "NameID"), "name_id")
    text = text_of(found)
    if not text:
        raise LoginRefused("name_id")
    return NameId(text, found.get("Format", ""))


def _context_class(statement: Element) -> str:
    context = only(statement, tag(SAML, "AuthnContext"), "level_missing")
    return text_of(only(context, tag(SAML, "AuthnContextClassRef"), "level_missing"))


def _attributes(assertion: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for attribute in assertion.iterfind(f"{tag(SAML, 'AttributeStatement')}/{tag(SAML, 'Attribute')}"):
        name = attribute.get("Name", "")
        if not name or name in found:
            raise LoginRefused("attribute_twice")
        found[name] = tuple(text_of(value) for value in attribute.iterfind(tag(SAML, "AttributeValue")))
    return found


def _instant(text: str | None) -> datetime:
    """SAML's instants are in UTC and end in `Z` (SAML core, section 1.3.3)."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        raise LoginRefused("malformed") from None
    if found.tzinfo is None or not (text or "").endswith("Z"):
        raise LoginRefused("malformed")
    return found.astimezone(UTC)
