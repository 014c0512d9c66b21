"""A platform with providers of log-ins that share no code with ours: samlify and oidc-provider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, RSAKey

from deploy.dev.platform import Platform
from services.identity.saml.eidas import DATE_OF_BIRTH, FAMILY_NAME, FIRST_NAME, PERSON_IDENTIFIER
from services.identity.saml.names import LOA, UNSPECIFIED, XENC11
from tests.integration.identity.peers.openid import openid
from tests.integration.identity.peers.process import samlify
from tests.service_process import free_port
from tests.unit.identity.saml.idp import key_pair

CLIENT = "video-consultation"
CONNECTOR = "https://connector.example/metadata"
PARTS = ("front", "identity", "spaces", "booking-seed", "media-control")
TABLES = """
[[provider]]
kind = "eidas"
code = "eidas"
issuer = "https://connector.example/metadata"
sso_url = "{sso_url}"
certificates = ["connector.pem"]
name = "CNS"
organisation = "CNS"
organisation_url = "https://cns.example"
contact = "operations@cns.example"
signing_keys = ["us.pem"]
decryption_keys = ["us.pem"]

[[provider]]
kind = "oidc"
code = "portal"
audience = "citizen"
issuer = "http://127.0.0.1:{nobody}"
client_id = "video-consultation"
authentication = "client_secret_basic"
secret = "secret"
[provider.levels]
"urn:example:strong" = "high"

[[provider]]
kind = "oidc"
code = "staff"
audience = "staff"
issuer = "{issuer}"
client_id = "video-consultation"
authentication = "private_key_jwt"
key = "ours.pem"
key_id = "2026-1"
scopes = ["openid", "profile", "roles"]
contexts = ["urn:example:strong"]
[provider.roles]
claim = ["realm_access", "roles"]
values = {{ "vc-heads" = "supervisor" }}
"""
"""The portal does not answer: nobody listens there."""
SKEW = 3600


def citizen(level: str, ahead: int = 0) -> dict[str, Any]:
    """Who may come back by eIDAS, from a provider whose clock is so many seconds ahead of ours."""
    attributes = {
        PERSON_IDENTIFIER: "DE/LU/muster-4711",
        FAMILY_NAME: "Mustermann",
        FIRST_NAME: "Jonas",
        DATE_OF_BIRTH: "1990-07-21",
    }
    return {"nameId": "x", "level": LOA + level, "attributes": attributes, "ahead": ahead}


CITIZENS = {
    "jonas": citizen("substantial"),
    "low": citizen("low"),
    "ahead": citizen("substantial", SKEW),
    "behind": citizen("substantial", -SKEW),
}


def member(first_name: str, role: str, context: str = "urn:example:strong") -> dict[str, Any]:
    return {
        "given_name": first_name,
        "family_name": "Demo",
        "realm_access": {"roles": [role]},
        "acr": context,
    }


STAFF = {
    "sam-77": member("Sam", "vc-heads"),
    "mail-78": member("Mia", "mail-users"),
    "weak-79": member("Wim", "vc-heads", "urn:example:weak"),
}


@dataclass(frozen=True)
class Stage:
    platform: Platform
    issuer: str
    """Of the staff's provider."""

    @property
    def origin(self) -> str:
        return self.platform.urls["public"]

    def logs(self) -> str:
        """What all processes have said."""
        folder = self.platform.site.folder / "logs"
        return "".join(file.read_text() for file in folder.iterdir() if file.is_file())


@contextmanager
def other_providers(folder: Path) -> Iterator[Stage]:
    """The platform as far as log-ins go, while both peers run."""
    port, key = free_port(), ECKey.generate_key("P-256", {"kid": "2026-1", "use": "sig"})
    origin = f"http://localhost:{port}"
    with samlify(_connector(origin)) as connector, openid(_staff_provider(origin, key)) as peer:
        _describe(folder / "providers", connector.url, peer.issuer, key)
        with Platform(folder, only=PARTS, usual_ports={"public": port}) as started:
            assert started.urls["public"] == origin
            yield Stage(started, peer.issuer)


def _connector(origin: str) -> dict[str, Any]:
    return {
        "entityId": CONNECTOR,
        "key": _private("idp"),
        "certificate": _certificate("idp"),
        "metadata": f"{origin}/saml/eidas/metadata",
        "nameIdFormat": UNSPECIFIED,
        "signature": "RSA_SHA256_MGF1",
        "encryption": f"{XENC11}aes256-gcm",
        "persons": CITIZENS,
    }


def _staff_provider(origin: str, key: ECKey) -> dict[str, Any]:
    client = {
        "client_id": CLIENT,
        "redirect_uris": [f"{origin}/login/staff/callback"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [key.as_dict(private=False)]},
        "id_token_signed_response_alg": "PS256",
        "backchannel_logout_uri": f"{origin}/login/staff/backchannel-logout",
        "backchannel_logout_session_required": True,
    }
    theirs = RSAKey.generate_key(2048, {"kid": "theirs", "use": "sig"}).as_dict(private=True)
    contexts = ["urn:example:strong", "urn:example:weak"]
    return {
        "client": client,
        "jwks": {"keys": [theirs]},
        "pushed": True,
        "contexts": contexts,
        "persons": STAFF,
    }


def _describe(folder: Path, sso_url: str, issuer: str, key: ECKey) -> None:
    folder.mkdir()
    tables = TABLES.format(sso_url=sso_url, issuer=issuer, nobody=free_port())
    (folder / "providers.toml").write_text(tables)
    (folder / "secret").write_text("a secret that opens nothing")
    (folder / "us.pem").write_text(_private("us") + _certificate("us"))
    (folder / "connector.pem").write_text(_certificate("idp"))
    (folder / "ours.pem").write_bytes(key.as_pem(private=True))


def _certificate(name: str) -> str:
    return key_pair(name).certificate.public_bytes(Encoding.PEM).decode()


def _private(name: str) -> str:
    key = key_pair(name).private
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
