"""Metrics and health of one process, on a port of its own.

`/metrics` (Prometheus), `/health/live` (the process answers and every vital check
passes), `/health/ready` (every check passes); else 503 with the names of those
that do not.  The server is a daemon thread: a green one in a service, so that a
hung hub does not answer; a real one in the gateway, where gunicorn ends a worker
that hangs, and beside an asyncio loop, which gives a `Pulse`.  Labels are names
from the code, never anything about a person.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from services.contracts.errors import PlatformError

_log = logging.getLogger(__name__)

Check = Callable[[], bool]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

REQUESTS = Histogram(
    "bus_request_seconds", "Requests handled, by method and outcome.", ("method", "outcome"), buckets=_SECONDS
)
CALLS = Histogram(
    "bus_call_seconds",
    "Requests made to other services, by service, method and outcome.",
    ("service", "method", "outcome"),
    buckets=_SECONDS,
)
EVENTS = Histogram(
    "bus_event_seconds", "Events handled, by type and outcome.", ("event", "outcome"), buckets=_SECONDS
)
TICKS = Histogram("timer_seconds", "Timer runs, by task and outcome.", ("task", "outcome"), buckets=_SECONDS)
PUBLISHED = Counter("outbox_published_total", "Events published from the outbox, by type.", ("event",))
FAILED = Counter("outbox_failed_total", "Documents whose events could not be published: a defect.")
REJECTED = Counter("bus_rejected_total", "Messages refused without being handled, by reason.", ("reason",))


@contextmanager
def observed(histogram: Histogram, *labels: str) -> Iterator[None]:
    """Time a block; the last label, the outcome, is `ok` or the name of the error that left it."""
    began, outcome = time.perf_counter(), "ok"
    try:
        yield
    except BaseException as error:
        outcome = type(error).__name__ if isinstance(error, PlatformError) else "defect"
        raise
    finally:
        histogram.labels(*labels, outcome).observe(time.perf_counter() - began)


class Pulse:
    """What a loop gives again and again while it goes on; a real thread can look at it."""

    def __init__(self, now: Callable[[], float] = time.monotonic, silence: float = 10.0) -> None:
        """`silence`: so many seconds without a beat are the end."""
        self._now, self._silence = now, silence
        self.beat()

    def beat(self) -> None:
        """The loop has come round once more."""
        self._at = self._now()

    def beats(self) -> bool:
        """Whether the last beat is fresh."""
        return self._now() - self._at < self._silence


class Health:
    """Named checks that say whether the process can do its work now, or ever again."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._vital: dict[str, Check] = {}

    def add(self, name: str, check: Check) -> None:
        """`check` answers quickly; False or any exception counts as not ready."""
        self._checks[name] = check

    def add_vital(self, name: str, check: Check) -> None:
        """What only a new process cures: a part of this one has ended or hangs, nothing outside it."""
        self._vital[name] = check

    def failing(self) -> list[str]:
        """Names of the checks that do not pass now, the vital ones first."""
        return [*self.ended(), *_failing(self._checks)]

    def ended(self) -> list[str]:
        """Names of the vital checks that do not pass."""
        return _failing(self._vital)


def serve(port: int, health: Health, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Answer in a daemon thread; port 0 takes a free one (`server_address[1]`)."""
    handler = type("Handler", (_Handler,), {"health": health})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="operations", daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    health: Health
    timeout = 5

    def do_GET(self) -> None:
        answers: dict[str, Callable[[], None]] = {
            "/metrics": self._metrics,
            "/health/live": self._live,
            "/health/ready": self._ready,
        }
        answers.get(self.path.partition("?")[0], self._nothing)()

    def _metrics(self) -> None:
        self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)

    def _live(self) -> None:
        ended = self.health.ended()
        self._json(503 if ended else 200, {"live": not ended, "failing": ended})

    def _ready(self) -> None:
        failing = self.health.failing()
        self._json(503 if failing else 200, {"ready": not failing, "failing": failing})

    def _nothing(self) -> None:
        self._json(404, {})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._answer(status, json.dumps(body).encode(), "application/json")

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Probes come every few seconds: not worth a line."""


def _failing(checks: dict[str, Check]) -> list[str]:
    return [name for name, check in checks.items() if not _passes(check)]


def _passes(check: Check) -> bool:
    try:
        return bool(check())
    except Exception:  # noqa: BLE001 - any failure of a check is its answer
        _log.debug("a check failed", exc_info=True)
        return False
