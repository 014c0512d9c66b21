"""Where the sandbox may run, and what it leaves in the data folder."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from deploy.dev.sandbox.files import Files
from deploy.dev.sandbox.settings import SandboxSettings
from services.chassis.settings import SettingsError, load

VARIABLES = {"LISTEN_PORT": "8090", "PUBLIC_URL": "http://localhost:8080", "KEYS_FOLDER": "keys"}


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_it_does_not_start_where_log_ins_are_real(environment: str) -> None:
    with pytest.raises(SettingsError, match=f"SANDBOX is refused in {environment}"):
        load(SandboxSettings, {**VARIABLES, "ENVIRONMENT": environment})


def test_it_has_to_be_told_where_it_runs() -> None:
    with pytest.raises(SettingsError, match="ENVIRONMENT is missing"):
        load(SandboxSettings, VARIABLES)


def test_keys_stay_and_the_address_follows_the_port(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("http://127.0.0.1:1")
    first = (files.platform / "signing.pem").read_text()
    files.write("http://127.0.0.1:2")
    assert (files.platform / "signing.pem").read_text() == first
    assert "http://127.0.0.1:2/staff" in files.providers.read_text()
    assert "127.0.0.1:1/" not in files.providers.read_text()


def test_private_keys_are_closed_to_others_and_stay_on_their_side(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.write("http://127.0.0.1:1")
    private: dict[str, set[str]] = {}
    for side in (files.platform, files.sandbox):
        for file in side.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with_keys = {f.name for f in side.glob("*.pem") if "PRIVATE KEY" in f.read_text()}
        private[side.name] = with_keys
    assert private == {
        "platform": {"signing.pem", "decryption.pem", "staff.pem"},
        "sandbox": {"luxtrust.pem", "eidas.pem", "staff.pem"},
    }
