"""What stops identity from starting."""

import subprocess
import sys

import pytest

from tests.service_process import ROOT

VARIABLES = {
    "AMQP_URL": "amqp://nobody:nothing@127.0.0.1:1/",
    "MONGO_URI": "mongodb://127.0.0.1:1/",
    "MONGO_DATABASE": "identity",
    "METRICS_PORT": "1",
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
