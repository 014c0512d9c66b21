#!/usr/bin/env python3
"""Debian's Firefox ESR as Playwright wants to meet it: started with its arguments, its answers passed on.

Playwright speaks WebDriver BiDi with the newest Firefox and asks for each context for a colour scheme, which
the ESR cannot set.  Nothing here needs it, so that one refusal is passed on as done; a Firefox that knows the
command obeys it.  All else goes through untouched.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

FIREFOX = "/usr/bin/firefox-esr"
DISPENSABLE = "emulation.setMediaFeaturesOverride"
LARGEST = 64 * 2**20
"""Bytes; a screenshot comes in one message."""
_ANNOUNCED = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
"""What Firefox prints, and Playwright waits for."""


class Passage:
    """One driver's connection with the browser."""

    def __init__(self, driver: ServerConnection, browser: ClientConnection) -> None:
        self._driver, self._browser = driver, browser
        self._dispensable: set[int] = set()

    async def run(self) -> None:
        """Pass on until either side has gone."""
        ways = [asyncio.create_task(way) for way in (self._ask(), self._answer())]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _ask(self) -> None:
        async for message in self._driver:
            command = json.loads(message)
            if command["method"] == DISPENSABLE:
                self._dispensable.add(command["id"])
            await self._browser.send(message)

    async def _answer(self) -> None:
        async for message in self._browser:
            await self._driver.send(self._excused(message) if self._dispensable else message)

    def _excused(self, message: str | bytes) -> str | bytes:
        answer = json.loads(message)
        if answer.get("id") not in self._dispensable:
            return message
        self._dispensable.remove(answer["id"])
        if answer.get("error") != "unknown command":
            return message
        return json.dumps({"type": "success", "id": answer["id"], "result": {}})


async def main(arguments: list[str]) -> int:
    """Run Firefox, and announce the passage in place of its own door; returns its exit code."""
    firefox = await create_subprocess_exec(FIREFOX, *arguments, stderr=PIPE)
    door = await _door(firefox)

    async def pass_on(driver: ServerConnection) -> None:
        path = driver.request.path if driver.request else ""
        async with connect(door + path, max_size=LARGEST) as browser:
            await Passage(driver, browser).run()

    async with serve(pass_on, "127.0.0.1", 0, max_size=LARGEST) as passage:
        port = next(iter(passage.sockets)).getsockname()[1]
        print(f"WebDriver BiDi listening on ws://127.0.0.1:{port}", file=sys.stderr, flush=True)
        await _door(firefox)
        return await firefox.wait()


async def _door(firefox: Process) -> str:
    """Where Firefox listens; empty if it ends first. What it says else is passed on."""
    assert firefox.stderr is not None
    async for line in firefox.stderr:
        said = line.decode(errors="replace")
        if found := _ANNOUNCED.search(said):
            return found[1]
        print(said, end="", file=sys.stderr, flush=True)
    return ""


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
