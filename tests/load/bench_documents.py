"""`make bench-documents`: how fast documents come in and go out, and how soon what is due is forgotten.

Each part starts the servers and processes that it needs, and nothing else; `--only` chooses among them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.dev.result import publish
from tests.load.documents import memory, reaping, up_down
from tests.load.documents.report import BOUNDS
from tests.load.sfu.report import missed, table

Measure = Callable[[Path, bool], Mapping[str, float]]
"""With an empty folder for servers; whether it is only tried, in a minute.  Gives keys of RESULT."""

PARTS: dict[str, Measure] = {
    "up-down": up_down.measure,
    "memory": memory.measure,
    "reaping": reaping.measure,
}


def main() -> int:
    """Prints what it does, a table, and RESULT; status 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="try it with little; the figures mean less")
    parser.add_argument("--only", choices=PARTS, help="one part")
    chosen = parser.parse_args()
    print(f"load average before: {os.getloadavg()[0]:.1f}", flush=True)
    figures: dict[str, float] = {}
    for name, measure in PARTS.items():
        if chosen.only in (None, name):
            print(f"{name} …", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                figures |= measure(Path(folder), chosen.short)
    print(table(figures, BOUNDS))
    publish("bench-documents", figures)
    return 1 if missed(figures, BOUNDS) else 0


if __name__ == "__main__":
    sys.exit(main())
