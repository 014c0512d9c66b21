"""The service API over HTTP: gateway, booking and identity as processes, with the demo machine client."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from deploy.dev.platform import Platform

PARTS = ("gateway-pages", "booking-seed", "identity-seed")


@pytest.fixture(scope="session")
def api_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """For all files here whose tests register clients, or book times of days, that no other file takes."""
    with Platform(tmp_path_factory.mktemp("api"), only=PARTS, environment="test") as started:
        yield started


@pytest.fixture(scope="module")
def anonymous(api_platform: Platform) -> Iterator[httpx.Client]:
    """Somebody without a token."""
    port = api_platform.env("gateway-pages")["LISTEN_PORT"]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=90) as client:
        yield client


@pytest.fixture(scope="module")
def secret(api_platform: Platform) -> str:
    return api_platform.site.secret("demo-client")


@pytest.fixture(scope="module")
def machine(anonymous: httpx.Client, secret: str) -> Iterator[httpx.Client]:
    """The demo machine client with a token for all its scopes."""
    answer = anonymous.post("/token", data={"grant_type": "client_credentials"}, auth=("demo-client", secret))
    token = answer.raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=anonymous.base_url, headers=headers, timeout=90) as client:
        yield client
