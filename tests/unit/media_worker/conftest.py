import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiortc import RTCCertificate

from tests.unit.media_worker.house import House, Within


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine in a loop of its own."""
    return asyncio.run


@pytest.fixture(scope="module")
def certificate() -> RTCCertificate:
    return RTCCertificate.generateCertificate()


@pytest.fixture
def within(certificate: RTCCertificate) -> Within:
    """Run a scenario in a house of its own."""

    async def scenario(play: Callable[[House], Awaitable[None]]) -> None:
        async with _house(certificate) as house:
            await play(house)

    return lambda play: asyncio.run(scenario(play))


@asynccontextmanager
async def _house(certificate: RTCCertificate) -> AsyncIterator[House]:
    house = House(certificate)
    yield house
    await house.rooms.close()
    house.port.close()
