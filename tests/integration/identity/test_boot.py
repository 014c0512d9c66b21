"""What stops identity from starting."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.service_process import ROOT

VARIABLES = {
    "AMQP_URL": "amqp://nobody:nothing@127.0.0.1:1/",
    "MONGO_URI": "mongodb://127.0.0.1:1/",
    "MONGO_DATABASE": "identity",
    "METRICS_PORT": "1",
    "PUBLIC_URL": "http://localhost",
    "MASTER_KEY": "00" * 32,
}


def start(module: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Really start it, and wait until it has ended."""
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env={**VARIABLES, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_development_provider_stops_the_boot(environment: str) -> None:
    ended = start("services.identity", ENVIRONMENT=environment, DEVELOPMENT_PROVIDER="true")
    assert ended.returncode != 0
    assert f"DEVELOPMENT_PROVIDER is refused in {environment}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_demo_data_are_refused(environment: str) -> None:
    ended = start("services.identity.seed", ENVIRONMENT=environment, DEMO_CLIENT_SECRET="secret")
    assert ended.returncode != 0
    assert f"DEMO_CLIENT_SECRET is refused in {environment}" in ended.stderr


def test_missing_variables_are_named() -> None:
    ended = start("services.identity", AMQP_URL="", MONGO_URI="")
    assert ended.returncode != 0
    for name in ("ENVIRONMENT", "AMQP_URL", "MONGO_URI"):
        assert f"{name} is missing" in ended.stderr


def test_a_provider_that_is_described_wrongly_is_named(tmp_path: Path) -> None:
    file = tmp_path / "providers.toml"
    file.write_text('[[provider]]\nkind = "oidc"\ncode = "staff"\nclient_id = 7')
    ended = start(
        "services.identity", ENVIRONMENT="production", PROVIDERS_FILE=str(file), KEYS_FOLDER=str(tmp_path)
    )
    assert ended.returncode != 0
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("identity: PROVIDERS_FILE, provider 1: ")
    assert "issuer: Field required" in last


def test_a_providers_file_needs_a_folder_with_keys() -> None:
    ended = start("services.identity", ENVIRONMENT="production", PROVIDERS_FILE="providers.toml")
    assert "KEYS_FOLDER is missing" in ended.stderr
