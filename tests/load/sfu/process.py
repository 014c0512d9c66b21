"""What a process has used, from the kernel's own books."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_MB = 1024


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def ahead(pid: int) -> Iterator[None]:
    """Let a process and this thread go before all other work of the machine, where that is allowed.

    A delay would else be that of whatever runs beside, and who has many threads would get more of the time.
    """
    _schedule(pid, os.SCHED_RR, 1)
    try:
        yield
    finally:
        _schedule(pid, os.SCHED_OTHER, 0)


def _schedule(pid: int, policy: int, priority: int) -> None:
    for task in (0, *(int(name) for name in os.listdir(f"/proc/{pid}/task"))):  # 0: the thread that asks
        with suppress(PermissionError, ProcessLookupError):
            os.sched_setscheduler(task, policy, os.sched_param(priority))


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
