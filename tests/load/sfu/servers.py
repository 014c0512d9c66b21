"""The two servers that are compared, each filled with the same rooms."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.load.sfu.client import Client
from tests.load.sfu.description import Wanted, describe
from tests.load.sfu.janus import Janus
from tests.load.sfu.traffic import PACKETS_PER_S, Sender

NODE = sfu.node_name("node-1")
NICENESS = -10
_AT_ONCE = 8
"""Transports that are set up at the same time."""


@dataclass(frozen=True)
class Load:
    """Rooms of so many people, of whom the first `speakers` send to all others."""

    key: str
    words: str
    rooms: int
    people: int = 2
    speakers: int = 2

    @property
    def rate(self) -> int:
        """Packets forwarded a second."""
        return self.rooms * self.speakers * (self.people - 1) * PACKETS_PER_S


@dataclass
class Filled:
    """Everybody who sends and everybody who receives."""

    senders: list[Sender] = field(default_factory=list)
    receivers: list[Client] = field(default_factory=list)

    def close(self) -> None:
        for client in {sender.client for sender in self.senders} | set(self.receivers):
            client.sock.close()


class Server(Protocol):
    """A server that can be filled."""

    name: str

    def filled(self, load: Load) -> contextlib.AbstractAsyncContextManager[tuple[int, Filled]]:
        """The server's process id and who is connected, all of which ends with the context."""


class Ours:
    """One transport a participant, both ways."""

    name = "ours"

    def __init__(self, rpc: RpcClient, pid: int) -> None:
        self._rpc, self._pid, self._fillings = rpc, pid, 0

    @asynccontextmanager
    async def filled(self, load: Load) -> AsyncIterator[tuple[int, Filled]]:
        self._fillings += 1
        names = [f"bench-{self._fillings}-{load.key}-{number}" for number in range(load.rooms)]
        filled = Filled()
        try:
            await _together(
                lambda n=n, name=name: self._room(load, n, name, filled) for n, name in enumerate(names)
            )
            yield self._pid, filled
        finally:
            for name in names:
                await asyncio.to_thread(self._rpc.call, sfu.CloseRoom(room_id=name), service=NODE)
            filled.close()

    async def _room(self, load: Load, number: int, name: str, filled: Filled) -> None:
        """One after the other, since who comes first has slot 0."""
        for person in range(load.people):
            client, (audio, video) = Client(controlling=True), _ssrcs(number * load.people + person)
            sections = [Wanted("audio", "sendonly", audio), Wanted("video", "sendonly", video)]
            sections += [Wanted(kind, "recvonly") for kind in ("audio", "video") for _ in range(load.people)]
            request = sfu.ConnectParticipant(
                room_id=name, participant_id=f"p{person}", epoch=1,
                offer_sdp=describe(client, sections, "actpass"),
            )  # fmt: skip
            answer = await asyncio.to_thread(self._rpc.call, request, service=NODE)
            await client.connect(answer.answer_sdp)
            filled.receivers.append(client)
            if person < load.speakers:
                filled.senders.append(Sender(client, audio, video, load.people - 1))


class Peer:
    """Janus: a transport to publish, and one for each feed that somebody receives, as VideoRoom has it."""

    name = "janus"

    @asynccontextmanager
    async def filled(self, load: Load) -> AsyncIterator[tuple[int, Filled]]:
        filled = Filled()
        with tempfile.TemporaryDirectory() as folder:
            async with Janus(Path(folder)) as janus:
                prefer(janus.pid)
                await _together(lambda n=n: self._room(janus, load, 1 + n, filled) for n in range(load.rooms))
                yield janus.pid, filled
        filled.close()

    async def _room(self, janus: Janus, load: Load, room: int, filled: Filled) -> None:
        await janus.create_room(room)
        for speaker in range(load.speakers):
            client, (audio, video) = Client(controlling=True), _ssrcs(room * load.people + speaker)
            feed = await janus.publish(room, client, audio, video)
            filled.senders.append(Sender(client, audio, video, load.people - 1))
            for _ in range(load.people - 1):
                receiver = Client(controlling=False)
                await janus.subscribe(room, feed, receiver)
                filled.receivers.append(receiver)


async def _together(tasks: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """All of them, a few at a time."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(task: Callable[[], Awaitable[None]]) -> None:
        async with turn:
            await task()

    await asyncio.gather(*(one(task) for task in tasks))


def _ssrcs(number: int) -> tuple[int, int]:
    return 10_000 + number, 20_000 + number


def prefer(pid: int) -> None:
    """Let a process go before other work on this machine, where that is allowed.

    Linux groups processes by session (`autogroup`), and niceness counts only within a group.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
        Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS))
