"""The pages' own logic, tested by Node's test runner on the TypeScript as it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).parent / "frontend"
NODE = Path(sys.executable).parent / "node"


def test_the_call_pages_logic() -> None:
    tests = sorted(map(str, FRONTEND.glob("*.test.ts")))
    ran = subprocess.run([NODE, "--test", *tests], capture_output=True, text=True, timeout=240)
    assert tests
    assert ran.returncode == 0, ran.stdout + ran.stderr
