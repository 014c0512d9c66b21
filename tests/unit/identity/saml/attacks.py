"""The attacks and faults of the list, each with the code that refuses it: for the tests and for the bench."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree
from signxml.algorithms import SignatureMethod

from services.identity.saml.names import SAML, SAMLP, STATUS, XENC, tag
from services.identity.saml.response import Peer
from tests.unit.identity.saml.idp import ISSUER, NOW, Answer, copy, encrypted, instant, key_pair, peer
from tests.unit.identity.saml.wrapping import RESPONSE_WRAPPINGS, WRAPPINGS


def changed(path: str, **attributes: str | None) -> Callable[[Any], None]:
    """A change of attributes; None takes one away."""

    def change(root: Any) -> None:
        element = root if path == "." else root.find(path)
        for name, value in attributes.items():
            if value is None:
                element.attrib.pop(name)
            else:
                element.set(name, value)

    return change


def says(path: str, text: str) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        root.find(path).text = text

    return change


def dropped(path: str) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        element = root.find(path)
        element.getparent().remove(element)

    return change


def doubled(path: str) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        element = root.find(path)
        element.addnext(copy(element))

    return change


def failed(reason: str) -> Callable[[Any], None]:
    """The provider says that it did not succeed, and why, and asserts nothing."""

    def change(root: Any) -> None:
        code = root.find(f".//{tag(SAMLP, 'StatusCode')}")
        code.set("Value", f"{STATUS}Responder")
        etree.SubElement(code, tag(SAMLP, "StatusCode"), Value=STATUS + reason)
        dropped(f"./{tag(SAML, 'EncryptedAssertion')}")(root)

    return change


ASSERTION = f".//{tag(SAML, 'Assertion')}"
DATA = f".//{tag(SAML, 'SubjectConfirmationData')}"
CONDITIONS = tag(SAML, "Conditions")
AUDIENCE = f".//{tag(SAML, 'Audience')}"
STATEMENT = tag(SAML, "AuthnStatement")
CLASS = f".//{tag(SAML, 'AuthnContextClassRef')}"
LATER, EARLIER = instant(NOW + dt.timedelta(hours=1)), instant(NOW - dt.timedelta(hours=1))


REFUSED: list[tuple[str, str, Answer]] = [
    ("unsigned response", "unsigned", Answer(sign_response=False)),
    ("unsigned assertion", "unsigned", Answer(sign_assertion=False)),
    ("foreign key", "signature", Answer(key=key_pair("mallory"))),
    ("weaker method than agreed", "signature_algorithm", Answer(method=SignatureMethod.RSA_SHA256)),
    ("not encrypted", "unencrypted", Answer(encrypt=False)),
    ("status", "status", Answer(change_response=changed(f".//{tag(SAMLP, 'StatusCode')}", Value="urn:x"))),
    ("given up", "cancelled", Answer(change_response=failed("AuthnFailed"))),
    ("request denied", "cancelled", Answer(change_response=failed("RequestDenied"))),
    ("no means of the level", "level_too_low", Answer(change_response=failed("NoAuthnContext"))),
    ("another failure", "status", Answer(change_response=failed("NoPassive"))),
    ("no status", "status", Answer(change_response=dropped(f"./{tag(SAMLP, 'Status')}"))),
    (
        "destination",
        "destination",
        Answer(change_response=changed(".", Destination="https://other.example/")),
    ),
    (
        "destination prefix",
        "destination",
        Answer(change_response=changed(".", Destination="https://video.cns.example/login/eidas/callback/x")),
    ),
    ("destination empty", "destination", Answer(change_response=changed(".", Destination=""))),
    ("destination absent", "destination", Answer(change_response=changed(".", Destination=None))),
    (
        "response issuer",
        "issuer",
        Answer(change_response=says(f"./{tag(SAML, 'Issuer')}", "https://other.example")),
    ),
    (
        "response issuer prefix",
        "issuer",
        Answer(change_response=says(f"./{tag(SAML, 'Issuer')}", f"{ISSUER}/x")),
    ),
    ("response issuer empty", "issuer", Answer(change_response=says(f"./{tag(SAML, 'Issuer')}", ""))),
    ("no response issuer", "issuer", Answer(change_response=dropped(f"./{tag(SAML, 'Issuer')}"))),
    (
        "assertion issuer",
        "issuer",
        Answer(change_assertion=says(f"./{tag(SAML, 'Issuer')}", "https://other.example")),
    ),
    (
        "answers another request",
        "in_response_to",
        Answer(change_response=changed(".", InResponseTo="_other")),
    ),
    ("answers no request", "in_response_to", Answer(change_response=changed(".", InResponseTo=None))),
    (
        "assertion for another request",
        "in_response_to",
        Answer(change_assertion=changed(DATA, InResponseTo="_other")),
    ),
    ("assertion for no request", "in_response_to", Answer(change_assertion=changed(DATA, InResponseTo=None))),
    ("recipient", "recipient", Answer(change_assertion=changed(DATA, Recipient="https://other.example/"))),
    (
        "recipient prefix",
        "recipient",
        Answer(change_assertion=changed(DATA, Recipient="https://video.cns.example/login/eidas/callback/x")),
    ),
    ("recipient empty", "recipient", Answer(change_assertion=changed(DATA, Recipient=""))),
    ("recipient absent", "recipient", Answer(change_assertion=changed(DATA, Recipient=None))),
    ("audience", "audience", Answer(audience="https://other.example/")),
    ("audience prefix", "audience", Answer(audience="https://video.cns.example/saml/eidas/x")),
    ("audience empty", "audience", Answer(audience="")),
    ("no audience", "audience", Answer(change_assertion=dropped(f".//{tag(SAML, 'AudienceRestriction')}"))),
    ("two audiences", "audience", Answer(change_assertion=doubled(AUDIENCE))),
    ("confirmation expired", "expired", Answer(change_assertion=changed(DATA, NotOnOrAfter=EARLIER))),
    ("conditions expired", "expired", Answer(change_assertion=changed(CONDITIONS, NotOnOrAfter=EARLIER))),
    ("not yet valid", "not_yet_valid", Answer(change_assertion=changed(CONDITIONS, NotBefore=LATER))),
    ("valid for an hour", "valid_too_long", Answer(change_assertion=changed(DATA, NotOnOrAfter=LATER))),
    ("old response", "expired", Answer(change_response=changed(".", IssueInstant=EARLIER))),
    ("response of tomorrow", "not_yet_valid", Answer(change_response=changed(".", IssueInstant=LATER))),
    ("old log-in", "login_too_old", Answer(change_assertion=changed(STATEMENT, AuthnInstant=EARLIER))),
    ("log-in of tomorrow", "not_yet_valid", Answer(change_assertion=changed(STATEMENT, AuthnInstant=LATER))),
    (
        "instant without zone",
        "malformed",
        Answer(change_assertion=changed(STATEMENT, AuthnInstant="2026-11-23T09:00:00")),
    ),
    ("two subjects", "subject", Answer(change_assertion=doubled(tag(SAML, "Subject")))),
    (
        "two confirmations",
        "confirmation",
        Answer(change_assertion=doubled(f".//{tag(SAML, 'SubjectConfirmation')}")),
    ),
    (
        "holder of key",
        "confirmation",
        Answer(change_assertion=changed(f".//{tag(SAML, 'SubjectConfirmation')}", Method="urn:x")),
    ),
    ("no statement of a log-in", "authn_statement", Answer(change_assertion=dropped(STATEMENT))),
    ("two statements of a log-in", "authn_statement", Answer(change_assertion=doubled(STATEMENT))),
    ("no name", "name_id", Answer(change_assertion=dropped(f".//{tag(SAML, 'NameID')}"))),
    ("empty name", "name_id", Answer(name_id=" ")),
    ("no level", "level_missing", Answer(change_assertion=dropped(CLASS))),
    ("attribute twice", "attribute_twice", Answer(change_assertion=doubled(f".//{tag(SAML, 'Attribute')}"))),
    (
        "unknown condition",
        "conditions",
        Answer(change_assertion=lambda a: etree.SubElement(a.find(CONDITIONS), tag(SAML, "Condition"))),
    ),
    (
        "no assertion",
        "assertion_count",
        Answer(change_response=dropped(f"./{tag(SAML, 'EncryptedAssertion')}")),
    ),
    ("two assertions", "assertion_count", Answer(change_response=lambda r: r.append(copy(r[-1])))),
    (
        "assertion changed after signing",
        "signature",
        Answer(change_signed_assertion=says(f".//{tag(SAML, 'AttributeValue')}", "DE/LU/other")),
    ),
    (
        "CBC",
        "encryption_algorithm",
        Answer(change_response=changed(f".//{tag(XENC, 'EncryptionMethod')}", Algorithm=f"{XENC}aes128-cbc")),
    ),
    ("version", "version", Answer(change_response=changed(".", Version="1.1"))),
]


DOCUMENTS = [
    ("document_type", b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>'),
    ("document_type", b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'),
    ("encoding", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r><r/>'.encode("utf-16")),
    ("malformed", b"<r>"),
    ("malformed", b""),
    ("malformed", b"<r>\x00</r>"),
    ("comment", b"<r><!-- x --></r>"),
    ("comment", b"<!-- x --><r/>"),
    ("comment", b"<r><?x y?></r>"),
    ("id_twice", b'<r ID="a"><s ID="a"/></r>'),
    ("id_twice", b'<r ID="a"><s Id="a"/></r>'),
    ("relative_namespace", b'<r xmlns:x="relative"/>'),
    ("message_too_large", b"<r>" + b"x" * 300_000 + b"</r>"),
    ("no_response", b"<r/>"),
]


def wrapped_assertion(wrapping: Callable[[Any], Any], *, encrypt: bool) -> bytes:
    """A signed assertion, wrapped, in a response that nobody signed."""
    root = wrapping(Answer(encrypt=False, sign_response=False).response())
    if encrypt:
        for assertion in root.findall(tag(SAML, "Assertion")):
            root.replace(assertion, encrypted(assertion))
    return bytes(etree.tostring(root))


def wrapped_response(wrapping: Callable[[Any], Any]) -> bytes:
    """The same within a response that was signed before."""
    return bytes(etree.tostring(wrapping(Answer(encrypt=False).response())))


def messages() -> Iterator[tuple[str, bytes, Peer]]:
    """Every attack as a message, with what was agreed with the provider that it pretends to be."""
    for name, _code, answer in REFUSED:
        yield name, answer.message(), peer()
    for code, document in DOCUMENTS:
        yield code, document, peer()
    for wrapping in WRAPPINGS:
        for encrypt in (False, True):
            yield wrapping.__name__, wrapped_assertion(wrapping, encrypt=encrypt), peer(encrypted=encrypt)
        yield f"{wrapping.__name__}, response", wrapped_response(wrapping), peer(encrypted=False)
    for _code, wrapping in RESPONSE_WRAPPINGS:
        wrapped = wrapping(Answer(encrypt=False, sign_assertion=False).response())
        yield wrapping.__name__, etree.tostring(wrapped), peer(encrypted=False, assertion_signed=False)
