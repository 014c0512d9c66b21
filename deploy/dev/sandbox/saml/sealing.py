"""Sealing an assertion for one relying party: AES-GCM, its key by RSA-OAEP (xmlenc-core1, 5.2.4, 5.5.2)."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

from services.identity.saml.names import DS, SAML, XENC, XENC11, tag
from services.identity.saml.xml import Element

_NONCE, _KEY = 12, 32


@dataclass(frozen=True, slots=True)
class Transport:
    """How the key of the assertion travels."""

    algorithm: str = f"{XENC11}rsa-oaep"
    digest: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    parameters: tuple[tuple[str, str, str], ...] = (
        (DS, "DigestMethod", f"{XENC}sha256"),
        (XENC11, "MGF", f"{XENC11}mgf1sha256"),
    )
    """Namespace, name and algorithm of what the method says of itself."""


def sealed(
    assertion: Element,
    certificate: x509.Certificate,
    algorithm: str = f"{XENC11}aes256-gcm",
    transport: Transport = Transport(),
) -> Element:
    """The assertion inside `EncryptedAssertion`, for the holder of the certificate's RSA key."""
    key, nonce = os.urandom(_KEY), os.urandom(_NONCE)
    content = nonce + AESGCM(key).encrypt(nonce, etree.tostring(assertion), None)
    root = etree.Element(tag(SAML, "EncryptedAssertion"), nsmap={"saml2": SAML, "xenc": XENC, "ds": DS})
    data = etree.SubElement(root, tag(XENC, "EncryptedData"), Type=f"{XENC}Element")
    etree.SubElement(data, tag(XENC, "EncryptionMethod"), Algorithm=algorithm)
    wrapped = etree.SubElement(etree.SubElement(data, tag(DS, "KeyInfo")), tag(XENC, "EncryptedKey"))
    method = etree.SubElement(wrapped, tag(XENC, "EncryptionMethod"), Algorithm=transport.algorithm)
    for namespace, name, parameter in transport.parameters:
        etree.SubElement(method, tag(namespace, name), Algorithm=parameter)
    _add_cipher(wrapped, _wrapped(key, certificate, transport))
    _add_cipher(data, content)
    return root


def _wrapped(key: bytes, certificate: x509.Certificate, transport: Transport) -> bytes:
    public = certificate.public_key()
    if not isinstance(public, RSAPublicKey):
        raise TypeError("an RSA certificate is needed")
    return public.encrypt(key, padding.OAEP(padding.MGF1(transport.digest), transport.digest, None))


def _add_cipher(parent: Element, value: bytes) -> None:
    data = etree.SubElement(parent, tag(XENC, "CipherData"))
    etree.SubElement(data, tag(XENC, "CipherValue")).text = b64encode(value).decode()
