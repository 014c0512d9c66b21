"""One Redis reader per process for every room that somebody follows here.

All followed room logs are read by a single blocking XREAD and handed to the
subscriptions' queues.  The log itself is the buffer: a reader that was away
goes on from the last entry it saw, and a subscription that starts further back
turns the room's cursor back, so nothing is ever lost; each subscription drops
what it has had already.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

FROM_THE_START = "0-0"
ENTRIES_PER_READ = 200
QUEUE_LENGTH = 1_000
"""More unread entries than any room's log holds in practice: who is further behind starts again."""

_log = logging.getLogger(__name__)


def position(entry_id: str) -> tuple[int, int]:
    """Order of a stream entry: `<milliseconds>-<sequence>` (Redis streams)."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)


@dataclass(frozen=True)
class LogEntry:
    """One entry of a room's log as it stands in Redis, still sealed."""

    entry_id: str
    fields: Mapping[str, str]


class Overrun(Exception):
    """The subscriber did not keep up; it starts again from the last entry that it had."""


class Subscription:
    """What one open stream has still to send.  Use it as a context manager."""

    def __init__(self, stream: str, after: str, leave: Callable[[Subscription], None]) -> None:
        self.stream = stream
        self._last = position(after)
        self._entries: queue.Queue[LogEntry] = queue.Queue(QUEUE_LENGTH)
        self._leave = leave
        self._overrun = False

    def offer(self, entry: LogEntry) -> None:
        """Called by the reader; what came before is dropped."""
        if self._overrun or position(entry.entry_id) <= self._last:
            return
        try:
            self._entries.put_nowait(entry)
        except queue.Full:
            self._overrun = True
        else:
            self._last = position(entry.entry_id)

    def take(self, timeout: float) -> LogEntry | None:
        """The next entry, or None when none came within `timeout` seconds.  Raises Overrun."""
        try:
            return self._entries.get(timeout=0 if self._overrun else timeout)
        except queue.Empty:
            if self._overrun:
                raise Overrun from None
            return None

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._leave(self)


class RoomLogReader:
    """Follows any number of room logs with one connection and one thread (a greenlet under gevent).

    `wake` is a stream of this process alone: an entry in it ends the blocking
    read at once when a room is added, without a race and without polling.
    """

    def __init__(self, connect: Callable[[], Redis], block: float = 15.0, retry: float = 0.5) -> None:
        self._connect = connect
        self._block_ms, self._retry = int(block * 1000), retry
        self._wake = f"gateway:events:wake:{secrets.token_hex(8)}"
        self._lock = threading.Lock()
        self._cursors: dict[str, str] = {self._wake: FROM_THE_START}
        self._followers: dict[str, list[Subscription]] = {}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._writer: Redis | None = None

    @property
    def followed(self) -> int:
        """Number of rooms that somebody follows here."""
        return len(self._followers)

    def follow(self, stream: str, after: str = FROM_THE_START) -> Subscription:
        """Everything in `stream` after the entry `after`, then whatever comes."""
        subscription = Subscription(stream, after, self._unfollow)
        with self._lock:
            self._followers.setdefault(stream, []).append(subscription)
            cursor = self._cursors.get(stream, after)
            self._cursors[stream] = min(cursor, after, key=position)
            self._start()
        self._ring()
        return subscription

    def stop(self) -> None:
        """End the reader; open subscriptions get nothing more."""
        self._stopped.set()
        self._ring()
        if self._thread is not None:
            self._thread.join(timeout=self._block_ms / 1000 + 1)

    def _unfollow(self, subscription: Subscription) -> None:
        with self._lock:
            followers = self._followers[subscription.stream]
            followers.remove(subscription)
            if not followers:
                del self._followers[subscription.stream], self._cursors[subscription.stream]

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="room-log-reader", daemon=True)
            self._thread.start()

    def _ring(self) -> None:
        """Wake the reader.  If Redis is away the reader is not blocked in it and looks again by itself."""
        try:
            if self._writer is None:
                self._writer = self._connect()
            with self._writer.pipeline() as pipeline:
                pipeline.xadd(self._wake, {"": ""}, maxlen=1, approximate=False)
                pipeline.expire(self._wake, 3600)
                pipeline.execute()
        except RedisError as error:
            _log.warning("room log reader not woken", extra={"error": type(error).__name__})

    def _run(self) -> None:
        connection = self._connect()
        while not self._stopped.is_set():
            try:
                self._read(connection)
            except RedisError as error:
                _log.warning("room logs cannot be read", extra={"error": type(error).__name__})
                self._stopped.wait(self._retry)
        connection.close()

    def _read(self, connection: Redis) -> None:
        with self._lock:
            asked = dict(self._cursors)
        streams: dict[Any, Any] = dict(asked)
        answer: Any = connection.xread(streams, count=ENTRIES_PER_READ, block=self._block_ms)
        with self._lock:
            for stream, entries in answer:
                if self._cursors.get(stream) == asked[stream]:  # else turned back or left meanwhile
                    self._deliver(stream, entries)

    def _deliver(self, stream: str, entries: list[tuple[str, dict[str, str]]]) -> None:
        self._cursors[stream] = entries[-1][0]
        for entry_id, fields in entries:
            entry = LogEntry(entry_id, fields)
            for subscription in self._followers.get(stream, ()):
                subscription.offer(entry)
