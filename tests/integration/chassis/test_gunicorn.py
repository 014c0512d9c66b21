"""The client under the gateway's servers: made before the fork (threads) or after the patches (gevent)."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.dev.platform import Platform
from tests.service_process import PATIENCE, ROOT, ServiceProcess, eventually

pytestmark = pytest.mark.integration

WORKERS = {
    "gthread": ["--worker-class", "gthread", "--threads", "8", "--workers", "2", "--preload"],
    "gevent": ["--worker-class", "gevent", "--workers", "1"],
}


@pytest.fixture(params=WORKERS)
def address(request: pytest.FixtureRequest, stores: Platform, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    gunicorn = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", f"127.0.0.1:{port}"]
    application = "tests.integration.chassis.prefork:application"
    environment = {**os.environ, "AMQP_URL": stores.env("gateway-pages")["AMQP_URL"]}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [*gunicorn, *WORKERS[request.param], application],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        eventually(lambda: _listens(port), 30)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def test_each_caller_gets_its_own_answer(service: ServiceProcess, address: str) -> None:
    def ask(_: int) -> list[str]:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:
            return response.read().decode().split()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(200)))
    assert all(name == "NotByVideo" and asked == answered for name, asked, answered in answers)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
