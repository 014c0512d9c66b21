"""The object store over the vault: control only removes."""

from __future__ import annotations

from collections.abc import Collection

from services.chassis.vault import objects as vault


class VaultObjects:
    """Removal of a room's objects."""

    def __init__(self, objects: vault.Objects) -> None:
        self._objects = objects

    def under(self, prefix: str) -> list[str]:
        return list(self._objects.names(prefix))

    def remove(self, names: Collection[str]) -> None:
        if names:
            self._objects.delete_many(names)
