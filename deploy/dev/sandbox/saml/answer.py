"""A provider's answer as XML, not signed and not sealed yet (SAML core, sections 2.3.3 and 3.3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from services.identity.saml.names import BEARER, SAML, SAMLP, STATUS, SUCCESS, URI_FORMAT, tag
from services.identity.saml.xml import Element

VALID_FOR = timedelta(minutes=5)
_SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who answers whom, to what, when."""

    issuer: str
    request_id: str
    consumer_url: str
    audience: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of the person."""

    name_id: str
    name_id_format: str
    context_class: str
    attributes: Mapping[str, str]


def instant(at: datetime) -> str:
    """As SAML writes it (SAML core, section 1.3.3)."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def assertion(to: Addressed, said: Said, assertion_id: str) -> Element:
    """Who somebody is, for five minutes, for one relying party."""
    root = etree.Element(
        tag(SAML, "Assertion"),
        attrib={"ID": assertion_id, "Version": "2.0", "IssueInstant": instant(to.at)},
        nsmap={"saml2": SAML},
    )
    etree.SubElement(root, tag(SAML, "Issuer")).text = to.issuer
    _add_subject(root, to, said)
    _add_conditions(root, to)
    _add_statements(root, to, said)
    return root


def response(to: Addressed, response_id: str, failure: str = "") -> Element:
    """The envelope; `failure` is the last part of a second-level status (SAML core, section 3.2.2.2)."""
    root = etree.Element(
        tag(SAMLP, "Response"),
        attrib={
            "ID": response_id,
            "Version": "2.0",
            "IssueInstant": instant(to.at),
            "Destination": to.consumer_url,
            "InResponseTo": to.request_id,
        },
        nsmap={"saml2p": SAMLP, "saml2": SAML},
    )
    etree.SubElement(root, tag(SAML, "Issuer")).text = to.issuer
    status = etree.SubElement(root, tag(SAMLP, "Status"))
    value = f"{STATUS}Responder" if failure else SUCCESS
    code = etree.SubElement(status, tag(SAMLP, "StatusCode"), Value=value)
    if failure:
        etree.SubElement(code, tag(SAMLP, "StatusCode"), Value=f"{STATUS}{failure}")
    return root


def _add_subject(root: Element, to: Addressed, said: Said) -> None:
    subject = etree.SubElement(root, tag(SAML, "Subject"))
    etree.SubElement(subject, tag(SAML, "NameID"), Format=said.name_id_format).text = said.name_id
    confirmation = etree.SubElement(subject, tag(SAML, "SubjectConfirmation"), Method=BEARER)
    etree.SubElement(
        confirmation,
        tag(SAML, "SubjectConfirmationData"),
        InResponseTo=to.request_id,
        Recipient=to.consumer_url,
        NotOnOrAfter=instant(to.at + VALID_FOR),
    )


def _add_conditions(root: Element, to: Addressed) -> None:
    conditions = etree.SubElement(
        root,
        tag(SAML, "Conditions"),
        NotBefore=instant(to.at - _SKEW),
        NotOnOrAfter=instant(to.at + VALID_FOR),
    )
    restriction = etree.SubElement(conditions, tag(SAML, "AudienceRestriction"))
    etree.SubElement(restriction, tag(SAML, "Audience")).text = to.audience


def _add_statements(root: Element, to: Addressed, said: Said) -> None:
    statement = etree.SubElement(root, tag(SAML, "AuthnStatement"), AuthnInstant=instant(to.at))
    context = etree.SubElement(statement, tag(SAML, "AuthnContext"))
    etree.SubElement(context, tag(SAML, "AuthnContextClassRef")).text = said.context_class
    if not said.attributes:
        return  # the schema wants one attribute at least
    told = etree.SubElement(root, tag(SAML, "AttributeStatement"))
    for name, value in said.attributes.items():
        attribute = etree.SubElement(told, tag(SAML, "Attribute"), Name=name, NameFormat=URI_FORMAT)
        etree.SubElement(attribute, tag(SAML, "AttributeValue")).text = value
