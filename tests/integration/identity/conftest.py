"""Identity as a process, with its demo data."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from deploy.dev.environment import seed_variables
from deploy.dev.platform import Platform
from deploy.dev.processes import PROCESSES
from tests.service_process import ROOT, ServiceProcess


@pytest.fixture(scope="module")
def identity(
    stores: Platform, seed_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServiceProcess]:
    environment = stores.env("identity")
    log = tmp_path_factory.mktemp("identity") / "log"
    with ServiceProcess("services.identity", environment, log) as running:
        for _ in range(2):  # demo data may be filled in again
            seed = [sys.executable, "-m", "services.identity.seed"]
            subprocess.run(seed, cwd=ROOT, env=seed_environment, check=True, timeout=30)
        yield running


@pytest.fixture(scope="module")
def seed_environment(stores: Platform) -> dict[str, str]:
    process = next(process for process in PROCESSES if process.name == "identity")
    return seed_variables(stores.site, process, stores.environment)
