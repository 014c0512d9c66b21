"""The real service of spaces over stores in memory, asked as the bus asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.contracts.wire import Request
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.service import SpacesService
from tests.unit.spaces.world import World


class RealSpaces:
    def __init__(self, clock: Any) -> None:
        self.world, self.service = World(clock=clock), SpacesService()
        self.service.spaces = self.world.app

    @property
    def private(self) -> dict[str, PrivateSpace]:
        """By their person's id."""
        return self.world.private.spaces

    def __getattr__(self, method: str) -> Callable[[Request[Any]], Any]:
        handler = getattr(SpacesService, method, None)
        if handler is None or not hasattr(handler, "__wrapped__"):
            raise AttributeError(method)
        return lambda request: handler.__wrapped__(self.service, request)
