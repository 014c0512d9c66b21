"""`python -m services.media.worker`: one SFU node until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable

from prometheus_client import REGISTRY

from services.chassis import logs, operations
from services.chassis.collector import spare_what_is_there
from services.chassis.settings import SettingsError, load, refuse_outside_development
from services.media.worker.figures import NodeFigures
from services.media.worker.leaving import leave
from services.media.worker.node import Node
from services.media.worker.settings import WorkerSettings


def main() -> None:
    """Status 0 after an orderly stop, 2 for bad settings."""
    try:
        settings = load(WorkerSettings)
        refuse_outside_development(settings.environment, CLOCK_URL=settings.clock_url)
    except SettingsError as error:
        print(f"sfu: {error}", file=sys.stderr)
        sys.exit(2)
    logs.configure("sfu", settings.log_level)
    asyncio.run(_run(settings))


async def _run(settings: WorkerSettings) -> None:
    stopping, hurry = asyncio.Event(), asyncio.Event()
    _hear_signals(stopping, hurry)
    node = Node(settings)
    REGISTRY.register(NodeFigures(node))
    health, pulse = health_of(node)
    operations.serve(settings.metrics_port, health, settings.metrics_host)
    beating = asyncio.create_task(beat(pulse))
    await _start(node, stopping)
    spare_what_is_there()
    await stopping.wait()
    await leave(node, settings.drain_seconds, settings.move_seconds, hurry)
    beating.cancel()


def _hear_signals(stopping: asyncio.Event, hurry: asyncio.Event) -> None:
    """The first one says to stop, a second one not to wait for the calls that are on."""

    def heard() -> None:
        (hurry if stopping.is_set() else stopping).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, heard)


def health_of(
    node: Node, now: Callable[[], float] = time.monotonic
) -> tuple[operations.Health, operations.Pulse]:
    """What the operations thread can tell of the loop, which gives the pulse."""
    health, pulse = operations.Health(), operations.Pulse(now)
    health.add_vital("loop", pulse.beats)
    health.add_vital("timers", lambda: node.works)
    health.add("bus", lambda: node.bus.connected)
    return health, pulse


async def beat(pulse: operations.Pulse, seconds: float = 1.0) -> None:
    """Give a sign of life as long as the loop goes round."""
    while True:
        pulse.beat()
        await asyncio.sleep(seconds)


async def _start(node: Node, stopping: asyncio.Event) -> None:
    """Come up, unless it is to stop before the broker is there."""
    starting, told = asyncio.create_task(node.start()), asyncio.create_task(stopping.wait())
    await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        starting.result()
    else:
        starting.cancel()
    told.cancel()


if __name__ == "__main__":
    main()
