"""`python -m tests.load.bench_sfu`: CPU per forwarded packet of our SFU and of Janus, at the same load.

8,000 packets a second in 1:1 calls, AES-128-GCM, the same generator for both, runs in turn.  Compared
is the CPU time of the whole server process (all threads, user and system) by the packets that arrived.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.dev.platform import Platform
from deploy.dev.result import publish
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.load.client import Client
from tests.load.description import Wanted, describe
from tests.load.janus import Janus
from tests.load.network import enter
from tests.load.traffic import PACKETS_PER_S, Meter, Result, Sender, Traffic

RATE = 8_000
CALLS = RATE // PACKETS_PER_S // 2
ROUNDS, ATTEMPTS = 2, 3
WARM_UP, SECONDS = 1.5, 6.0
LEAST_DELIVERED = 0.99
NICENESS = -10
_TICKS = os.sysconf("SC_CLK_TCK")


class ProcessTime(Meter):
    """CPU seconds of a process between two moments."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.used = 0.0

    def _read(self) -> float:
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def open(self) -> None:
        self._opened = self._read()

    def close(self) -> None:
        self.used = self._read() - self._opened


class Invalid(RuntimeError):
    """Nothing follows from a run that lost packets, as on a machine that is busy with something else."""


@dataclass(frozen=True)
class Run:
    """One run's outcome."""

    server: str
    result: Result
    cpu_s: float

    @property
    def microseconds(self) -> float:
        """CPU time per forwarded packet."""
        return self.cpu_s / self.result.counted * 1e6

    def check(self) -> None:
        """Raises Invalid for a run that proves nothing."""
        if self.result.delivered < LEAST_DELIVERED:
            raise Invalid(f"{self.server} delivered {self.result.delivered:.1%} of the packets")
        if self.result.wrong or not self.result.verified:
            raise Invalid(f"{self.server} delivered packets that are not what was sent")

    def __str__(self) -> str:
        rate = self.result.counted / SECONDS
        return (
            f"{self.server:6} {self.microseconds:6.1f} µs a packet, {rate:7.0f} packets/s, "
            f"{self.cpu_s / SECONDS:5.1%} of a core, {self.result.verified} verified, "
            f"generator late by {self.result.late_s * 1000:.0f} ms at most"
        )


def _ssrcs(number: int) -> tuple[int, int]:
    return 10_000 + number, 20_000 + number


def _measure(server: str, pid: int, senders: list[Sender], receivers: list[Client]) -> Run:
    meter = ProcessTime(pid)
    traffic = Traffic(senders, WARM_UP + SECONDS + 0.5)
    return Run(server, traffic.run(receivers, WARM_UP, SECONDS, meter), meter.used)


async def run_ours(rpc: RpcClient, pid: int, name: str) -> Run:
    """One transport a participant, both ways."""
    senders = []
    for number in range(2 * CALLS):
        client, (audio, video) = Client(controlling=True), _ssrcs(number)
        sections = [Wanted("audio", "sendonly", audio), Wanted("video", "sendonly", video)]
        sections += [Wanted(kind, "recvonly") for kind in ("audio", "audio", "video", "video")]
        request = sfu.ConnectParticipant(
            room_id=f"bench-{name}-{number // 2}",
            participant_id=f"p{number % 2}",
            epoch=1,
            offer_sdp=describe(client, sections, "actpass"),
        )
        answer = await asyncio.to_thread(rpc.call, request, service=sfu.node_name("node-1"))
        await client.connect(answer.answer_sdp)
        senders.append(Sender(client, audio, video))
    run = await asyncio.to_thread(_measure, "ours", pid, senders, [s.client for s in senders])
    for number in range(CALLS):
        request = sfu.CloseRoom(room_id=f"bench-{name}-{number}")
        await asyncio.to_thread(rpc.call, request, service=sfu.node_name("node-1"))
    _close([sender.client for sender in senders])
    return run


async def run_janus() -> Run:
    """Two transports a participant, as VideoRoom has it: one to publish, one to subscribe."""
    with tempfile.TemporaryDirectory() as folder:
        async with Janus(Path(folder)) as janus:
            return await _run_janus(janus)


async def _run_janus(janus: Janus) -> Run:
    senders, receivers, feeds = [], [], []
    for number in range(2 * CALLS):
        room, (audio, video) = 1 + number // 2, _ssrcs(number)
        if number % 2 == 0:
            await janus.create_room(room)
        client = Client(controlling=True)
        feeds.append(await janus.publish(room, client, audio, video))
        senders.append(Sender(client, audio, video))
    for number in range(2 * CALLS):
        client = Client(controlling=False)
        await janus.subscribe(1 + number // 2, feeds[number ^ 1], client)
        receivers.append(client)
    run = await asyncio.to_thread(_measure, "janus", janus.pid, senders, receivers)
    _close([sender.client for sender in senders] + receivers)
    return run


def _close(clients: list[Client]) -> None:
    for client in clients:
        client.sock.close()


async def compare(platform: Platform) -> list[Run]:
    """ROUNDS runs of each, in turn, so that both meet the same weather."""
    rpc = RpcClient(platform.env("media-control")["AMQP_URL"], "bench")
    worker = platform.child_id("media-worker")
    _prefer(worker)
    runs = []
    for number in range(ROUNDS):
        runs.append(await _valid(lambda attempt, n=number: run_ours(rpc, worker, f"{n}-{attempt}")))
        runs.append(await _valid(lambda _: run_janus()))
    rpc.close()
    return runs


async def _valid(start: Callable[[int], Awaitable[Run]]) -> Run:
    """The run, repeated if it proves nothing.  Raises Invalid after ATTEMPTS."""
    for attempt in range(1, ATTEMPTS + 1):
        run = await start(attempt)
        print(run, flush=True)
        try:
            run.check()
        except Invalid as reason:
            print(f"  not counted: {reason}", flush=True)
            if attempt == ATTEMPTS:
                raise
        else:
            return run
    raise AssertionError("unreachable")


def _prefer(pid: int) -> None:
    """Let a process go before other work on this machine, where that is allowed.

    Linux groups processes by session (`autogroup`), and niceness counts only within a group.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
        Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS))


def main() -> None:
    """Prints a line a run, then the figures; ends with RESULT."""
    enter("tests.load.bench_sfu")
    print(
        f"{CALLS} calls of two, {RATE} packets/s, {ROUNDS} runs of {SECONDS:.0f} s each, in turn", flush=True
    )
    _prefer(os.getpid())
    with (
        tempfile.TemporaryDirectory() as folder,
        Platform(Path(folder), only=("media-worker",), environment="test") as platform,
    ):
        runs = asyncio.run(compare(platform))
    ours, janus = (
        statistics.median(run.microseconds for run in runs if run.server == name)
        for name in ("ours", "janus")
    )
    print(f"ours {ours:.1f} µs, Janus {janus:.1f} µs a forwarded packet: ratio {ours / janus:.2f}")
    publish(
        "bench-sfu",
        {
            "janus_ratio_8k": round(ours / janus, 3),
            "sfu_us_per_packet_8k": round(ours, 2),
            "janus_us_per_packet_8k": round(janus, 2),
            "packets_per_s": round(statistics.mean(run.result.counted for run in runs) / SECONDS),
        },
    )


if __name__ == "__main__":
    sys.exit(main())
