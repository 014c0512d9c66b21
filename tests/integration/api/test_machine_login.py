"""An independent client, Authlib's, finds the server by its metadata and gets in by each way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts.machines import (
    AddClientKey,
    ChangeMachine,
    GetMachine,
    Machine,
    RegisterMachine,
    RemoveClientKey,
)

pytestmark = pytest.mark.integration
STAFF = "administrator-ari"


@pytest.fixture(scope="module")
def bus(api_platform: Platform) -> Iterator[RpcClient]:
    """As an administrator's console would speak to identity."""
    client = RpcClient(api_platform.env("gateway-pages")["AMQP_URL"], "gateway")
    yield client
    client.close()


@pytest.fixture(scope="module")
def server(anonymous: httpx.Client) -> dict[str, Any]:
    """What the server says of itself; tests reach it without the front, so under another address."""
    address = str(anonymous.base_url.copy_with(path="/.well-known/oauth-authorization-server"))
    found: dict[str, Any] = httpx.get(address).raise_for_status().json()
    own = str(anonymous.base_url.copy_with(path="")).rstrip("/")
    reached = {
        name: said.replace(found["issuer"], own) for name, said in found.items() if name.endswith("endpoint")
    }
    return found | reached


class ForAMinute(PrivateKeyJWT):
    """Authlib would sign for an hour, which is refused."""

    def sign(self, auth: Any, token_endpoint: str) -> str:
        key, client = auth.client_secret, auth.client_id
        return str(private_key_jwt_sign(key, client, token_endpoint, alg=self.alg, expires_in=60))


def register(bus: RpcClient, key: Key) -> Machine:
    return bus.call(
        RegisterMachine(
            client_id=f"office-{uuid4().hex[:12]}",
            name="Office",
            contact="office@cns.example",
            auth_method="private_key_jwt",
            scopes=("slots:read", "calendars:read"),
            staff_id=STAFF,
            public_key=json.dumps(key.as_dict(private=False)),
        )
    )


def signer(
    audience: str, client_id: str, key: Key, algorithm: str, how: type[PrivateKeyJWT] = ForAMinute
) -> OAuth2Session:
    """Authlib's client with a private key, which signs for an audience."""
    client = OAuth2Session(client_id, key, token_endpoint_auth_method="private_key_jwt")
    client.register_client_auth_method(how(audience, alg=algorithm))
    return client


def subjects(client: OAuth2Session, anonymous: httpx.Client) -> int:
    return int(client.get(str(anonymous.base_url.join("/api/v1/subjects"))).status_code)


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [(ECKey, "ES256"), (RSAKey, "PS256"), (OKPKey, "Ed25519")],
    ids=lambda each: str(each),
)
def test_a_client_gets_in_with_its_key_and_calls_the_service(
    bus: RpcClient, server: dict[str, Any], anonymous: httpx.Client, kind: Any, algorithm: str
) -> None:
    key = kind.generate_key(2048) if kind is RSAKey else kind.generate_key()
    machine = register(bus, key)
    with signer(server["issuer"], machine.client_id, key, algorithm) as client:
        token = client.fetch_token(server["token_endpoint"], grant_type="client_credentials")
        assert (token["token_type"], token["expires_in"] <= 600) == ("Bearer", True)
        assert subjects(client, anonymous) == 200
    (used,) = bus.call(GetMachine(client_id=machine.client_id)).keys
    assert used.last_used_at is not None


@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post"])
def test_a_client_gets_in_with_its_secret(
    server: dict[str, Any], anonymous: httpx.Client, secret: str, way: str
) -> None:
    with OAuth2Session("demo-client", secret, token_endpoint_auth_method=way) as client:
        client.fetch_token(server["token_endpoint"], grant_type="client_credentials", scope="slots:read")
        assert subjects(client, anonymous) == 200


def test_a_client_gives_its_token_back(server: dict[str, Any], anonymous: httpx.Client, secret: str) -> None:
    with OAuth2Session(
        "demo-client", secret, revocation_endpoint_auth_method="client_secret_basic"
    ) as client:
        client.fetch_token(server["token_endpoint"], grant_type="client_credentials")
        answer = client.revoke_token(server["revocation_endpoint"])
        assert answer.status_code == 200
        assert subjects(client, anonymous) == 401


def test_keys_are_changed_without_a_pause(
    bus: RpcClient, server: dict[str, Any], anonymous: httpx.Client
) -> None:
    old, new = ECKey.generate_key(), ECKey.generate_key("P-384")
    before = register(bus, old)
    after = bus.call(
        AddClientKey(
            client_id=before.client_id,
            version=before.version,
            staff_id=STAFF,
            old_until=datetime.now(UTC) + timedelta(days=7),
            public_key=new.as_pem(private=False).decode(),
        )
    )
    for key, algorithm in ((old, "ES256"), (new, "ES384")):
        with signer(server["issuer"], before.client_id, key, algorithm) as client:
            client.fetch_token(server["token_endpoint"], grant_type="client_credentials")
            assert subjects(client, anonymous) == 200
    removal = RemoveClientKey(
        client_id=before.client_id, version=after.version, key_id=old.thumbprint(), staff_id=STAFF
    )
    bus.call(removal)
    with (
        signer(server["issuer"], before.client_id, old, "ES256") as client,
        pytest.raises(OAuthError) as refused,
    ):
        client.fetch_token(server["token_endpoint"], grant_type="client_credentials")
    assert refused.value.error == "invalid_client"


def test_a_client_that_is_disabled_is_out_with_its_tokens(
    bus: RpcClient, server: dict[str, Any], anonymous: httpx.Client
) -> None:
    key = ECKey.generate_key()
    machine = register(bus, key)
    with signer(server["issuer"], machine.client_id, key, "ES256") as client:
        client.fetch_token(server["token_endpoint"], grant_type="client_credentials")
        bus.call(
            ChangeMachine(
                client_id=machine.client_id,
                version=machine.version,
                name=machine.name,
                contact=machine.contact,
                scopes=machine.scopes,
                is_enabled=False,
                staff_id=STAFF,
            )
        )
        assert subjects(client, anonymous) == 401
        with pytest.raises(OAuthError):
            client.fetch_token(server["token_endpoint"], grant_type="client_credentials")


@pytest.mark.parametrize(("audience", "how"), [("token_endpoint", ForAMinute), ("issuer", PrivateKeyJWT)])
def test_an_assertion_for_the_address_or_for_an_hour_is_refused(
    bus: RpcClient, server: dict[str, Any], audience: str, how: type[PrivateKeyJWT]
) -> None:
    key = ECKey.generate_key()
    machine = register(bus, key)
    client = signer(server[audience], machine.client_id, key, "ES256", how)
    with client, pytest.raises(OAuthError, match="invalid_client"):
        client.fetch_token(server["token_endpoint"], grant_type="client_credentials")
