"""`make bench-documents`: how fast documents come in and go out, and how soon what is due is forgotten.

Each part starts the servers and processes that it needs, and nothing else; `--only` chooses among them.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.dev.result import publish
from tests.load.documents import reaping

Measure = Callable[[Path, bool], Mapping[str, float]]
"""With an empty folder for servers; whether it is only tried, in a minute.  Gives keys of RESULT."""

PARTS: dict[str, Measure] = {"reaping": reaping.measure}


def main() -> None:
    """Prints what it does, then the figures; ends with RESULT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="try it with little; the figures mean less")
    parser.add_argument("--only", choices=PARTS, help="one part")
    chosen = parser.parse_args()
    print(f"load average before: {os.getloadavg()[0]:.1f}", flush=True)
    figures: dict[str, float] = {}
    for name, measure in PARTS.items():
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                figures |= measure(Path(folder), chosen.short)
    publish("bench-documents", figures)


if __name__ == "__main__":
    main()
