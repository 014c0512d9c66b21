"""A network of the bench's own: loopback and one address, in a namespace that ends with the process.

Janus will not use a loopback interface for media; here it finds another one, and no packet can leave.
"""

from __future__ import annotations

import os
import subprocess
import sys

ADDRESS = "192.0.2.1/24"
"""From a range that is never routed (RFC 5737)."""
_MARK = "BENCH_NETWORK"
_SET_UP = (
    "link set lo up",
    "link add bench0 type veth peer name bench1",
    f"address add {ADDRESS} dev bench0",
    "link set bench0 up",
    "link set bench1 up",
)


def enter(module: str) -> None:
    """Begin the module again in a network namespace, then give that its interfaces; once."""
    if _MARK not in os.environ:
        as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        command = ["unshare", "--net", *as_root, sys.executable, "-m", module, *sys.argv[1:]]
        os.execvpe(command[0], command, os.environ | {_MARK: "own"})
    for step in _SET_UP:
        subprocess.run(["ip", *step.split()], check=True)
