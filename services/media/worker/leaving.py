"""How a node goes: it takes nothing new, waits for its calls, lets the rest be moved, and stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from services.media.worker.node import Node

log = logging.getLogger(__name__)


async def leave(node: Node, drain_seconds: float, move_seconds: float, hurry: asyncio.Event) -> None:
    """Calls may end by themselves for `drain_seconds`, or until `hurry`.

    Then control is told to place the others elsewhere: their people connect there before they leave here.
    Whoever is still here after `move_seconds` is disconnected, and connects anew.
    """
    node.drain()
    await _first_of(drain_seconds, node.rooms.emptied(), hurry.wait())
    if node.rooms.rooms and node.bus.connected:
        log.info("calls are moved", extra={"size": len(node.rooms.rooms)})
        node.leave()
        await _first_of(move_seconds, node.rooms.emptied())
    await node.stop()


async def _first_of(seconds: float, *events: Coroutine[Any, Any, Any]) -> None:
    """Until one of them has come about, or the time is over."""
    waiting = [asyncio.create_task(event) for event in events]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
