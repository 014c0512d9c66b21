"""The bucket of the spaces' documents over the vault: spaces lists and removes what it cannot read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from services.chassis.vault import objects as vault
from services.contracts.errors import ServiceUnavailable


class VaultObjects:
    """Removal of sealed objects."""

    def __init__(self, objects: vault.Objects) -> None:
        self._objects = objects

    def remove(self, names: Collection[str]) -> None:
        if names:
            with _said_to_be_away():
                self._objects.delete_many(names)

    def remove_all(self, folder: str) -> None:
        self.remove(self.names(folder))

    def names(self, folder: str) -> set[str]:
        with _said_to_be_away():
            return set(self._objects.names(folder))

    def folders(self) -> Iterator[str]:
        with _said_to_be_away():
            yield from self._objects.folders("spaces/")


@contextmanager
def _said_to_be_away() -> Iterator[None]:
    """Raises ServiceUnavailable(documents) in the store's place."""
    try:
        yield
    except vault.ObjectStoreDown:
        raise ServiceUnavailable("documents") from None
