"""What time removes: each collection of a service has a rule, and one timer sees to all of them.

A rule says by a query which documents are due at an instant. Most of them are removed as they are: the
sweeper does that in small batches, each document by a deletion that expects it to be due still. So any
number of replicas may sweep at once, one that dies leaves the rest to the next, and nothing is removed that
was given more time meanwhile. What needs more than a deletion its own use case does; the rule counts it.

The stores' own expiry, where there is one, knows another clock and is the net beneath.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pymongo
from prometheus_client import Counter, Gauge
from pymongo.database import Database
from pymongo.errors import PyMongoError

from services.chassis.clock import Clock
from services.chassis.mongo import Document

OVERDUE = Gauge(
    "retention_overdue", "Documents that should have gone a quarter of an hour ago, by rule.", ("rule",)
)
REMOVED = Counter("retention_removed_total", "Documents that were removed because it was time.", ("rule",))

SWEPT_EVERY = 15.0
"""Seconds between two sweeps of one replica."""
TOLERATED = timedelta(minutes=15)
"""Late by more is counted as overdue."""
_BATCH = 200
_MOST_BATCHES = 20
"""In one sweep; the rest waits for the next, so that no collection keeps the others waiting."""
_MOST_COUNTED = 10_000
_COUNT_SECONDS = 5

Query = Mapping[str, Any]
Due = Callable[[datetime], Query]
TOLD: Query = MappingProxyType({"outbox": []})
"""What has still something to tell stays until it is told."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """When documents of one collection go."""

    name: str
    """The collection's; `collection: what` where it has several."""
    due: Due
    """What is to be gone by that instant; answered from an index of this one field."""
    removes: bool = True
    """False: a use case of the service does it, and here it is only counted."""
    only: Query = field(default_factory=dict)
    """What else must be so for it to be removed."""
    in_real_time: bool = False
    """For what counts in real time: sessions, leases, rates."""

    @property
    def collection(self) -> str:
        return self.name.partition(":")[0]


def after(field: str, kept: timedelta = timedelta(0)) -> Due:
    """Due once `kept` has passed since the instant in `field`."""
    return lambda now: {field: {"$lte": now - kept}}


class Sweeper:
    """The rules of one service over its store."""

    def __init__(
        self, database: Database[Document], rules: Sequence[Rule], clock: Clock, real: Clock
    ) -> None:
        self._database, self._rules, self._clock, self._real = database, rules, clock, real

    def sweep(self) -> None:
        """Remove what is due and count what is late; what fails now is tried again at the next sweep."""
        for rule in self._rules:
            try:
                self._look_after(rule)
            except PyMongoError as error:
                told = {"rule": rule.name, "error": type(error).__name__}
                _log.warning("what is due waits for the store", extra=told)

    def _look_after(self, rule: Rule) -> None:
        now = (self._real if rule.in_real_time else self._clock).now()
        if rule.removes:
            self._remove(rule, rule.due(now))
        with pymongo.timeout(_COUNT_SECONDS):
            late = self._database[rule.collection].count_documents(
                rule.due(now - TOLERATED), limit=_MOST_COUNTED
            )
        OVERDUE.labels(rule.name).set(late)

    def _remove(self, rule: Rule, due: Query) -> None:
        documents, due = self._database[rule.collection], {**due, **rule.only}  # others stand in no one's way
        for _ in range(_MOST_BATCHES):
            ids = [found["_id"] for found in documents.find(due, {"_id": 1}).limit(_BATCH)]
            if not ids:
                return
            removed = documents.delete_many({"_id": {"$in": ids}, **due}).deleted_count
            REMOVED.labels(rule.name).inc(removed)
            if removed < _BATCH:
                return
