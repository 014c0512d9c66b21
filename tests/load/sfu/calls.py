"""60 calls of two on one worker for ten minutes: what gets lost, and what becomes of its memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tests.load.sfu.process import Memory, ahead, cpu_seconds
from tests.load.sfu.servers import Load, Server
from tests.load.sfu.traffic import Traffic

CALLS = 60
STEP = 10.0
"""Seconds between two looks at the process."""
TOLD_EACH = 6
"""Looks from one line of progress to the next."""


@dataclass(frozen=True)
class Held:
    """What became of the calls."""

    calls: int
    seconds: float
    forwarded: int
    lost: int
    memory_mb: float
    """At the end."""
    growth_mb: float
    core: float
    """Part of a core that the worker took."""


async def hold(server: Server, seconds: float) -> Held:
    """Let all of them talk for so long; prints a line a minute."""
    load = Load("calls", f"{CALLS} calls of two", rooms=CALLS)
    async with server.filled(load) as (pid, filled):
        traffic = Traffic(filled.senders, filled.receivers)
        return await asyncio.to_thread(_hold, traffic, pid, seconds)


def _hold(traffic: Traffic, pid: int, seconds: float) -> Held:
    with ahead(pid):
        return _watched(traffic, pid, seconds)


def _watched(traffic: Traffic, pid: int, seconds: float) -> Held:
    steps = max(6, round(seconds / STEP))
    memory, before = Memory(pid), cpu_seconds(pid)
    for step in range(1, steps + 1):
        traffic.flow(seconds / steps)
        memory.look()
        if step % TOLD_EACH == 0:
            missing = traffic.expected - traffic.received
            print(
                f"  {step * seconds / steps:4.0f} s: {traffic.received} came, {missing} under way or lost, "
                f"{memory.last_mb:.1f} MB",
                flush=True,
            )
    core = (cpu_seconds(pid) - before) / seconds
    lost = traffic.drain()
    return Held(CALLS, seconds, traffic.received, lost, memory.last_mb, memory.growth_mb, core)
