"""`python -m services.media.worker`: one SFU node until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import signal
import sys

from prometheus_client import REGISTRY

from services.chassis import logs, operations
from services.chassis.settings import SettingsError, load, refuse_outside_development
from services.media.worker.figures import NodeFigures
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
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    node = Node(settings)
    REGISTRY.register(NodeFigures(node))
    health = operations.Health()
    health.add("bus", lambda: node.bus.connected)
    operations.serve(settings.metrics_port, health, settings.metrics_host)
    await _start(node, stopping)
    await stopping.wait()
    await node.stop()


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
