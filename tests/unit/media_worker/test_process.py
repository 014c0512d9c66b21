"""The worker as a process, before it is let on the bus."""

import os
import subprocess
import sys

import pytest

from services.chassis.settings import SettingsError, load
from services.media.worker.settings import WorkerSettings

ENVIRON = {
    "ENVIRONMENT": "test",
    "METRICS_PORT": "1",
    "AMQP_URL": "amqp://nobody@127.0.0.1:1/",
    "NODE_ID": "node-1",
    "UDP_HOST": "127.0.0.1",
    "UDP_PORT": "0",
    "ANNOUNCED_ADDRESS": "192.0.2.1",
}


def run(code: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *code]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={"PATH": os.environ["PATH"], **environ}
    )


def test_neither_eventlet_nor_nameko_nor_kombu_is_loaded() -> None:
    code = (
        "import sys, services.media.worker.__main__\n"
        "print(sorted({'eventlet', 'nameko', 'kombu', 'gevent', 'pymongo', 'redis'} & set(sys.modules)))"
    )
    assert run(["-c", code], {}).stdout == "[]\n"


def test_a_missing_setting_stops_the_start_by_name() -> None:
    ended = run(
        ["-m", "services.media.worker"], {name: ENVIRON[name] for name in ENVIRON if name != "NODE_ID"}
    )
    assert (ended.returncode, ended.stderr) == (2, "sfu: NODE_ID is missing\n")


def test_the_time_machine_is_refused_in_production() -> None:
    environ = ENVIRON | {"ENVIRONMENT": "production", "CLOCK_URL": "redis://127.0.0.1"}
    ended = run(["-m", "services.media.worker"], environ)
    assert (ended.returncode, ended.stderr) == (2, "sfu: CLOCK_URL is refused in production\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [("NODE_ID", "a.b"), ("NODE_ID", "#"), ("UDP_HOST", "localhost"), ("ANNOUNCED_ADDRESS", "sfu.example")],
)
def test_a_setting_that_cannot_work_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(WorkerSettings, ENVIRON | {name: value})
