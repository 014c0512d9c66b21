"""A document of 20 MB up and down through the gateway, and the same bytes by the store alone, in turn.

Both begin with connecting and end with the last byte of the answer: a browser's form post through the front
on one side, a presigned address of the store on the other.  All that the platform does meanwhile counts:
leave by `media`, sealing, the scanner, the inspector, the row in the room.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from deploy.dev.platform import Platform
from deploy.dev.servers.objects import BUCKET, s3_client
from tests.load.documents import http
from tests.load.documents.paper import DOCUMENTS
from tests.load.documents.rooms import Rooms, Seat, rooms

PARTS = ("front", "media-control")
"""And what they need: the gateway's entries, the stores, the scanner, the inspector."""
WARM_UP, RUNS, FEW_RUNS = 3, 15, 3
KEY_KIND = "tiff"
"""Whose ratios have no name of their own in RESULT."""
BOUNDARY = "bench"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="document"; filename="scan"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()
_MB = 1e6


@dataclass
class Runs:
    """Seconds of each run; `alone`: by the store."""

    up: list[float] = field(default_factory=list)
    up_alone: list[float] = field(default_factory=list)
    down: list[float] = field(default_factory=list)
    down_alone: list[float] = field(default_factory=list)

    def ratio(self, way: str) -> float:
        """How fast it is beside the store alone."""
        return statistics.median(getattr(self, f"{way}_alone")) / statistics.median(getattr(self, way))


class Gateway:
    """What a browser does."""

    def __init__(self, port: int) -> None:
        self._port = port

    def up(self, seat: Seat, document: bytes) -> tuple[float, str]:
        """Seconds, and the document's id."""
        headers = {**seat.headers, "Content-Type": FORM}
        answer = http.ask(self._port, "POST", seat.path, headers, (HEAD, document, TAIL))
        return answer.seconds, str(json.loads(_good(answer, 201).body)["document_id"])

    def down(self, seat: Seat, document_id: str) -> http.Answer:
        return _good(http.ask(self._port, "GET", f"{seat.path}/{document_id}", seat.headers), 200)


class Store:
    """The bucket that the files entry uses, by an operator's presigned addresses."""

    def __init__(self, platform: Platform) -> None:
        self._client = s3_client(platform.site)
        self._names = (f"bench/{number}" for number in count())

    def up_and_down(self, document: bytes) -> tuple[float, float]:
        """Seconds of both; nothing of it stays."""
        name, for_a_while = next(self._names), timedelta(minutes=5)
        sent = self._ask(self._client.presigned_put_object(BUCKET, name, for_a_while), "PUT", document)
        fetched = self._ask(self._client.presigned_get_object(BUCKET, name, for_a_while), "GET")
        self._client.remove_object(BUCKET, name)
        if fetched.body != document:
            raise RuntimeError("the store gave back something else")
        return sent.seconds, fetched.seconds

    def _ask(self, url: str, method: str, document: bytes = b"") -> http.Answer:
        parts = urlsplit(url)
        body = (document,) if document else ()
        target, headers = f"{parts.path}?{parts.query}", {"Host": parts.netloc}
        return _good(http.ask(int(parts.port or 0), method, target, headers, body), 200)


def measure(folder: Path, short: bool) -> Mapping[str, float]:
    """Gives `up_ratio` and `down_ratio`: of medians of alternating runs, after a warm-up of both."""
    figures: dict[str, float] = {}
    with Platform(folder, only=PARTS, environment="test") as platform, rooms(platform) as opened:
        gateway, store = Gateway(platform.site.port("public")), Store(platform)
        for kind, (_, make) in DOCUMENTS.items():
            found = _measured(kind, make, FEW_RUNS if short else RUNS, (gateway, store, opened))
            figures |= _figures(kind, found)
    return figures


def _measured(kind: str, make: Callable[[], bytes], runs: int, by: tuple[Gateway, Store, Rooms]) -> Runs:
    document, found = make(), Runs()
    for number in range(-WARM_UP, runs):
        if number == 0:
            found = Runs()
        _once(document, found, *by)
        _say(f"{kind}, {'warm-up' if number < 0 else number + 1}", found)
    return found


def _once(document: bytes, found: Runs, gateway: Gateway, store: Store, opened: Rooms) -> None:
    stored, fetched = store.up_and_down(document)
    seat = opened.seat()
    sent, document_id = gateway.up(seat, document)
    received = gateway.down(seat, document_id)
    if received.body != document:
        raise RuntimeError("the gateway gave back something else")
    found.up_alone.append(stored)
    found.down_alone.append(fetched)
    found.up.append(sent)
    found.down.append(received.seconds)


def _say(run: str, found: Runs) -> None:
    print(
        f"  {run}: up {found.up[-1] * 1000:.0f} ms (the store alone {found.up_alone[-1] * 1000:.0f}), "
        f"down {found.down[-1] * 1000:.0f} ms ({found.down_alone[-1] * 1000:.0f})",
        flush=True,
    )


def _figures(kind: str, found: Runs) -> dict[str, float]:
    named = "" if kind == KEY_KIND else f"_{kind}"
    return {f"{way}_ratio{named}": round(found.ratio(way), 3) for way in ("up", "down")} | {
        f"{way}_ms{named}": round(statistics.median(getattr(found, way)) * 1000)
        for way in ("up", "up_alone", "down", "down_alone")
    }


def _good(answer: http.Answer, status: int) -> http.Answer:
    if answer.status != status:
        raise RuntimeError(f"{answer.status}: {answer.body[:500]!r}")
    return answer
