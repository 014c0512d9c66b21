"""2,000 open event streams on one events process while rooms speak: losses, delays, memory.

Rooms, sessions and keys are real; entries are sealed and appended as `media` does it, so that what is
measured is the way from a room's log to the browsers alone.  Two browsers follow each room.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from redis import Redis

from deploy.dev.platform import Platform
from gateway.room_access import RECIPIENT
from gateway.sessions import IDLE_SECONDS, SealedStore, new_secret_id
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts.booking_events import AppointmentBooked
from services.contracts.errors import NotFound, PlatformError
from services.contracts.media import CITIZEN, Participant
from services.contracts.room_log import GrantLog, LogGrant
from tests.load.sfu.process import Memory, cpu_seconds, memory_mb, newest_child
from tests.load.sfu.servers import prefer
from tests.load.sfu.spoken import Room

STREAMS, FOLLOWERS = 2_000, 2
EVENTS_PER_S = 200
PARTS = ("gateway-events", "media-control")
OPENED_AT_ONCE = 16
STEP = 2
"""Seconds between two looks at the process."""
DRAIN_SECONDS = 10.0
_PATIENCE_SECONDS = 60.0
_CITIZEN = Participant(participant_id=RECIPIENT, role=CITIZEN)


@dataclass
class Followed:
    """What the browsers have had."""

    streams: int
    seconds: float
    told: int = 0
    """Entries appended, times the browsers that follow them."""
    lost: int = 0
    reopened: int = 0
    delays: list[float] = field(default_factory=list)
    """Seconds from appending to the browser."""
    memory_mb: float = 0.0
    growth_mb: float = 0.0
    core: float = 0.0
    """Part of a core that the process took."""

    @property
    def p99_ms(self) -> float:
        return statistics.quantiles(self.delays, n=100)[98] * 1000


class _Browser:
    """Follows one room by a raw connection, and comes back with what it had last, as browsers do."""

    def __init__(self, port: int, cookie: str, room_id: str, followed: Followed) -> None:
        self._port, self._cookie, self._room_id, self._followed = port, cookie, room_id, followed
        self.last = 0
        """Number of the last entry; they are numbered without gaps."""
        self.opened = asyncio.Event()

    async def follow(self) -> None:
        """For good: a stream that ends is opened again."""
        while True:
            try:
                await self._follow_once()
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.2)
            self._followed.reopened += 1

    async def _follow_once(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        with closing(writer):
            writer.write(self._request().encode())
            status = await reader.readline()
            if b" 200 " not in status:
                raise ConnectionError(f"{status!r} for a stream")
            while line := await reader.readline():
                self._read(line)

    def _request(self) -> str:
        last = f"Last-Event-ID: {self.last}-0\r\n" if self.last else ""
        return (
            f"GET /events/rooms/{self._room_id} HTTP/1.1\r\nHost: localhost:{self._port}\r\n"
            f"Cookie: {self._cookie}\r\nX-Forwarded-Proto: https\r\nAccept: text/event-stream\r\n{last}\r\n"
        )

    def _read(self, line: bytes) -> None:
        if line.startswith(b"retry:"):
            self.opened.set()
        elif line.startswith(b"id: "):
            number = int(line[4:].partition(b"-")[0])
            self._followed.lost += number - self.last - 1
            self.last = number
        elif line.startswith(b"data: ") and (left := json.loads(line[6:]).get("data", {}).get("left")):
            self._followed.delays.append(time.time() - left)


class Streams:
    """The platform's part that is measured, with rooms in it."""

    def __init__(self, platform: Platform) -> None:
        self._pid = newest_child(platform.child_id("gateway-events"))
        prefer(self._pid)
        variables = platform.env("gateway-events")
        self._port, self._cookie = int(variables["LISTEN_PORT"]), f"__Host-{variables['SESSION_COOKIE']}"
        self._redis = Redis.from_url(platform.urls["redis"])
        self._sessions = SealedStore(self._redis, "session", IDLE_SECONDS)
        self._rpc = RpcClient(platform.urls["amqp"], "gateway")
        self._booking = EventPublisher(platform.urls["amqp"], "booking")

    def close(self) -> None:
        self._rpc.close()
        self._redis.close()

    async def follow(self, streams: int, seconds: float) -> Followed:
        """Open so many streams, speak for so long, wait for what is under way."""
        followed = Followed(streams, seconds)
        rooms = await asyncio.to_thread(self._rooms, streams // FOLLOWERS)
        browsers = [
            _Browser(self._port, self._session_of(room.room_id), room.room_id, followed)
            for room in rooms
            for _ in range(FOLLOWERS)
        ]
        following = await _open(browsers)
        print(f"  {len(browsers)} streams are open, {memory_mb(self._pid):.0f} MB", flush=True)
        await asyncio.to_thread(self._speak, rooms, followed)
        await _arrived(browsers, rooms)
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        followed.lost += sum(room.entries - b.last for room, b in _pairs(rooms, browsers))
        return followed

    # --- what there is before ----------------------------------------------------

    def _rooms(self, count: int) -> list[Room]:
        """Rooms of appointments that begin in ten minutes, each with its key."""
        ids = [new_id() for _ in range(count)]
        for room_id in ids:
            self._booking.publish(_booked(room_id))
        return [Room(room_id, self._granted(room_id).log_key) for room_id in ids]

    def _granted(self, room_id: str) -> LogGrant:
        limit = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return self._rpc.call(GrantLog(room_id=room_id, participant=_CITIZEN))
            except PlatformError as error:
                if not isinstance(error, NotFound) or time.monotonic() > limit:
                    raise
                time.sleep(0.05)  # the news of its booking is under way

    def _session_of(self, room_id: str) -> str:
        """A browser that has come by this room's link; its cookie."""
        room = {"room_id": room_id, "recipient": RECIPIENT, "person_id": "", "generation": 1}
        session_id = new_secret_id()
        self._sessions.save(session_id, {"born_at": time.time(), "content": {"room": room}}, new=True)
        return f"{self._cookie}={session_id}"

    # --- what is measured --------------------------------------------------------

    def _speak(self, rooms: list[Room], followed: Followed) -> None:
        """EVENTS_PER_S entries a second, room after room."""
        begin, memory, turn = time.monotonic(), Memory(self._pid), _round(rooms)
        used = cpu_seconds(self._pid)
        for number in range(round(EVENTS_PER_S * followed.seconds)):
            pause = number / EVENTS_PER_S - (time.monotonic() - begin)
            if pause > 0:
                time.sleep(pause)
            next(turn).speak(self._redis)
            followed.told += FOLLOWERS
            if number % (EVENTS_PER_S * STEP) == 0:
                memory.look()
        followed.core = (cpu_seconds(self._pid) - used) / (time.monotonic() - begin)
        followed.memory_mb, followed.growth_mb = memory.look(), memory.growth_mb


async def _open(browsers: list[_Browser]) -> list[asyncio.Task[None]]:
    """All of them, a few at a time."""
    tasks = []
    for first in range(0, len(browsers), OPENED_AT_ONCE):
        group = browsers[first : first + OPENED_AT_ONCE]
        tasks += [asyncio.create_task(browser.follow()) for browser in group]
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asyncio.gather(*(browser.opened.wait() for browser in group))
    return tasks


async def _arrived(browsers: list[_Browser], rooms: list[Room]) -> None:
    """Wait for what is still under way."""
    limit = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < limit and any(b.last < room.entries for room, b in _pairs(rooms, browsers)):
        await asyncio.sleep(0.05)


def _pairs(rooms: list[Room], browsers: list[_Browser]) -> Iterator[tuple[Room, _Browser]]:
    return ((rooms[number // FOLLOWERS], browser) for number, browser in enumerate(browsers))


def _round(rooms: list[Room]) -> Iterator[Room]:
    while True:
        yield from rooms


def _booked(room_id: str) -> AppointmentBooked:
    now = datetime.now(UTC)
    return AppointmentBooked(
        event_id=new_id(), occurred_at=now, appointment_id=room_id, appointment_version=1,
        kind="video", language="de", agent_id="bench", starts_at=now + timedelta(minutes=10),
        ends_at=now + timedelta(minutes=30), assurance_method="none", person_id="",
    )  # fmt: skip


def follow(platform: Platform, streams: int, seconds: float) -> Followed:
    """The whole measurement on a running platform."""
    with closing(Streams(platform)) as bench:
        return asyncio.run(bench.follow(streams, seconds))
