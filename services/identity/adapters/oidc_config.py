"""A provider that speaks OpenID Connect, as the providers' file describes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from pydantic import Field, model_validator

from services.chassis.settings import SettingsError
from services.identity.adapters.discovery import Discovery
from services.identity.adapters.https import Https
from services.identity.adapters.oidc import OidcProvider
from services.identity.adapters.oidc_client import Authentication, ClientSecretBasic, PrivateKeyJwt
from services.identity.oidc.id_token import Client
from services.identity.oidc.profile import CitizenProfile, Profile, StaffProfile
from services.identity.providers import Kind, Parts, ProviderConfig, Table

Signature = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
Text = Annotated[str, Field(min_length=1)]
_ALGORITHM_OF = {"RSA": "PS256", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


class Roles(Table):
    """`claim`: the way to the roles, from the outside in; `values`: theirs as ours."""

    claim: tuple[Text, ...] = Field(min_length=1)
    values: dict[str, Literal["agent", "supervisor", "helpdesk", "administrator", "operator", "auditor"]] = (
        Field(min_length=1)
    )


class Claims(Table):
    """Which claim of a state portal holds what; `national_number` empty: none does."""

    first_name: Text = "given_name"
    last_name: Text = "family_name"
    birth_date: Text = "birthdate"
    national_number: str = ""


class OidcConfig(ProviderConfig):
    """`kind = "oidc"`."""

    kind: Literal["oidc"]
    audience: Literal["citizen", "staff"]
    issuer: Text
    client_id: Text
    authentication: Literal["private_key_jwt", "client_secret_basic"]
    key: str = ""
    """File with our private key (PEM), RSA or elliptic curve."""
    key_id: str = ""
    """Its name (`kid`) in the key set that the provider has of us."""
    secret: str = ""
    """File with the client secret."""
    algorithms: tuple[Signature, ...] = Field(("PS256", "ES256", "RS256"), min_length=1)
    """What the provider may sign its tokens with."""
    scopes: tuple[Text, ...] = ("openid", "profile")
    contexts: tuple[Text, ...] = ()
    """Authentication contexts (`acr`) that are good enough; of citizens, those in `levels`."""
    oldest_login: int | None = Field(None, ge=0)
    """Seconds (`max_age`); 0 makes everybody prove it anew."""
    authorities: str = ""
    """File with the certificates that alone are trusted for its servers; empty: the public ones."""
    extra: dict[str, str] = Field({})
    method: str = "portal"
    """How a citizen's log-in is named in principals and pages."""
    levels: dict[str, Literal["low", "substantial", "high"]] = Field({})
    roles: Roles | None = None
    claims: Claims = Claims()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.audience == "staff") != (self.roles is not None):
            raise ValueError("a staff provider, and no other, has roles")
        if (self.audience == "citizen") != bool(self.levels):
            raise ValueError("a citizen provider, and no other, has levels")
        if "openid" not in self.scopes:
            raise ValueError("scopes lack openid")
        needed = ("key", "key_id") if self.authentication == "private_key_jwt" else ("secret",)
        if not all(getattr(self, name) for name in needed):
            raise ValueError(f"{self.authentication} needs {' and '.join(needed)}")
        return self


def build(config: OidcConfig, parts: Parts) -> OidcProvider:
    """Errors: SettingsError, ValueError."""
    https = _https(config, parts)
    if not https.allowed(config.issuer):
        raise SettingsError("issuer is no https address")
    return OidcProvider(
        code=config.code,
        audiences=(config.audience,),
        client=_client(config),
        callback=parts.callback(config.code),
        scopes=config.scopes,
        authentication=_authentication(config, parts),
        profile=_profile(config),
        https=https,
        discovery=Discovery(config.issuer, https),
        clock=parts.clock,
        extra=config.extra,
    )


def _https(config: OidcConfig, parts: Parts) -> Https:
    authorities = parts.keys.text(config.authorities) if config.authorities else ""
    try:
        return Https(clear_text=not parts.guarded, authorities=authorities)
    except OSError:
        raise SettingsError("authorities holds no certificate") from None


def _client(config: OidcConfig) -> Client:
    oldest = None if config.oldest_login is None else timedelta(seconds=config.oldest_login)
    contexts = config.contexts or tuple(config.levels)
    return Client(config.issuer, config.client_id, tuple(config.algorithms), contexts, oldest)


def _authentication(config: OidcConfig, parts: Parts) -> Authentication:
    if config.authentication == "client_secret_basic":
        return ClientSecretBasic(parts.keys.secret(config.secret))
    key = _private_key(parts.keys.text(config.key))
    name = "RSA" if isinstance(key, RSAKey) else str(key.curve_name)
    return PrivateKeyJwt(key, config.key_id, _ALGORITHM_OF[name])


def _private_key(pem: str) -> RSAKey | ECKey:
    """Errors: ValueError for what is no private key of one of the two kinds."""
    for kind in (RSAKey, ECKey):
        try:
            key = kind.import_key(pem)
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private:
            return key
    raise ValueError("key is no RSA or elliptic-curve private key")


def _profile(config: OidcConfig) -> Profile:
    if config.roles is not None:
        return StaffProfile(config.roles.claim, dict(config.roles.values))
    claims = config.claims
    return CitizenProfile(
        config.method,
        dict(config.levels),
        claims.first_name,
        claims.last_name,
        claims.birth_date,
        claims.national_number,
    )


KIND = Kind(OidcConfig, build)
