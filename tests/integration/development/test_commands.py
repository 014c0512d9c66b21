"""`up` and `down` as a person runs them, with the one store that starts at once."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.dev import state
from deploy.dev.platform import running
from deploy.dev.site import ROOT, Site

pytestmark = pytest.mark.integration

COMMAND = (sys.executable, "-m", "deploy.dev")


@pytest.fixture
def up(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`up` with Redis alone, ready."""
    process = subprocess.Popen(
        [*COMMAND, "up", "--only", "cache", "--data", tmp_path], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout
    for line in process.stdout:
        if "Data and logs" in line:
            break
    yield process
    process.terminate()
    process.communicate(timeout=120)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_up_stops_what_it_started(
    up: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    run = state.load(Site(tmp_path))
    assert run
    up.send_signal(number)
    up.send_signal(number)  # impatience does not leave anything behind
    assert up.wait(120) == 0
    assert not run.children["cache"].runs()


def test_down_stops_what_up_started(up: subprocess.Popen[str], tmp_path: Path) -> None:
    run = state.load(Site(tmp_path))
    assert run
    down = subprocess.run(
        [*COMMAND, "down", "--data", tmp_path], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert down.stdout == "Everything is stopped.\n"
    assert up.wait(120) == 0
    assert not run.children["cache"].runs()


def test_down_without_up_says_so(tmp_path: Path) -> None:
    down = subprocess.run(
        [*COMMAND, "down", "--data", tmp_path], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert down.stdout == "Nothing was running.\n"


def test_up_ends_with_the_last_lines_of_a_server_that_died(up: subprocess.Popen[str], tmp_path: Path) -> None:
    run = state.load(Site(tmp_path))
    assert run
    run.children["cache"].send(signal.SIGKILL)
    assert up.wait(120) == 1


def test_parts_alone_are_no_running_platform(up: subprocess.Popen[str], tmp_path: Path) -> None:
    assert up.poll() is None
    assert running(tmp_path) is None


def test_the_variables_of_a_process_can_be_read_by_a_shell(tmp_path: Path) -> None:
    script = (
        f'eval "$({sys.executable} -m deploy.dev env booking --data {tmp_path})" && echo "$MONGO_DATABASE"'
    )
    shell = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert shell.stdout == "booking\n"
