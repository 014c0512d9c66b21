"""What the files process and the inspector take in memory while 16 citizens send 20 MB each at once.

Pages that processes share are counted once (proportional set size): the inspector's readers are forked, and
share nearly all that they are born with.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from deploy.dev.platform import Platform
from tests.load.documents.paper import DOCUMENTS
from tests.load.documents.rooms import Rooms, Seat, rooms
from tests.load.documents.up_down import PARTS, Gateway

AT_ONCE = 16
ROUNDS, FEW_ROUNDS = 3, 1
TRIES = 3
WATCHED = ("gateway-files", "gateway-inspector")
_EVERY_SECONDS = 0.02
_KB = 1024


class Watch:
    """Looks at processes and all that they have started, again and again."""

    def __init__(self, pids: list[int]) -> None:
        self._pids, self._stop = pids, threading.Event()
        self.most_mb = 0.0

    def now_mb(self) -> float:
        return sum(_memory_kb(pid) for root in self._pids for pid in _with_children(root)) / _KB

    @contextmanager
    def watching(self) -> Iterator[None]:
        looking = threading.Thread(target=self._look)
        looking.start()
        try:
            yield
        finally:
            self._stop.set()
            looking.join()

    def _look(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self.most_mb = max(self.most_mb, self.now_mb())


def measure(folder: Path, short: bool) -> Mapping[str, float]:
    """Gives `rss_growth_mb`: the most at any moment, over what they take at rest after a first document."""
    with Platform(folder, only=PARTS, environment="test") as platform, rooms(platform) as opened:
        gateway = Gateway(platform.site.port("public"))
        documents = [make() for _, make in DOCUMENTS.values()]
        for document in documents:
            _there_and_back(gateway, opened.seat(), document)
        watch = Watch([platform.child_id(part) for part in WATCHED])
        rest = watch.now_mb()
        print(f"  at rest {rest:.0f} MB", flush=True)
        with watch.watching():
            for number in range(FEW_ROUNDS if short else ROUNDS):
                _all_at_once(gateway, opened, documents)
                print(f"  round {number + 1}: at most {watch.most_mb:.0f} MB", flush=True)
    return {"rss_growth_mb": round(watch.most_mb - rest, 1), "rss_at_rest_mb": round(rest, 1)}


def _all_at_once(gateway: Gateway, opened: Rooms, documents: list[bytes]) -> None:
    """Up, and down again, each in a room of his own."""
    seats = [opened.seat() for _ in range(AT_ONCE)]
    begin = threading.Barrier(AT_ONCE)

    def one(number: int) -> None:
        begin.wait()
        _there_and_back(gateway, seats[number], documents[number % len(documents)])

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        list(crowd.map(one, range(AT_ONCE)))


def _there_and_back(gateway: Gateway, seat: Seat, document: bytes) -> None:
    """On a machine that is too busy he is asked to try again, and does."""
    for left in reversed(range(TRIES)):
        try:
            _, document_id = gateway.up(seat, document)
            break
        except RuntimeError:
            if not left:
                raise
    if gateway.down(seat, document_id).body != document:
        raise RuntimeError("something else came back")


def _with_children(pid: int) -> list[int]:
    """Of a process that has just ended: nothing."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(found for child in children for found in _with_children(child))]


def _memory_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
