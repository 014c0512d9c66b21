"""The browser's protocol code, run by Node over a peer connection that the tests play."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
TESTS = sorted(Path(__file__).parent.glob("*.test.ts"))


@pytest.mark.parametrize("written", TESTS, ids=lambda path: path.name)
def test_the_browser_s_protocol_code(written: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundled.test.mjs"
    build = [ROOT / "node_modules/.bin/esbuild", written]
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", f"--outfile={bundle}"]
    subprocess.run([*build, *options], check=True, env={"PATH": f"{BIN}:/usr/bin:/bin"})
    ran = subprocess.run([BIN / "node", "--test", bundle], capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr
