"""An in-memory stand-in for the few stream commands that the room log reader uses."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any

from redis.exceptions import ConnectionError as RedisAway

from gateway.blueprints.events.fanout import position


class FakeRedis:
    """Streams in a dictionary; `xread` blocks on a condition, as the real one does on its connection."""

    def __init__(self) -> None:
        self.streams: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
        self.away = False
        self.reads = 0
        self._changed = threading.Condition()

    def xadd(self, stream: str, fields: dict[str, str], **_: Any) -> str:
        with self._changed:
            entry_id = f"{len(self.streams[stream]) + 1}-0"
            self.streams[stream].append((entry_id, fields))
            self._changed.notify_all()
        return entry_id

    def go_away(self, away: bool) -> None:
        with self._changed:
            self.away = away
            self._changed.notify_all()

    def xread(self, streams: dict[str, str], count: int, block: int) -> list[Any]:
        with self._changed:
            self.reads += 1
            self._changed.wait_for(lambda: self.away or self._after(streams), timeout=block / 1000)
            if self.away:
                raise RedisAway
            return [(name, entries[:count]) for name, entries in self._after(streams)]

    def _after(self, streams: dict[str, str]) -> list[Any]:
        found = (
            (name, [entry for entry in self.streams[name] if position(entry[0]) > position(last)])
            for name, last in streams.items()
        )
        return [(name, entries) for name, entries in found if entries]

    def pipeline(self) -> FakeRedis:
        return self

    def __enter__(self) -> FakeRedis:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def expire(self, *_: Any) -> None:
        return None

    def execute(self) -> None:
        return None

    def close(self) -> None:
        return None
