"""CPU time and delay per forwarded packet of both servers, at the same load, in turn.

Compared is the CPU time of the whole server process (all threads, user and system) by the packets that
arrived, and how long those looked at were under way.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.load.sfu.process import ahead, cpu_seconds
from tests.load.sfu.servers import Filled, Load, Server
from tests.load.sfu.traffic import Counts, Traffic

LOADS = (
    Load("8k", "8,000 packets/s, calls of two", rooms=20),
    Load("24k", "24,000 packets/s, calls of two", rooms=60),
    Load("fanout", "8,000 packets/s, one to five", rooms=8, people=6, speakers=1),
)
WARM_UP = 1.5
ATTEMPTS = 3
LEAST_DELIVERED = 0.99


class Invalid(RuntimeError):
    """Nothing follows from a run that lost packets, as on a machine that is busy with something else."""


@dataclass(frozen=True)
class Run:
    """One run's outcome."""

    server: str
    counts: Counts
    cpu_s: float
    seconds: float
    lost: int

    @property
    def microseconds(self) -> float:
        """CPU time per forwarded packet."""
        return self.cpu_s / max(1, self.counts.received) * 1e6

    @property
    def p99_ms(self) -> float:
        """Of the delay that the server adds."""
        return statistics.quantiles(self.counts.delays, n=100)[98] * 1000

    def check(self) -> None:
        """Raises Invalid for a run that proves nothing."""
        if self.counts.received < LEAST_DELIVERED * self.counts.expected:
            raise Invalid(f"{self.counts.received} of {self.counts.expected} packets came")
        if self.counts.wrong or not self.counts.delays:
            raise Invalid(f"{self.counts.wrong} packets were not what had been sent")

    def __str__(self) -> str:
        return (
            f"  {self.server:5} {self.microseconds:6.1f} µs a packet, delay p50 "
            f"{statistics.median(self.counts.delays) * 1000:5.2f} ms, p99 {self.p99_ms:5.2f} ms, "
            f"{self.counts.received / self.seconds:6.0f} packets/s, {self.lost} lost, "
            f"generator late by {self.counts.late_s * 1000:.0f} ms at most"
        )


@dataclass(frozen=True)
class Comparison:
    """Medians of all runs under one load."""

    load: Load
    ours: tuple[Run, ...]
    peer: tuple[Run, ...]

    @property
    def cpu_ratio(self) -> float:
        return median(self.ours, "microseconds") / median(self.peer, "microseconds")

    @property
    def delay_ratio(self) -> float:
        return median(self.ours, "p99_ms") / median(self.peer, "p99_ms")


def median(runs: Sequence[Run], figure: str) -> float:
    """Of one figure over the runs of one server."""
    return statistics.median(getattr(run, figure) for run in runs)


async def compare(servers: tuple[Server, Server], load: Load, rounds: int, seconds: float) -> Comparison:
    """So many runs of each, in turn, so that both meet the same weather."""
    print(f"  {load.words}: {rounds} runs of {seconds:.0f} s each", flush=True)
    runs: dict[str, list[Run]] = {server.name: [] for server in servers}
    for _ in range(rounds):
        for server in servers:
            runs[server.name].append(await _valid(server, load, seconds))
    ours, peer = (tuple(runs[server.name]) for server in servers)
    return Comparison(load, ours, peer)


async def _valid(server: Server, load: Load, seconds: float) -> Run:
    """The run, repeated if it proves nothing.  Raises Invalid after ATTEMPTS."""
    for attempt in range(1, ATTEMPTS + 1):
        async with server.filled(load) as (pid, filled):
            run = await asyncio.to_thread(_measure, server.name, pid, filled, seconds)
        try:
            run.check()
        except Invalid as reason:
            print(f"  {server.name}: not counted: {reason}", flush=True)
            if attempt == ATTEMPTS:
                raise
        else:
            print(run, flush=True)
            return run
    raise AssertionError("unreachable")


def _measure(server: str, pid: int, filled: Filled, seconds: float) -> Run:
    traffic = Traffic(filled.senders, filled.receivers)
    with ahead(pid):
        traffic.flow(WARM_UP)
        before = cpu_seconds(pid)
        counts = traffic.flow(seconds)
        used = cpu_seconds(pid) - before
        return Run(server, counts, used, seconds, traffic.drain())
