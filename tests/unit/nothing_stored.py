"""A database in which nothing lies, for what is asked of exports before they find anything."""

from __future__ import annotations

from typing import Any

from services.chassis.clock import SystemClock
from services.chassis.retention import Sweeper


class NothingStored:
    """Every collection of it is empty."""

    def __getitem__(self, name: str) -> NothingStored:
        return self

    def find(self, *query: Any) -> NothingStored:
        return self

    def find_one(self, *query: Any) -> None:
        return None

    def sort(self, *order: Any) -> NothingStored:
        return self

    def __iter__(self) -> Any:
        return iter(())


def nothing_swept() -> Sweeper:
    """Of a service without rules."""
    clock = SystemClock()
    return Sweeper(NothingStored(), (), clock, clock)  # type: ignore[arg-type]
