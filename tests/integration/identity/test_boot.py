"""What stops identity from starting."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.dev.sandbox.files import Files
from tests.service_process import ROOT

VARIABLES = {
    "AMQP_URL": "amqp://nobody:nothing@127.0.0.1:1/",
    "MONGO_URI": "mongodb://127.0.0.1:1/",
    "MONGO_DATABASE": "identity",
    "METRICS_PORT": "1",
    "PUBLIC_URL": "https://video.example",
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
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_the_sandbox_s_providers_stop_the_boot(environment: str, tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("http://127.0.0.1:1")
    told = {"PROVIDERS_FILE": str(files.providers), "KEYS_FOLDER": str(files.platform)}
    ended = start("services.identity", ENVIRONMENT=environment, **told)
    assert ended.returncode != 0
    assert ended.stderr.splitlines()[-1] == "identity: PROVIDERS_FILE, provider 1: sso_url is not https"


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_the_sandbox_itself_does_not_start(environment: str, tmp_path: Path) -> None:
    ended = start("deploy.dev.sandbox", ENVIRONMENT=environment, LISTEN_PORT="1", KEYS_FOLDER=str(tmp_path))
    assert ended.returncode != 0
    assert ended.stderr == f"sandbox: SANDBOX is refused in {environment}\n"


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_demo_data_are_refused(environment: str) -> None:
    told = {"DEMO_CLIENT_SECRET": "secret", "DEMO_PERSONS": "persons.toml", "DEMO_STAFF_ISSUER": "sandbox"}
    ended = start("services.identity.seed", ENVIRONMENT=environment, **told)
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
