"""An authority of our own and the certificates that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.dev.sandbox.keys import VALID_FOR, elliptic_key

SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@dataclass(frozen=True, slots=True)
class Pair:
    """A key with its certificate."""

    private: EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates; nobody has signed its own."""

    pair: Pair

    @classmethod
    def made(cls, name: str) -> Authority:
        private = elliptic_key()
        builder = _builder(private, name, name, VALID_FOR).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        return cls(Pair(private, builder.sign(private, hashes.SHA256())))

    def issue(
        self, name: str, use: x509.ObjectIdentifier, *hosts: str, valid_for: timedelta = VALID_FOR
    ) -> Pair:
        """For a server of these hosts, or a client; `valid_for` less than nothing is one that has expired."""
        private, issuer = elliptic_key(), self.pair
        builder = _builder(private, name, _common_name(issuer.certificate), valid_for)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        if hosts:
            names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return Pair(private, builder.sign(issuer.private, hashes.SHA256()))


def _builder(
    private: EllipticCurvePrivateKey, name: str, issuer: str, valid_for: timedelta
) -> x509.CertificateBuilder:
    until = datetime.now(UTC) + valid_for
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(datetime.now(UTC), until) - timedelta(days=1))
        .not_valid_after(until)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
