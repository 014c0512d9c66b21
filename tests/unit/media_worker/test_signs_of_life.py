"""What liveness says of a worker whose loop hangs or whose timers have ended."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from services.chassis.settings import load
from services.media.worker.__main__ import beat, health_of
from services.media.worker.node import Node
from services.media.worker.settings import WorkerSettings
from tests.unit.media_worker.test_process import ENVIRON

Run = Callable[[Any], Any]


def test_a_loop_that_hangs_is_not_live_until_it_goes_round_again(run: Run) -> None:
    async def scenario() -> None:
        seconds = 0.0
        node: Any = SimpleNamespace(works=True, bus=SimpleNamespace(connected=True))
        health, pulse = health_of(node, lambda: seconds)
        beating = asyncio.create_task(beat(pulse, 0))
        await asyncio.sleep(0)
        seconds += 10.0  # nothing is awaited: the loop stands
        assert health.ended() == ["loop"]
        await asyncio.sleep(0)
        assert health.ended() == []
        beating.cancel()

    run(scenario())


def test_a_worker_without_a_broker_is_live_and_not_ready(run: Run) -> None:
    async def scenario() -> None:
        node = Node(load(WorkerSettings, ENVIRON))
        health, _ = health_of(node)
        assert (health.ended(), health.failing()) == ([], ["bus"])
        node.port.close()

    run(scenario())


@pytest.mark.parametrize("timer", ["_tick", "_announce"])
def test_a_worker_whose_timer_ended_by_a_defect_is_not_live(
    run: Run, monkeypatch: pytest.MonkeyPatch, timer: str
) -> None:
    async def scenario() -> None:
        node = Node(load(WorkerSettings, ENVIRON))

        async def nothing() -> None: ...

        monkeypatch.setattr(node.bus, "start", nothing)
        monkeypatch.setattr(node, timer, nothing)
        await node.start()
        health, _ = health_of(node)
        assert health.ended() == []
        await asyncio.sleep(0)
        assert health.ended() == ["timers"]
        await node.stop()

    run(scenario())
