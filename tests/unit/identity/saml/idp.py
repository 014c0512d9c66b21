"""An identity provider for tests: makes the answers that a real one would, and broken ones on request.

It signs with signxml, as we verify; that others' messages are read is shown with independent peers.
"""

from __future__ import annotations

import datetime as dt
import os
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import SignatureMethod

from services.identity.saml.eidas import DATE_OF_BIRTH, FAMILY_NAME, FIRST_NAME, PERSON_IDENTIFIER
from services.identity.saml.keys import KeyPair
from services.identity.saml.names import (
    BEARER,
    DS,
    LOA,
    SAML,
    SAMLP,
    SUCCESS,
    UNSPECIFIED,
    URI_FORMAT,
    XENC,
    XENC11,
    tag,
)
from services.identity.saml.response import Expected, Peer
from services.identity.saml.signature import EIDAS_METHODS, Signatures, signed_with

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ISSUER = "https://connector.example/metadata"
AUDIENCE = "https://video.cns.example/saml/eidas"
CONSUMER = "https://video.cns.example/login/eidas/callback"
REQUEST_ID = "_request-0123456789abcdef"
PERSON = {
    PERSON_IDENTIFIER: "DE/LU/muster-4711",
    FAMILY_NAME: "Muster",
    FIRST_NAME: "Jonas",
    DATE_OF_BIRTH: "1990-07-21",
}

Change = Callable[[Any], None]


@cache
def key_pair(name: str, kind: str = "rsa", bits: int = 2048) -> KeyPair:
    """A key with a self-made certificate; the same for the same name."""
    private: Any = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "ec"
        else rsa.generate_private_key(public_exponent=65537, key_size=bits)
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=30))
        .sign(private, hashes.SHA256())
    )
    return KeyPair(private, certificate)


def peer(**changes: Any) -> Peer:
    """What was agreed with this provider."""
    signatures = Signatures((key_pair("idp").certificate,), EIDAS_METHODS)
    return Peer(**({"issuer": ISSUER, "signatures": signatures} | changes))


def expected(**changes: Any) -> Expected:
    agreed = {"request_id": REQUEST_ID, "consumer_url": CONSUMER, "audience": AUDIENCE, "now": NOW}
    return Expected(**(agreed | changes))


def instant(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class Answer:
    """One answer; each field is a wish of the test, `change_*` bends what was built before it is signed."""

    key: KeyPair = field(default_factory=lambda: key_pair("idp"))
    method: SignatureMethod = SignatureMethod.SHA256_RSA_MGF1
    level: str = LOA + "substantial"
    attributes: dict[str, str] = field(default_factory=lambda: dict(PERSON))
    name_id: str = "DE/LU/muster-4711"
    name_id_format: str = UNSPECIFIED
    audience: str = AUDIENCE
    sign_response: bool = True
    sign_assertion: bool = True
    encrypt: bool = True
    to: KeyPair | None = None
    """Whom it is sealed for; us, if nobody is named."""
    older_transport: bool = False
    """The key transport that every toolkit knows."""
    change_assertion: Change | None = None
    """Before the assertion is signed."""
    change_signed_assertion: Change | None = None
    """After that, before it is encrypted."""
    change_response: Change | None = None
    """Before the response is signed."""

    def message(self) -> bytes:
        return bytes(etree.tostring(self.response()))

    def response(self) -> Any:
        assertion = self._assertion()
        if self.change_assertion:
            self.change_assertion(assertion)
        if self.sign_assertion:
            assertion = signed_with(assertion, self.key, self.method)
        if self.change_signed_assertion:
            self.change_signed_assertion(assertion)
        response = _response()
        sealed = encrypted(assertion, self.to, older=self.older_transport) if self.encrypt else assertion
        response.append(sealed)
        if self.change_response:
            self.change_response(response)
        return signed_with(response, self.key, self.method) if self.sign_response else response

    def _assertion(self) -> Any:
        root = etree.Element(
            tag(SAML, "Assertion"),
            attrib={"ID": "_assertion-1", "Version": "2.0", "IssueInstant": instant(NOW)},
            nsmap={"saml2": SAML},
        )
        etree.SubElement(root, tag(SAML, "Issuer")).text = ISSUER
        _add_subject(root, self.name_id, self.name_id_format)
        _add_conditions(root, self.audience)
        _add_statements(root, self.level, self.attributes)
        return root


def _response() -> Any:
    root = etree.Element(
        tag(SAMLP, "Response"),
        attrib={
            "ID": "_response-1",
            "Version": "2.0",
            "IssueInstant": instant(NOW),
            "Destination": CONSUMER,
            "InResponseTo": REQUEST_ID,
        },
        nsmap={"saml2p": SAMLP, "saml2": SAML},
    )
    etree.SubElement(root, tag(SAML, "Issuer")).text = ISSUER
    status = etree.SubElement(root, tag(SAMLP, "Status"))
    etree.SubElement(status, tag(SAMLP, "StatusCode"), Value=SUCCESS)
    return root


def _add_subject(root: Any, name_id: str, name_format: str) -> None:
    subject = etree.SubElement(root, tag(SAML, "Subject"))
    etree.SubElement(subject, tag(SAML, "NameID"), Format=name_format).text = name_id
    confirmation = etree.SubElement(subject, tag(SAML, "SubjectConfirmation"), Method=BEARER)
    etree.SubElement(
        confirmation,
        tag(SAML, "SubjectConfirmationData"),
        InResponseTo=REQUEST_ID,
        Recipient=CONSUMER,
        NotOnOrAfter=instant(NOW + dt.timedelta(minutes=5)),
    )


def _add_conditions(root: Any, audience: str) -> None:
    conditions = etree.SubElement(
        root,
        tag(SAML, "Conditions"),
        NotBefore=instant(NOW - dt.timedelta(seconds=5)),
        NotOnOrAfter=instant(NOW + dt.timedelta(minutes=5)),
    )
    restriction = etree.SubElement(conditions, tag(SAML, "AudienceRestriction"))
    etree.SubElement(restriction, tag(SAML, "Audience")).text = audience


def _add_statements(root: Any, level: str, attributes: dict[str, str]) -> None:
    statement = etree.SubElement(root, tag(SAML, "AuthnStatement"), AuthnInstant=instant(NOW))
    context = etree.SubElement(statement, tag(SAML, "AuthnContext"))
    etree.SubElement(context, tag(SAML, "AuthnContextClassRef")).text = level
    told = etree.SubElement(root, tag(SAML, "AttributeStatement"))
    for name, value in attributes.items():
        attribute = etree.SubElement(told, tag(SAML, "Attribute"), Name=name, NameFormat=URI_FORMAT)
        etree.SubElement(attribute, tag(SAML, "AttributeValue")).text = value


def encrypted(
    assertion: Any, to: KeyPair | None = None, algorithm: str = f"{XENC11}aes256-gcm", *, older: bool = False
) -> Any:
    """The assertion inside `EncryptedAssertion`, for our RSA key; `older`: by the key transport of 2002."""
    key, nonce = os.urandom(32), os.urandom(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, etree.tostring(assertion), None)
    public: Any = (to or key_pair("us")).certificate.public_key()
    digest: hashes.HashAlgorithm = hashes.SHA1() if older else hashes.SHA256()
    oaep = padding.OAEP(padding.MGF1(digest), digest, None)
    root = etree.Element(tag(SAML, "EncryptedAssertion"), nsmap={"saml2": SAML, "xenc": XENC, "ds": DS})
    data = etree.SubElement(root, tag(XENC, "EncryptedData"), Type=f"{XENC}Element")
    etree.SubElement(data, tag(XENC, "EncryptionMethod"), Algorithm=algorithm)
    wrapped = etree.SubElement(etree.SubElement(data, tag(DS, "KeyInfo")), tag(XENC, "EncryptedKey"))
    _add_transport(wrapped, older)
    _add_cipher(wrapped, public.encrypt(key, oaep))
    _add_cipher(data, sealed)
    return root


def _add_transport(wrapped: Any, older: bool) -> None:
    if older:
        etree.SubElement(wrapped, tag(XENC, "EncryptionMethod"), Algorithm=f"{XENC}rsa-oaep-mgf1p")
        return
    method = etree.SubElement(wrapped, tag(XENC, "EncryptionMethod"), Algorithm=f"{XENC11}rsa-oaep")
    etree.SubElement(method, tag(DS, "DigestMethod"), Algorithm=f"{XENC}sha256")
    etree.SubElement(method, tag(XENC11, "MGF"), Algorithm=f"{XENC11}mgf1sha256")


def _add_cipher(parent: Any, value: bytes) -> None:
    data = etree.SubElement(parent, tag(XENC, "CipherData"))
    etree.SubElement(data, tag(XENC, "CipherValue")).text = b64encode(value).decode()


def copy(element: Any) -> Any:
    return deepcopy(element)
