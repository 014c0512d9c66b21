"""Keys and certificates, read once at the start: loading a private key takes a tenth of a second."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key of our own with the certificate that the others have of it."""

    private: PrivateKey
    certificate: x509.Certificate


def key_pair(pem: str) -> KeyPair:
    """From one PEM text with both.  Errors: TypeError for another kind of key, ValueError."""
    private = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(private, PrivateKey):
        raise TypeError("an RSA or elliptic-curve key is needed")
    pair = KeyPair(private, certificate(pem))
    if pair.certificate.public_key() != private.public_key():
        raise ValueError("the certificate is that of another key")
    return pair


def certificate(pem: str) -> x509.Certificate:
    """The first certificate of a PEM text.  Errors: ValueError."""
    return x509.load_pem_x509_certificates(pem.encode())[0]
