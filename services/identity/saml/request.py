"""The question to an identity provider: a signed AuthnRequest, posted by the browser."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree
from signxml.algorithms import SignatureMethod

from services.identity.saml.keys import KeyPair
from services.identity.saml.names import EIDAS, LOA, POST_BINDING, SAML, SAMLP, UNSPECIFIED, URI_FORMAT, tag
from services.identity.saml.signature import signed_with
from services.identity.saml.xml import Element


@dataclass(frozen=True, slots=True)
class Wish:
    """What one kind of provider is asked for."""

    consumer_url: str
    entity_id: str
    destination: str
    provider_name: str
    method: SignatureMethod = SignatureMethod.SHA256_RSA_MGF1
    least_level: str = ""
    """eIDAS level of assurance, `substantial`; empty where the provider has only one."""
    attributes: Sequence[tuple[str, str, bool]] = ()
    """Name, friendly name and whether it is required, of the eIDAS profile."""
    name_format: str = UNSPECIFIED


def authn_request(wish: Wish, request_id: str, now: datetime, own: KeyPair) -> bytes:
    """The signed message (eIDAS SAML message format 1.2, section 2.3; the children in schema order)."""
    root = etree.Element(
        tag(SAMLP, "AuthnRequest"),
        attrib={
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "Destination": wish.destination,
            "AssertionConsumerServiceURL": wish.consumer_url,
            "ProtocolBinding": POST_BINDING,
            "ForceAuthn": "true",
            "IsPassive": "false",
            "ProviderName": wish.provider_name,
        },
        nsmap={"saml2p": SAMLP, "saml2": SAML, "eidas": EIDAS}
        if wish.attributes
        else {"saml2p": SAMLP, "saml2": SAML},
    )
    etree.SubElement(root, tag(SAML, "Issuer")).text = wish.entity_id
    if wish.attributes:
        _add_extensions(root, wish)
    etree.SubElement(root, tag(SAMLP, "NameIDPolicy"), Format=wish.name_format, AllowCreate="true")
    if wish.least_level:
        context = etree.SubElement(root, tag(SAMLP, "RequestedAuthnContext"), Comparison="minimum")
        etree.SubElement(context, tag(SAML, "AuthnContextClassRef")).text = LOA + wish.least_level
    return bytes(etree.tostring(signed_with(root, own, wish.method)))


def form(message: bytes, relay_state: str) -> dict[str, str]:
    """Fields of the POST binding (SAML bindings, section 3.5.4)."""
    return {"SAMLRequest": b64encode(message).decode(), "RelayState": relay_state}


def _add_extensions(root: Element, wish: Wish) -> None:
    extensions = etree.SubElement(root, tag(SAMLP, "Extensions"))
    etree.SubElement(extensions, tag(EIDAS, "SPType")).text = "public"
    requested = etree.SubElement(extensions, tag(EIDAS, "RequestedAttributes"))
    for name, friendly, required in wish.attributes:
        etree.SubElement(
            requested,
            tag(EIDAS, "RequestedAttribute"),
            FriendlyName=friendly,
            Name=name,
            NameFormat=URI_FORMAT,
            isRequired=str(required).lower(),
        )
