"""The browser's protocol code, run by Node over a peer connection that the tests play."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent


def test_the_browser_s_protocol_code(tmp_path: Path) -> None:
    bundle = tmp_path / "signalling.test.mjs"
    build = [ROOT / "node_modules/.bin/esbuild", Path(__file__).with_name("signalling.test.ts")]
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", f"--outfile={bundle}"]
    subprocess.run([*build, *options], check=True, env={"PATH": f"{BIN}:/usr/bin:/bin"})
    ran = subprocess.run([BIN / "node", "--test", bundle], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
