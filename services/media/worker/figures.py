"""The node's figures for Prometheus, read when they are asked for: nothing is counted twice per packet."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.media.worker.node import Node

DROPS = (
    "authentication",
    "defect",
    "flood",
    "malformed",
    "payload_type",
    "probe",
    "protect",
    "replay",
    "short",
    "unknown_address",
    "unknown_ssrc",
    "unknown_username",
)
"""Reasons for which a received packet goes no further."""
REPAIRS = ("asked_again", "keyframe_requests", "pictures_paused", "repaired", "retransmitted")


class NodeFigures(Collector):
    """Collects from one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def collect(self) -> Iterator[Metric]:
        outbox = self._node.port.outbox
        yield CounterMetricFamily("sfu_packets_forwarded", "Media packets sent on.", value=outbox.media)
        yield CounterMetricFamily("sfu_datagrams_sent", "Datagrams of all kinds.", value=outbox.sent)
        yield CounterMetricFamily("sfu_datagrams_refused", "Not taken by the kernel.", value=outbox.refused)
        yield self._counted("sfu_packets_dropped", "Received and not sent on.", "reason", DROPS)
        yield self._counted("sfu_repairs", "Loss and keyframes.", "kind", REPAIRS)
        yield from self._gauges()
        yield _threads()

    def _counted(self, name: str, text: str, label: str, values: tuple[str, ...]) -> Metric:
        family = CounterMetricFamily(name, text, labels=[label])
        for value in values:
            family.add_metric([value], self._node.port.counts.get(value, 0))
        return family

    def _gauges(self) -> Iterator[Metric]:
        rooms = self._node.rooms
        yield GaugeMetricFamily(
            "sfu_participants", "Participants with a transport.", value=rooms.participants
        )
        yield GaugeMetricFamily("sfu_rooms", "Rooms with a participant.", value=len(rooms.rooms))
        yield GaugeMetricFamily("sfu_calls", "Rooms with two connected participants.", value=rooms.calls)
        yield GaugeMetricFamily("sfu_capacity", "Participants at most.", value=rooms.capacity)
        yield GaugeMetricFamily("sfu_draining", "1 while no new rooms are taken.", value=int(rooms.draining))
        yield GaugeMetricFamily("sfu_loop_lag_seconds", "How late timers ran.", value=self._node.loop_lag)


def _threads() -> Metric:
    """Python's threads by name: a decoder's or encoder's must never be among them."""
    family = GaugeMetricFamily("sfu_threads", "Threads by name, numbers left out.", labels=["name"])
    names = Counter(re.sub(r"[-_]?\d+", "", thread.name) for thread in threading.enumerate())
    for name, count in sorted(names.items()):
        family.add_metric([name], count)
    return family
