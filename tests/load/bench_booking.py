"""`python -m tests.load.bench_booking`: what booking does a minute, and how long a search takes.

Fifty citizens book one day of 100 agents by HTTP through the gateway (service API: hold and confirm), with
validation, relay and notify at work; afterwards the store is compared with every answer, and the last mail
awaited.  The ceiling of the same run is two requests that do nothing, through the same gateway, before and
after.  Then searches, over 1,000 and over 100,000 stored appointments, or as many as can be written in
three minutes.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from deploy.dev.ports import HOST
from deploy.dev.process import Child, Command
from deploy.dev.result import publish
from deploy.dev.site import ROOT
from services.chassis.rpc_client import RpcClient
from tests.load.booking.audit import Audit, audit, drained
from tests.load.booking.citizens import CITIZENS, Crowd, Surge, all_at_once, connections
from tests.load.booking.empty import DoNothing
from tests.load.booking.http import Http
from tests.load.booking.search import Searched, search
from tests.load.booking.world import AGENTS, Fill, seed

PARTS = ("gateway-pages", "booking", "identity", "identity-seed", "notify", "mail")
REAL_TIME = {"CLOCK_URL": ""}
"""As in production: the time machine of development asks Redis at every look at the clock."""
FEW, MANY = 1_000, 100_000
DAYS_AHEAD, HORIZON_DAYS = 7, 42
WARM_UP_SECONDS = 3.0
DRAIN_SECONDS = 150.0
FILL_SECONDS = 180.0
"""So that all of it takes about six minutes; RESULT says how many were stored."""


@dataclass(frozen=True)
class Rates:
    """A minute, answered."""

    confirmed: float
    ceiling: float
    crowd: Crowd


class Bench:
    """One platform, measured part by part."""

    def __init__(self, platform: Platform, database: Database[dict[str, Any]], client: RpcClient) -> None:
        self._platform, self.database, self._client = platform, database, client
        self._port = int(platform.env("gateway-pages")["LISTEN_PORT"])

    def surge(self, seconds: float) -> tuple[float, Crowd]:
        """Citizens for `seconds`, after a warm-up: how many a minute were confirmed."""
        http = Http(self._port)
        token = http.token("demo-client", self._platform.site.secret("demo-client"))
        http.close()
        with connections(self._port, token) as people:
            surge = Surge(self._starts(people[0]))
            all_at_once(people, WARM_UP_SECONDS, surge.book_one)
            before = len(surge.crowd.confirmed)
            took = all_at_once(people, seconds, surge.book_one)
        confirmed = (len(surge.crowd.confirmed) - before) / took * 60
        say(f"{confirmed:.0f} confirmed a minute; {surge.crowd.taken} were told that others were quicker")
        return confirmed, surge.crowd

    def drain(self, confirmed: int) -> float:
        """Seconds until the last event and mail."""
        mails = self._platform.site.path("mail", "messages")
        return drained(self.database, mails, confirmed, say, DRAIN_SECONDS)

    def search(self, stored: int, fill: Fill) -> tuple[Searched, int]:
        """The search over so many appointments, and the resident memory of booking (kB) after it."""
        began = time.monotonic()
        fill.up_to(stored, FILL_SECONDS)
        say(f"{fill.stored} appointments stored in {time.monotonic() - began:.0f} s")
        self._await_days()
        found = search(self._client)
        say(f"  {found}")
        return found, _resident_kb(self._platform.child_id("booking"))

    def _await_days(self) -> None:
        """What was written past booking is not in its days: they are removed, and made anew in seconds."""
        began, days = time.monotonic(), self.database["days"]
        days.delete_many({})
        _await(lambda: days.count_documents({"taken": {"$ne": None}}) >= 2 * (HORIZON_DAYS + 1))
        say(f"  days made anew in {time.monotonic() - began:.1f} s")

    def _starts(self, http: Http) -> list[str]:
        day = (datetime.now(UTC) + timedelta(days=DAYS_AHEAD)).date()
        path = f"/api/v1/slots?kind=surge&language=fr&day={day}"
        _await(lambda: http.ask("GET", path)[0] == 200)  # until booking has seen the new catalogue
        return [slot["starts_at"] for slot in http.ask("GET", path)[1]["slots"]]

    def ceiling(self, seconds: float, port: int) -> float:
        """Two requests that do nothing, so many times a minute."""
        answered: list[int] = []
        with connections(port, "") as people:
            all_at_once(people, WARM_UP_SECONDS / 2, lambda http: http.ask("GET", "/empty"))
            took = all_at_once(people, seconds, lambda http: answered.append(http.ask("GET", "/empty")[0]))
        assert set(answered) == {200}
        say(f"{len(answered) / took * 60:.0f} times two empty requests a minute")
        return len(answered) / took * 60


def say(text: str) -> None:
    print(text, flush=True)


def _resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@contextmanager
def _empty_parts(platform: Platform, folder: Path) -> Iterator[int]:
    """A service and a gateway that do nothing; the port of the latter."""
    rights = {**os.environ, **platform.env("gateway-pages"), "AMQP_URL": platform.urls["amqp"]}
    port, *metrics = _free_ports(3)
    service = [sys.executable, "-m", "tests.load.booking.empty_service"]
    gateway = [
        *(sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--threads=24", "--workers=1"),
        *(f"--bind={HOST}:{port}", "--no-control-socket", "--keep-alive=30", "--log-level=warning"),
        *("--worker-tmp-dir=/dev/shm", "tests.load.booking.empty_gateway:extended()"),
    ]
    with ExitStack() as stack:
        for name, arguments, metrics_port in zip(
            ("empty-service", "empty-gateway"), (service, gateway), metrics, strict=True
        ):
            variables = rights | {"METRICS_PORT": str(metrics_port)}
            child = Child(name, Command(arguments, variables, ROOT), folder / f"{name}.log")
            stack.callback(child.wait, 15)
            stack.callback(child.terminate)
        _await(lambda: Http(port).ask("GET", "/empty")[0] == 200)
        yield port


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what the bench waits for did not come")
        time.sleep(0.1)


def figures(
    rates: Rates,
    found: Audit,
    drain_s: float,
    few: tuple[Searched, int],
    many: tuple[Searched, int],
) -> dict[str, float]:
    """What RESULT says."""
    (before, memory_before), (after, memory_after) = few, many
    growth = max(after.day.p99 / before.day.p99, after.weeks.p99 / before.weeks.p99)
    return {
        "confirmed_per_minute": round(rates.confirmed),
        **asdict(found),
        "ceiling_ratio": round(rates.confirmed / rates.ceiling, 3),
        "drain_s": round(drain_s, 1),
        "search_day_ratio": round(after.day.p99 / after.empty.p99, 2),
        "search_weeks_ratio": round(after.weeks.p99 / after.empty.p99, 2),
        "search_growth_ratio": round(growth, 2),
        "search_failures": before.failed + after.failed,
        "search_memory_ratio": round(memory_after / memory_before, 2),
        "load_average": round(os.getloadavg()[0], 1),
    }


def measure(platform: Platform, folder: Path, seconds: float, stored: int) -> dict[str, float]:
    """All of it, in turn."""
    with MongoClient[dict[str, Any]](platform.urls["mongo"], tz_aware=True, retryWrites=False) as stores:
        client = RpcClient(platform.urls["amqp"], "bench")
        bench = Bench(platform, stores["booking"], client)
        seed(bench.database)
        with _empty_parts(platform, folder) as empty_port:
            client.call(DoNothing())
            before = bench.ceiling(seconds / 4, empty_port)
            confirmed, crowd = bench.surge(seconds)
            drain_s = bench.drain(len(crowd.confirmed))
            # Before and after, when nothing else is done: the weather of both is that of the surge between.
            rates = Rates(confirmed, (before + bench.ceiling(seconds / 4, empty_port)) / 2, crowd)
            found = audit(bench.database, rates.crowd.confirmed)
            say(f"drained in {drain_s:.1f} s; {found}; other answers: {rates.crowd.other or 'none'}")
            fill = Fill(bench.database)
            few, many = bench.search(FEW, fill), bench.search(stored, fill)
        client.close()
    return figures(rates, found, drain_s, few, many) | {"search_stored": fill.stored}


def main() -> None:
    """Prints what it does, then the figures; ends with RESULT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long citizens book")
    parser.add_argument("--stored", type=int, default=MANY, help="appointments of the larger search")
    chosen = parser.parse_args()
    say(
        f"{CITIZENS} citizens on one day of {AGENTS} agents for {chosen.seconds:.0f} s; "
        f"load average before: {os.getloadavg()[0]:.1f}"
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        Platform(Path(folder), only=PARTS, environment="test", others=REAL_TIME) as platform,
    ):
        result = measure(platform, Path(folder), chosen.seconds, chosen.stored)
    publish("bench-booking", result)


if __name__ == "__main__":
    main()
