"""How soon rooms are forgotten: a thousand in the same second, then 100,000 objects that are due.

Two replicas of media control work beside the stores, as in the smallest installation.  Rooms are written
straight into the stores; what the replicas do with them is then read there.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from deploy.dev.platform import Platform
from deploy.dev.process import Child, Command
from deploy.dev.processes import STORES
from deploy.dev.site import ROOT
from tests.load.documents.filled import FilledRooms
from tests.service_process import free_port

REPLICAS = 2
TOGETHER, OBJECTS, A_ROOM = 1_000, 100_000, 20
FEW_TOGETHER, FEW_OBJECTS = 100, 2_000
AHEAD = timedelta(seconds=45)
"""Until the second in which all those rooms are due: they have to be stored before."""
PATIENCE_SECONDS = 900.0


def measure(folder: Path, short: bool) -> Mapping[str, float]:
    """Gives `lateness_p99_s` and `reap_100k_s` (of fewer objects when it is `short`)."""
    with (
        Platform(folder, only=STORES, environment="test") as platform,
        closing(FilledRooms(platform)) as rooms,
    ):
        late = lateness(platform, rooms, FEW_TOGETHER if short else TOGETHER)
        took = reaping(platform, rooms, FEW_OBJECTS if short else OBJECTS)
    return {"reap_100k_s": took, "lateness_p99_s": late}


def lateness(platform: Platform, rooms: FilledRooms, together: int) -> float:
    """So many rooms with two documents each: the 99th percentile of how many seconds late."""
    due_at = (datetime.now(UTC) + AHEAD).replace(microsecond=0)
    with replicas(platform):
        rooms.fill(together, 2, due_at=due_at)
        assert datetime.now(UTC) < due_at, "they were due before they were stored"
        time.sleep((due_at - datetime.now(UTC)).total_seconds())
        _await(rooms)
    rooms.check_nothing_is_left()
    late = rooms.late(due_at)
    assert min(late) >= 0, "a room was forgotten too early"
    p99 = quantiles(late, n=100, method="inclusive")[98]
    say(f"{together} rooms due in the same second: p99 {p99:.2f} s late, the last one {max(late):.2f} s")
    return round(p99, 2)


def reaping(platform: Platform, rooms: FilledRooms, objects: int) -> float:
    """Seconds from the start of the replicas until so many objects are gone, with their rooms."""
    began = time.monotonic()
    rooms.fill(objects // A_ROOM, A_ROOM, due_at=datetime.now(UTC) - timedelta(seconds=1))
    say(f"{objects} objects in {objects // A_ROOM} rooms stored in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    with replicas(platform):
        _await(rooms)
        took = time.monotonic() - began
    rooms.check_nothing_is_left()
    say(f"{objects} objects reaped in {took:.1f} s, the start of the replicas counted")
    return round(took, 1)


@contextmanager
def replicas(platform: Platform) -> Iterator[None]:
    """Replicas of media control at work, in real time as in production."""
    variables = platform.env("media-control") | {"CLOCK_URL": ""}
    with ExitStack() as stack:
        for number in range(REPLICAS):
            own = variables | {"METRICS_PORT": str(free_port())}
            command = Command([sys.executable, "-m", "services.media.control"], own, ROOT)
            child = Child(f"media-{number}", command, platform.site.folder / f"media-{number}.log")
            stack.callback(child.wait, 60)
            stack.callback(child.terminate)
        yield


def _await(rooms: FilledRooms) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not rooms.are_forgotten():
        if time.monotonic() > deadline:
            raise TimeoutError("they were not forgotten in time")
        time.sleep(0.5)


def say(text: str) -> None:
    """Shown at once."""
    print(text, flush=True)
