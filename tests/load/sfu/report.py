"""What was measured beside what was agreed on: a table for people, keys for machines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.dev.result import Figure


@dataclass(frozen=True)
class Bound:
    """A figure that must not be above (`most`) or below (`least`) what was agreed on."""

    key: str
    words: str
    most: float | None = None
    least: float | None = None

    def holds(self, figure: float) -> bool:
        return (self.most is None or figure <= self.most) and (self.least is None or figure >= self.least)

    def __str__(self) -> str:
        return f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"


BOUNDS = (
    Bound("janus_ratio_8k", "CPU a packet beside Janus, 8,000 packets/s, 1:1", most=0.8),
    Bound("janus_ratio_24k", "CPU a packet beside Janus, 24,000 packets/s, 1:1", most=0.8),
    Bound("janus_ratio_fanout", "CPU a packet beside Janus, one to five", most=0.8),
    Bound("added_delay_ratio", "p99 of the added delay beside Janus, the worst load", most=1.0),
    Bound("calls", "calls of two on one worker", least=60),
    Bound("packets_lost", "packets lost in them", most=0),
    Bound("memory_growth_mb", "what the worker grew by meanwhile, MB", most=8),
    Bound("join_p95_s", "offer to first frame, p95, s", most=1.0),
    Bound("recovery_p95_s", "SIGKILL to moving picture, p95, s", most=10.0),
    Bound("streams", "open event streams", least=2_000),
    Bound("stream_events_lost", "events lost on them", most=0),
    Bound("stream_p99_ms", "event to browser, p99, ms", most=200),
    Bound("stream_memory_growth_mb", "what the events process grew by, MB", most=8),
)


def table(figures: Mapping[str, Figure], bounds: Sequence[Bound] = BOUNDS) -> str:
    """A row for each bound whose figure was measured."""
    head = f"{'':<52}{'measured':>10}{'bound':>10}"
    return "\n".join([head, *(_row(b, float(figures[b.key])) for b in bounds if b.key in figures)])


def _row(bound: Bound, figure: float) -> str:
    verdict = "" if bound.holds(figure) else "  missed"
    return f"{bound.words:<52}{figure:>10g}{bound!s:>10}{verdict}"


def missed(figures: Mapping[str, Figure], bounds: Sequence[Bound] = BOUNDS) -> list[str]:
    """Keys of the figures that do not keep to their bounds."""
    return [b.key for b in bounds if b.key in figures and not b.holds(float(figures[b.key]))]


def p95(values: list[float]) -> float:
    """The value that 95 of 100 do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[math.ceil(0.95 * len(ranked)) - 1]
