"""The examples of docs/service-api.md do what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts.machines import RegisterMachine

pytestmark = pytest.mark.integration
PAGE = (Path(__file__).parents[3] / "docs" / "service-api.md").read_text()


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def run(command: list[str], folder: Path, **variables: str) -> str:
    environment = {"PATH": os.environ["PATH"], "AUTHLIB_INSECURE_TRANSPORT": "1", **variables}
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture
def client(api_platform: Platform, anonymous: httpx.Client, tmp_path: Path) -> dict[str, str]:
    """A client whose key was made as the page says; the variables of its examples."""
    make = next(block for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL) if "genpkey" in block)
    public = run(["bash", "-euc", make], tmp_path)
    client_id = f"office-{uuid4().hex[:12]}"
    asked = RegisterMachine(
        client_id=client_id,
        name="Office",
        contact="office@cns.example",
        auth_method="private_key_jwt",
        scopes=("slots:read",),
        staff_id="administrator-ari",
        public_key=public,
    )
    bus = RpcClient(api_platform.env("gateway-pages")["AMQP_URL"], "gateway")
    bus.call(asked)
    bus.close()
    origin = str(anonymous.base_url.copy_with(path="")).rstrip("/")
    issuer = httpx.get(f"{origin}/.well-known/oauth-authorization-server").json()["issuer"]
    return {"CLIENT_ID": client_id, "ORIGIN": origin, "ISSUER": issuer}


def test_a_token_by_hand(client: dict[str, str], anonymous: httpx.Client, tmp_path: Path) -> None:
    answer = json.loads(run(["bash", "-euc", example("bash")], tmp_path, **client))
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert anonymous.get("/subjects", headers=headers).status_code == 200


def test_a_token_in_python(client: dict[str, str], tmp_path: Path) -> None:
    printed = run([sys.executable, "-c", example("python")], tmp_path, **client)
    assert "subjects" in printed
