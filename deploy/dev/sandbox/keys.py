"""Keys that are made on this machine, with certificates that nobody has signed but they themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.identity.saml.keys import KeyPair, PrivateKey

VALID_FOR = timedelta(days=3650)
"""Peers pin the certificate and look at nothing else in it."""
RSA_BITS = 2048
"""Quick to load; staging and production refuse keys of ours that are shorter than 3072 bits."""


def rsa_key(bits: int = RSA_BITS) -> rsa.RSAPrivateKey:
    """A new one."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def elliptic_key() -> ec.EllipticCurvePrivateKey:
    """A new one, on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def self_signed(private: PrivateKey, name: str) -> KeyPair:
    """The key with a certificate of that common name."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
        .sign(private, hashes.SHA256())
    )
    return KeyPair(private, certificate)


def certificate_pem(pair: KeyPair) -> str:
    """What the other side gets."""
    return pair.certificate.public_bytes(Encoding.PEM).decode()


def pair_pem(pair: KeyPair) -> str:
    """Both in one text."""
    private = pair.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode() + certificate_pem(pair)
