"""Figures of media control for `/metrics`; no label says anything about a room or a person."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 600.0, 3600.0)
_LONGEST = timedelta(days=1)

STEPS = Histogram(
    "media_room_step_late_seconds",
    "How late the timer did what had fallen due, by step: of `forget` this is the promise to the citizen.",
    ("step",),
    buckets=_SECONDS,
)
ORPHANS = Gauge(
    "media_documents_orphans",
    "What the latest comparison of the stores found on one side alone, by what it was.",
    ("what",),
)
CALLS = Counter("media_call_connections_total", "Offers answered by a node, by outcome.", ("outcome",))
LINES = Counter("media_check_lines_total", "Lines for device checks, by outcome.", ("outcome",))
CHECKS = Counter(
    "media_device_checks_total", "Device checks recorded, by what the network is good for.", ("network",)
)
MESSAGES = Counter("media_messages_total", "Messages accepted, repeated requests included.")
DOCUMENTS = Counter(
    "media_documents_total",
    "Documents that passed their checks, repeated requests included, by kind.",
    ("kind",),
)


def tended(step: str, late: timedelta) -> None:
    """A step was done; those that are due at once have no instant to be late against."""
    if late < _LONGEST:
        STEPS.labels(str(step)).observe(max(0.0, late.total_seconds()))
