"""How long looking for free time takes, beside a request that does nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.chassis.rpc_client import RpcClient
from services.contracts.errors import InternalError, ServiceTimeout
from services.contracts.slots import FindFreeDays, FindFreeSlots
from services.contracts.wire import Request
from tests.load.booking.empty import DoNothing

MOST_ROUNDS, LEAST_ROUNDS, SECONDS = 300, 10, 25.0
"""Rounds are made until they are enough or the time is over; with fewer than 100 the p99 is the slowest."""


@dataclass(frozen=True)
class Latencies:
    """Milliseconds of each request, in order."""

    sorted_ms: list[float]

    @property
    def p50(self) -> float:
        return self.sorted_ms[len(self.sorted_ms) // 2]

    @property
    def p99(self) -> float:
        return self.sorted_ms[min(len(self.sorted_ms) - 1, len(self.sorted_ms) * 99 // 100)]

    def __str__(self) -> str:
        return f"{len(self.sorted_ms)} times: p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms"


@dataclass(frozen=True)
class Searched:
    empty: Latencies
    day: Latencies
    weeks: Latencies
    failed: int
    """Searches that were not answered."""

    def __str__(self) -> str:
        return f"empty {self.empty}; a day {self.day}; six weeks {self.weeks}; {self.failed} failed"


def search(client: RpcClient) -> Searched:
    """Ask the three in turn, so that they meet the same weather."""
    today = datetime.now(UTC).date()
    requests: tuple[Request[Any], ...] = (
        DoNothing(),
        FindFreeSlots(kind="office", language="fr", day=_working_day(today)),
        FindFreeDays(kind="office", language="fr", first=today, last=today + timedelta(days=42)),
    )
    failed: list[str] = []
    for request in requests:
        _milliseconds(client, request, failed)
    rounds: list[list[float]] = []
    ends = time.monotonic() + SECONDS
    while len(rounds) < LEAST_ROUNDS or (len(rounds) < MOST_ROUNDS and time.monotonic() < ends):
        rounds.append([_milliseconds(client, request, failed) for request in requests])
    return Searched(*(Latencies(sorted(column)) for column in zip(*rounds, strict=True)), len(failed))


def _working_day(today: date) -> date:
    """The first day ahead on which the office works."""
    ahead = (today + timedelta(days=n) for n in range(1, 8))
    return next(day for day in ahead if day.weekday() < 5)


def _milliseconds(client: RpcClient, request: Request[Any], failed: list[str]) -> float:
    """A search without an answer counts with the time that was waited for it, and as failed."""
    began = time.perf_counter()
    try:
        client.call(request)
    except (ServiceTimeout, InternalError):
        failed.append(request.method)
    return (time.perf_counter() - began) * 1000
