"""A database in which nothing lies, for what is asked of exports before they find anything."""

from __future__ import annotations

from typing import Any


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
