"""What the providers' file says of one that speaks SAML: `kind = "eidas"` or `kind = "luxtrust"`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pydantic import Field, model_validator
from signxml.algorithms import SignatureMethod

from services.chassis.settings import SettingsError
from services.identity.adapters.saml import Profile, SamlProvider
from services.identity.providers import Kind, Parts, ProviderConfig
from services.identity.saml.decryption import CBC_128, CBC_256
from services.identity.saml.eidas import REQUESTED, EidasProfile
from services.identity.saml.keys import KeyPair, certificate, key_pair
from services.identity.saml.luxtrust import LuxTrustProfile
from services.identity.saml.metadata import ServiceProvider
from services.identity.saml.names import X509_SUBJECT, XENC11
from services.identity.saml.request import Wish
from services.identity.saml.response import Peer
from services.identity.saml.signature import Signatures

EidasSignature = Literal[
    "rsa-pss-sha256", "rsa-pss-sha384", "rsa-pss-sha512", "ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512"
]
AnySignature = EidasSignature | Literal["rsa-sha256", "rsa-sha512"]
Encryption = Literal["aes128-gcm", "aes192-gcm", "aes256-gcm", "aes128-cbc", "aes256-cbc"]
AUTHENTICATED: tuple[Encryption, ...] = ("aes128-gcm", "aes192-gcm", "aes256-gcm")

_METHODS = {
    "rsa-pss-sha256": SignatureMethod.SHA256_RSA_MGF1,
    "rsa-pss-sha384": SignatureMethod.SHA384_RSA_MGF1,
    "rsa-pss-sha512": SignatureMethod.SHA512_RSA_MGF1,
    "ecdsa-sha256": SignatureMethod.ECDSA_SHA256,
    "ecdsa-sha384": SignatureMethod.ECDSA_SHA384,
    "ecdsa-sha512": SignatureMethod.ECDSA_SHA512,
    "rsa-sha256": SignatureMethod.RSA_SHA256,
    "rsa-sha512": SignatureMethod.RSA_SHA512,
}
_CBC = {"aes128-cbc": CBC_128, "aes256-cbc": CBC_256}
_LEAST_RSA_BITS = 3072
"""Of our own keys (eIDAS cryptographic requirements 1.4, section 3.1)."""


class SamlConfig(ProviderConfig):
    """What both kinds have."""

    issuer: str = Field(min_length=1)
    """The provider's entity id."""
    sso_url: str
    """Where the question is posted."""
    certificates: tuple[str, ...] = Field(min_length=1, max_length=2)
    """Files with the certificates that it signs with: two during its roll-over."""
    entity_id: str = ""
    """Ours, as the provider knows it; empty: the address of our metadata."""
    name: str = Field(min_length=1)
    """What the provider's pages call us."""
    organisation: str = Field(min_length=1)
    organisation_url: str
    contact: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    signing_keys: tuple[str, ...] = Field(min_length=1, max_length=2)
    """Files with a private key and its certificate: the one in use, and the next during a roll-over."""
    decryption_keys: tuple[str, ...] = Field(min_length=1, max_length=2)
    """The same; the first is published, the second, which was, still opens what was sealed for it."""
    encryption: tuple[Encryption, ...] = AUTHENTICATED
    """Without authentication (`-cbc`) only where it is named here."""
    assertion_signed: bool = True
    """False: the response's signature alone must do."""
    oldest_login_minutes: int = Field(default=5, ge=1, le=60)

    @model_validator(mode="after")
    def _cbc_needs_a_signature_inside(self) -> SamlConfig:
        if not self.assertion_signed and set(self.encryption) & set(_CBC):
            raise ValueError("aes-cbc needs signed assertions")
        return self


class EidasConfig(SamlConfig):
    """The national eIDAS connector."""

    kind: Literal["eidas"]
    request_signature: EidasSignature = "rsa-pss-sha256"
    signatures: tuple[EidasSignature, ...] = ("rsa-pss-sha256", "rsa-pss-sha512", "ecdsa-sha256")
    least_level: Literal["substantial", "high"] = "substantial"
    levels: dict[str, Literal["low", "substantial", "high"]] = Field(default_factory=dict)
    """Ours, by a country's own URI of a level that is not notified."""


class LuxTrustConfig(SamlConfig):
    """LuxTrust's service."""

    kind: Literal["luxtrust"]
    request_signature: AnySignature = "rsa-sha256"
    signatures: tuple[AnySignature, ...] = ("rsa-sha256", "rsa-sha512")
    company_id_attribute: str = ""
    company_name_attribute: str = ""
    """Names of what a Pro certificate's answer says of the company; they are agreed, not published."""


def _eidas(config: EidasConfig, parts: Parts) -> SamlProvider:
    wish = Wish(
        consumer_url=parts.callback(config.code),
        entity_id=_entity_id(config, parts),
        destination=config.sso_url,
        provider_name=config.name,
        method=_METHODS[config.request_signature],
        least_level=config.least_level,
        attributes=REQUESTED,
    )
    profile = EidasProfile(config.levels, config.least_level)
    return _provider(config, parts, wish, profile, config.signatures)


def _luxtrust(config: LuxTrustConfig, parts: Parts) -> SamlProvider:
    wish = Wish(
        consumer_url=parts.callback(config.code),
        entity_id=_entity_id(config, parts),
        destination=config.sso_url,
        provider_name=config.name,
        method=_METHODS[config.request_signature],
        name_format=X509_SUBJECT,
    )
    profile = LuxTrustProfile(config.company_id_attribute, config.company_name_attribute)
    return _provider(config, parts, wish, profile, config.signatures)


KINDS: dict[str, Kind[Any]] = {
    "eidas": Kind(EidasConfig, _eidas),
    "luxtrust": Kind(LuxTrustConfig, _luxtrust),
}


def _provider(
    config: SamlConfig, parts: Parts, wish: Wish, profile: Profile, signatures: Iterable[str]
) -> SamlProvider:
    _check_address(config.sso_url, parts)
    signing = [_own_key(name, parts) for name in config.signing_keys]
    if isinstance(signing[0].private, RSAPrivateKey) != ("RSA" in wish.method.name):
        raise SettingsError(f"request_signature does not fit the key {config.signing_keys[0]}")
    decryption = [_own_key(name, parts) for name in config.decryption_keys]
    return SamlProvider(
        code=config.code,
        wish=wish,
        us=_us(config, wish, signing, decryption),
        peer=_peer(config, parts, signatures),
        profile=profile,
        signing=signing[0],
        decryption=[pair.private for pair in decryption],
        spent=parts.spent,
        clock=parts.clock,
    )


def _us(
    config: SamlConfig, wish: Wish, signing: Sequence[KeyPair], decryption: Sequence[KeyPair]
) -> ServiceProvider:
    return ServiceProvider(
        entity_id=wish.entity_id,
        consumer_url=wish.consumer_url,
        signing=[pair.certificate for pair in signing],
        encryption=[decryption[0].certificate],
        organisation=config.organisation,
        organisation_url=config.organisation_url,
        contact=config.contact,
    )


def _peer(config: SamlConfig, parts: Parts, signatures: Iterable[str]) -> Peer:
    certificates = [certificate(parts.keys.text(name)) for name in config.certificates]
    return Peer(
        issuer=config.issuer,
        signatures=Signatures(certificates, frozenset(_METHODS[name] for name in signatures)),
        assertion_signed=config.assertion_signed,
        encryption=frozenset(_CBC.get(name, f"{XENC11}{name}") for name in config.encryption),
        oldest_login=timedelta(minutes=config.oldest_login_minutes),
    )


def _entity_id(config: SamlConfig, parts: Parts) -> str:
    return config.entity_id or f"{parts.public_url.rstrip('/')}/saml/{config.code}/metadata"


def _own_key(name: str, parts: Parts) -> KeyPair:
    pair = key_pair(parts.keys.text(name))
    if parts.guarded and isinstance(pair.private, RSAPrivateKey) and pair.private.key_size < _LEAST_RSA_BITS:
        raise SettingsError(f"{name} in KEYS_FOLDER has fewer than {_LEAST_RSA_BITS} bits")
    return pair


def _check_address(url: str, parts: Parts) -> None:
    """It goes into a form and into the page's policy: an origin that is none would open the policy."""
    address = urlsplit(url)
    if address.scheme not in ("https", "http") or not address.netloc or address.username is not None:
        raise SettingsError("sso_url is no address of a site")
    if parts.guarded and address.scheme != "https":
        raise SettingsError("sso_url is not https")
