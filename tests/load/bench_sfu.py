"""`python -m tests.load.bench_sfu`: the figures that video is held to, measured in one run of half an hour.

    compare    CPU and added delay per forwarded packet, ours and Janus's at the same load, runs in turn
    calls      60 calls of two on one worker for ten minutes: packets lost, memory
    joins      a browser's way into a call
    recovery   a worker killed in mid-call, in browsers
    streams    2,000 event streams on one events process

`--short` takes a few minutes and proves nothing: it shows that everything works.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.dev.platform import Platform
from deploy.dev.result import Figure, publish
from services.chassis.rpc_client import RpcClient
from tests.load.sfu import calls, joins, recovery, streams
from tests.load.sfu.compare import LOADS, Comparison, compare, median
from tests.load.sfu.network import enter
from tests.load.sfu.report import missed, p95, table
from tests.load.sfu.servers import Ours, Peer, prefer

Figures = dict[str, Figure]


@dataclass(frozen=True)
class Effort:
    """How long and how often."""

    rounds: int = 5
    run_seconds: float = 6.0
    call_seconds: float = 600.0
    joins: int = 20
    deaths: int = 10
    streams: int = streams.STREAMS
    stream_seconds: float = 90.0


SHORT = Effort(rounds=1, run_seconds=3, call_seconds=30, joins=3, deaths=1, streams=200, stream_seconds=10)


class Worker:
    """A worker alone: what is measured of forwarding."""

    def __init__(self, platform: Platform, effort: Effort) -> None:
        self._platform, self._effort = platform, effort
        self._pid = platform.child_id("media-worker")
        prefer(self._pid)

    def compare(self) -> Figures:
        with self._ours() as ours:
            found = [
                asyncio.run(compare((ours, Peer()), load, self._effort.rounds, self._effort.run_seconds))
                for load in LOADS
            ]
        ratios = {f"janus_ratio_{c.load.key}": round(c.cpu_ratio, 3) for c in found}
        worst = {"added_delay_ratio": round(max(c.delay_ratio for c in found), 3)}
        return ratios | worst | {key: value for c in found for key, value in _details(c).items()}

    def calls(self) -> Figures:
        with self._ours() as ours:
            held = asyncio.run(calls.hold(ours, self._effort.call_seconds))
        return {
            "calls": held.calls,
            "call_seconds": round(held.seconds),
            "packets_forwarded": held.forwarded,
            "packets_lost": held.lost,
            "memory_mb": round(held.memory_mb, 1),
            "memory_growth_mb": round(held.growth_mb, 1),
            "worker_core": round(held.core, 2),
        }

    def joins(self) -> Figures:
        found = joins.measure(self._platform, self._effort.joins)
        return {"join_p95_s": round(p95(found), 3), "joins": len(found)}

    @contextmanager
    def _ours(self) -> Iterator[Ours]:
        rpc = RpcClient(self._platform.env("media-control")["AMQP_URL"], "bench")
        try:
            yield Ours(rpc, self._pid)
        finally:
            rpc.close()


class Whole:
    """The whole platform, for what browsers and their pages notice."""

    def __init__(self, platform: Platform, effort: Effort) -> None:
        self._platform, self._effort = platform, effort

    def recovery(self) -> Figures:
        found = recovery.measure(self._platform, self._effort.deaths)
        return {"recovery_p95_s": round(p95(found), 2), "recoveries": len(found)}

    def streams(self) -> Figures:
        found = streams.follow(self._platform, self._effort.streams, self._effort.stream_seconds)
        return {
            "streams": found.streams,
            "stream_events": found.told,
            "stream_events_lost": found.lost,
            "stream_p99_ms": round(found.p99_ms, 1),
            "stream_memory_mb": round(found.memory_mb, 1),
            "stream_memory_growth_mb": round(found.growth_mb, 1),
            "stream_core": round(found.core, 2),
        }


STAGES: tuple[tuple[type[Worker] | type[Whole], tuple[str, ...]], ...] = (
    (Worker, ("compare", "calls", "joins")),
    (Whole, ("recovery", "streams")),
)
PARTS = tuple(part for _, parts in STAGES for part in parts)


def _details(comparison: Comparison) -> Figures:
    """The figures behind the ratios."""
    key = comparison.load.key
    return {
        f"{name}_{figure}_{key}": round(median(runs, attribute), 2)
        for name, runs in (("sfu", comparison.ours), ("janus", comparison.peer))
        for figure, attribute in (("us_per_packet", "microseconds"), ("p99_ms", "p99_ms"))
    }


def measure(wanted: list[str], effort: Effort) -> tuple[Figures, list[str]]:
    """The figures of those parts, and which parts failed; a part that fails costs no other."""
    figures: Figures = {}
    failed: list[str] = []
    for stage, parts in STAGES:
        chosen = [part for part in parts if part in wanted]
        if not chosen:
            continue
        with _started(stage) as platform:
            measured = stage(platform, effort)
            for part in chosen:
                _run(part, getattr(measured, part), figures, failed)
    return figures, failed


@contextmanager
def _started(stage: type[Worker] | type[Whole]) -> Iterator[Platform]:
    with tempfile.TemporaryDirectory() as folder:
        alone = Platform(Path(folder), only=("media-worker",), environment="test")
        with alone if stage is Worker else Platform(Path(folder)) as platform:
            yield platform


def _run(part: str, measure: Callable[[], Figures], figures: Figures, failed: list[str]) -> None:
    begun = time.monotonic()
    print(f"{part} …", flush=True)
    try:
        figures |= measure()
    except Exception:  # noqa: BLE001 - told below and by the exit status; the other parts are worth their time
        traceback.print_exc()
        failed.append(part)
    print(f"{part}: {time.monotonic() - begun:.0f} s", flush=True)


def main() -> int:
    """Prints lines as it goes, a table, and RESULT; status 1 where something failed or a bound is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="some parts alone")
    parser.add_argument("--short", action="store_true", help="a few minutes: to try it, not to judge by")
    arguments = parser.parse_args()
    enter("tests.load.bench_sfu")
    prefer(os.getpid())
    figures, failed = measure(arguments.only, SHORT if arguments.short else Effort())
    print(table(figures))
    publish("bench-sfu", figures)
    for part in failed:
        print(f"{part} failed", file=sys.stderr)
    return 1 if failed or missed(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
