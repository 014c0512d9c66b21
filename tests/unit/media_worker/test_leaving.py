"""A node that was told to stop: it waits for its calls, lets the rest be moved, and goes in any case."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from services.media.worker.leaving import leave

LONG = 60.0
"""Nobody waits that long here: the test would fail."""


class FakeNode:
    """Says in which order things were done; a call on it ends when the test wants it."""

    def __init__(self, *, calls: int = 1, connected: bool = True) -> None:
        self.done: list[str] = []
        self.calls = asyncio.Event()
        self.rooms = SimpleNamespace(rooms=["room"] * calls, emptied=self.calls.wait)
        self.bus = SimpleNamespace(connected=connected)
        self.moved = asyncio.Event()
        if not calls:
            self.calls.set()

    def end_calls(self) -> None:
        self.rooms.rooms = []
        self.calls.set()

    def drain(self) -> None:
        self.done.append("drain")

    def leave(self) -> None:
        self.done.append("leave")
        self.moved.set()

    async def stop(self) -> None:
        self.done.append("stop" if self.rooms.rooms else "stop empty")


async def scenario(
    act: Callable[[FakeNode, asyncio.Event], Awaitable[None]],
    *,
    drain: float = LONG,
    move: float = LONG,
    **state: Any,
) -> list[str]:
    node, hurry = FakeNode(**state), asyncio.Event()
    leaving = asyncio.create_task(leave(node, drain, move, hurry))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await act(node, hurry)
    await asyncio.wait_for(leaving, 5)
    return node.done


async def nothing(node: FakeNode, hurry: asyncio.Event) -> None: ...


async def end(node: FakeNode, hurry: asyncio.Event) -> None:
    node.end_calls()


async def urge(node: FakeNode, hurry: asyncio.Event) -> None:
    hurry.set()
    await node.moved.wait()
    node.end_calls()


@pytest.mark.parametrize(
    ("act", "state", "done"),
    [
        (nothing, {"calls": 0}, ["drain", "stop empty"]),
        (end, {}, ["drain", "stop empty"]),
        (urge, {}, ["drain", "leave", "stop empty"]),
        (nothing, {"drain": 0.0, "move": 0.0}, ["drain", "leave", "stop"]),
        (nothing, {"drain": 0.0, "connected": False}, ["drain", "stop"]),
    ],
    ids=["no call is on", "the calls end", "a second signal", "nobody takes them", "nobody can be told"],
)
def test_a_node_goes_when_its_calls_are_over_or_moved_or_its_time_is(
    act: Callable[[FakeNode, asyncio.Event], Awaitable[None]], state: dict[str, Any], done: list[str]
) -> None:
    assert asyncio.run(scenario(act, **state)) == done
