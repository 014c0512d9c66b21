"""`make smoke`: walk the main path once, on the running platform or on one that is started for it."""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from deploy.dev.platform import Platform, Running, running
from deploy.dev.report import Terminal
from deploy.dev.result import Figure, publish
from deploy.dev.supervisor import PartFailed

Walk = Callable[[Running, Callable[[str], None]], dict[str, Figure]]
"""`walk(platform, say)` of `tests/e2e/smoke.py`: says each step, returns the figures, raises if one fails."""


def smoke(folder: Path, usual_ports: dict[str, int]) -> int:
    """Walk, print a line per step and the figures; returns the exit code."""
    begun = monotonic()
    walk: Walk = importlib.import_module("tests.e2e.smoke").walk
    try:
        with _platform(folder, usual_ports) as platform:
            figures = walk(platform, _Steps())
    except (PartFailed, AssertionError) as failure:
        print(f"smoke failed: {failure}", file=sys.stderr)
        return 1
    publish("smoke", figures | {"seconds": round(monotonic() - begun, 1)}, folder / "results")
    return 0


class _Steps:
    """Prints each step with the seconds that it took."""

    def __init__(self) -> None:
        self._last = monotonic()

    def __call__(self, step: str) -> None:
        now = monotonic()
        print(f"{now - self._last:6.1f} s  {step}", flush=True)
        self._last = now


@contextmanager
def _platform(folder: Path, usual_ports: dict[str, int]) -> Iterator[Running]:
    found = running(folder)
    if found is not None:
        print(f"using the platform that runs at {found.urls['public']}", flush=True)
        yield found
        return
    with Platform(folder, report=Terminal(), usual_ports=usual_ports) as started:
        yield started
