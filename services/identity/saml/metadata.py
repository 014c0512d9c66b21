"""What we publish about ourselves: keys, addresses, level; signed, and valid for a day."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import SignatureMethod

from services.identity.saml.keys import KeyPair
from services.identity.saml.names import DS, METADATA, POST_BINDING, SAMLP, UNSPECIFIED, XENC, XENC11, tag
from services.identity.saml.signature import signed_with
from services.identity.saml.xml import Element

VALID_FOR = timedelta(days=1)
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """Us, as one identity provider knows us."""

    entity_id: str
    consumer_url: str
    signing: Sequence[x509.Certificate]
    """Two during a roll-over: the one in use and the next."""
    encryption: Sequence[x509.Certificate]
    organisation: str
    organisation_url: str
    contact: str
    """E-mail address of those who run this."""


def metadata(
    us: ServiceProvider, document_id: str, now: datetime, own: KeyPair, method: SignatureMethod
) -> bytes:
    """The signed EntityDescriptor (SAML metadata 2.0, section 2.3.2)."""
    root = etree.Element(
        tag(METADATA, "EntityDescriptor"),
        attrib={
            "ID": document_id,
            "entityID": us.entity_id,
            "validUntil": f"{(now + VALID_FOR).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        },
        nsmap={"md": METADATA, "ds": DS},
    )
    descriptor = etree.SubElement(
        root,
        tag(METADATA, "SPSSODescriptor"),
        AuthnRequestsSigned="true",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=SAMLP,
    )
    for certificate in us.signing:
        _add_key(descriptor, "signing", certificate)
    for certificate in us.encryption:
        _add_encryption(_add_key(descriptor, "encryption", certificate))
    etree.SubElement(descriptor, tag(METADATA, "NameIDFormat")).text = UNSPECIFIED
    etree.SubElement(
        descriptor,
        tag(METADATA, "AssertionConsumerService"),
        Binding=POST_BINDING,
        Location=us.consumer_url,
        index="0",
        isDefault="true",
    )
    _add_organisation(root, us)
    return bytes(
        etree.tostring(signed_with(root, own, method, place=0), xml_declaration=True, encoding="UTF-8")
    )


def _add_key(descriptor: Element, use: str, certificate: x509.Certificate) -> Element:
    key = etree.SubElement(descriptor, tag(METADATA, "KeyDescriptor"), use=use)
    data = etree.SubElement(etree.SubElement(key, tag(DS, "KeyInfo")), tag(DS, "X509Data"))
    der = certificate.public_bytes(Encoding.DER)
    etree.SubElement(data, tag(DS, "X509Certificate")).text = b64encode(der).decode()
    return key


def _add_encryption(key: Element) -> None:
    for algorithm in (f"{XENC11}aes256-gcm", f"{XENC11}aes128-gcm", f"{XENC11}rsa-oaep"):
        etree.SubElement(key, tag(METADATA, "EncryptionMethod"), Algorithm=algorithm, nsmap={"xenc": XENC})


def _add_organisation(root: Element, us: ServiceProvider) -> None:
    organisation = etree.SubElement(root, tag(METADATA, "Organization"))
    for name, text in (
        ("OrganizationName", us.organisation),
        ("OrganizationDisplayName", us.organisation),
        ("OrganizationURL", us.organisation_url),
    ):
        element = etree.SubElement(organisation, tag(METADATA, name))
        element.set(_LANGUAGE, "en")
        element.text = text
    contact = etree.SubElement(root, tag(METADATA, "ContactPerson"), contactType="technical")
    etree.SubElement(contact, tag(METADATA, "EmailAddress")).text = f"mailto:{us.contact}"
