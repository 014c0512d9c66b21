"""The outbox: an event lies in the same document as the state it tells of, until the bus has it.

    entries = outbox.entries(SlotHeld(...))
    holds.update_one({"_id": hold_id, "state": "open"}, {"$set": {...}, "$push": outbox.push(entries)})
    box.nudge(hold_id)

One write stores both or neither.  The relay publishes with the broker's
confirmation and takes the entry out afterwards; what a dead process left is
found again by a scan, so an event is told at least once.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from services.chassis import context
from services.chassis.amqp import BROKEN, EventPublisher, PublishBody
from services.chassis.codec import to_wire
from services.chassis.mongo import Document
from services.chassis.operations import FAILED, PUBLISHED
from services.contracts.wire import Event

_log = logging.getLogger(__name__)

PENDING = {"outbox.id": {"$gt": ""}}
"""Documents with something to tell: a sparse index answers it, and it is empty when all is told."""
_SCAN_SECONDS = 2.0
_SETTLED_SECONDS = 1.0
"""A scan leaves younger entries to the process that wrote them."""
_BATCH = 100
"""Documents that are told together."""
_PACE_SECONDS = 0.25
"""From one batch to the next: under a surge events gather, while a single one goes out at once."""
_STORE_OR_BROKER_AWAY: tuple[type[BaseException], ...] = (*BROKEN, PyMongoError)


def entries(*events: Event) -> list[Document]:
    """Sub-documents for the array `outbox` of the document that changes."""
    headers = context.to_headers()
    return [
        {"id": e.event_id, "type": e.type, "body": to_wire(e), "headers": headers, "written": time.time()}
        for e in events
    ]


def push(written: Iterable[Document]) -> Document:
    """The operand of `$push` that adds entries."""
    return {"outbox": {"$each": list(written)}}


class Outbox:
    """The relay of one collection; several replicas may each run one.

    `before_telling` gets the ids of the documents whose events are about to be told, every one of them at
    least once, whoever dies: the place to bring up what is derived from them.
    """

    def __init__(
        self,
        collection: Collection[Document],
        publisher: EventPublisher,
        before_telling: Callable[[Sequence[Any]], None] = lambda ids: None,
    ) -> None:
        self._collection, self._publisher, self._before_telling = collection, publisher, before_telling
        self._fresh: queue.Queue[Any] = queue.Queue(maxsize=10_000)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Make the index and begin to relay."""
        self._collection.create_index([("outbox.id", ASCENDING)], sparse=True)
        self._thread.start()

    def stop(self) -> None:
        """Publish what was nudged, then end; the rest waits for the next start."""
        self._stop.set()
        self._fresh_put(None)
        self._thread.join(5)

    def runs(self) -> bool:
        """A vital check: a service whose events nobody tells is of no use to the others."""
        return self._thread.is_alive()

    def nudge(self, document_id: Any) -> None:
        """Tell it now: call it after a write that pushed entries.  Losing it costs two seconds."""
        self._fresh_put(document_id)

    def _fresh_put(self, document_id: Any) -> None:
        try:
            self._fresh.put_nowait(document_id)
        except queue.Full:
            _log.info("the outbox is busy, a scan will find the rest")

    def _run(self) -> None:
        scan_at = 0.0
        while not (self._stop.is_set() and self._fresh.empty()):
            try:
                if time.monotonic() >= scan_at:
                    self._relay(self._left_behind())
                    scan_at = time.monotonic() + _SCAN_SECONDS
                self._relay_nudged(scan_at)
            except _STORE_OR_BROKER_AWAY as error:
                _log.warning("the outbox waits", extra={"error": type(error).__name__})
                self._stop.wait(_SCAN_SECONDS / 2)

    def _relay_nudged(self, scan_at: float) -> None:
        documents = self._nudged(max(0.0, scan_at - time.monotonic()))
        began = time.monotonic()
        self._relay(documents)
        if documents:
            self._stop.wait(max(0.0, began + _PACE_SECONDS - time.monotonic()))

    def _nudged(self, seconds: float) -> list[Document]:
        """What was nudged, as soon as there is something, and all that has come together by then."""
        ids: dict[Any, None] = {}
        with suppress(queue.Empty):
            ids[self._fresh.get(timeout=seconds)] = None
            while len(ids) < _BATCH:
                ids[self._fresh.get_nowait()] = None
        ids.pop(None, None)
        return list(self._collection.find({"_id": {"$in": list(ids)}}, {"outbox": 1})) if ids else []

    def _left_behind(self) -> list[Document]:
        settled = time.time() - _SETTLED_SECONDS
        found = self._collection.find(PENDING, {"outbox": 1}).limit(_BATCH)
        return [document for document in found if document["outbox"][0]["written"] <= settled]

    def _relay(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        self._prepare([document["_id"] for document in documents])
        told: dict[Any, list[str]] = {}
        with self._publisher.batch() as publish:
            for document in documents:
                told[document["_id"]] = self._tell(document.get("outbox", []), publish)
        self._take_out({key: events for key, events in told.items() if events})

    def _prepare(self, ids: Sequence[Any]) -> None:
        try:
            self._before_telling(ids)
        except _STORE_OR_BROKER_AWAY:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the events must be told
            FAILED.inc()
            _log.exception(
                "what is derived cannot be brought up", extra={"collection": self._collection.name}
            )

    def _tell(self, written: Iterable[Document], publish: PublishBody) -> list[str]:
        """One entry that cannot be told must not keep other documents back, nor end the relay."""
        told: list[str] = []
        for entry in written:
            try:
                publish(entry["type"], entry["id"], entry["body"], entry["headers"])
            except _STORE_OR_BROKER_AWAY:
                raise
            except Exception:  # noqa: BLE001 - whatever it is, the next document must have its turn
                FAILED.inc()
                _log.exception("an event cannot be told", extra={"collection": self._collection.name})
                break
            told.append(entry["id"])
            PUBLISHED.labels(entry["type"]).inc()
        return told

    def _take_out(self, told: Mapping[Any, list[str]]) -> None:
        if told:
            events = list(chain.from_iterable(told.values()))
            change = {"$pull": {"outbox": {"id": {"$in": events}}}}
            self._collection.update_many({"_id": {"$in": list(told)}}, change)
