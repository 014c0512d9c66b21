"""What a process has used, from the kernel's own books."""

from __future__ import annotations

import os
import statistics
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_MB = 1024


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


class Memory:
    """What of a process lies in memory, looked at from time to time."""

    def __init__(self, pid: int) -> None:
        self._pid, self._seen = pid, list[float]()

    def look(self) -> float:
        """MB now."""
        self._seen.append(memory_mb(self._pid))
        return self._seen[-1]

    @property
    def last_mb(self) -> float:
        return self._seen[-1]

    @property
    def growth_mb(self) -> float:
        """From the second sixth of the looks, when every buffer has been filled, to the last one."""
        sixth = max(1, len(self._seen) // 6)
        return statistics.median(self._seen[-sixth:]) - statistics.median(self._seen[sixth : 2 * sixth])


def newest_child(pid: int) -> int:
    """The worker behind a process that only looks after it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[-1])


def memory_mb(pid: int) -> float:
    """What of it lies in memory now (resident set)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    resident = next(line for line in lines if line.startswith("VmRSS:"))
    return int(resident.split()[1]) / _MB
