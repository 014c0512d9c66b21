"""Processes that kill themselves at one step of what they do."""

import os
import signal
import subprocess
import sys

from tests.service_process import ROOT


def die(module: str, environment: dict[str, str], *arguments: str) -> None:
    """Run it, until it is dead.  Raises AssertionError where it was not killed."""
    died = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
