"""The sandbox in this process, and the platform's providers as identity reads them from its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
import pytest
from flask import Flask

from deploy.dev.sandbox.app import create_app
from deploy.dev.sandbox.files import Files
from deploy.dev.sandbox.settings import SandboxSettings
from services.chassis.ids import new_id
from services.identity.domain.login import Departure, Identified, PendingLogin
from services.identity.ports import Provider
from tests.sandbox import providers_of, visit

PUBLIC_URL = "http://localhost:8080"
PORT = 8090
ORIGIN = f"http://127.0.0.1:{PORT}"


@dataclass(frozen=True)
class Platform:
    """What the relying party does, with its browser at the sandbox."""

    provider: Provider
    http: httpx.Client

    def depart(self) -> tuple[PendingLogin, Departure]:
        login = PendingLogin(new_id(), self.provider.code, self.provider.audiences[0], datetime.now(UTC))
        departure = self.provider.begin(login)
        return replace(login, memory=departure.memory), departure

    def log_in(self, person: str) -> Identified:
        """Errors: LoginRefused."""
        login, departure = self.depart()
        reply = visit(self.http, departure.url, departure.form, person)
        return self.provider.finish(login, reply.fields)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    made = Files(tmp_path_factory.mktemp("providers"))
    made.write(ORIGIN)
    return made


@pytest.fixture(scope="session")
def settings(files: Files) -> SandboxSettings:
    return SandboxSettings(
        environment="test", listen_port=PORT, public_url=PUBLIC_URL, keys_folder=str(files.sandbox)
    )


@pytest.fixture(scope="session")
def app(settings: SandboxSettings) -> Flask:
    return create_app(settings)


@pytest.fixture
def http(app: Flask) -> Iterator[httpx.Client]:
    """One person's browser."""
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url=ORIGIN) as browser:
        yield browser


@pytest.fixture(scope="session")
def providers(files: Files) -> dict[str, Provider]:
    return providers_of(files.providers, PUBLIC_URL)


@pytest.fixture
def platform_at(providers: dict[str, Provider], http: httpx.Client) -> Callable[[str], Platform]:
    return lambda code: Platform(providers[code], http)
