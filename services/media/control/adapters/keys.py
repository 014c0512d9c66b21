"""Room keys over the vault, and what is derived from one."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from services.chassis.clock import Clock
from services.chassis.vault.cipher import seal, unseal
from services.chassis.vault.keys import KeyDestroyed, OwnedKeys, derived
from services.contracts.room_log import LOG_CONTEXT


class DerivedKeys:
    """One room's key, from which every other is derived."""

    def __init__(self, room_id: str, room_key: bytes) -> None:
        self._room_id, self._room_key = room_id, room_key

    @property
    def log_key(self) -> str:
        return _text(self._derive("room log"))

    def data_key(self, document_id: str) -> str:
        return _text(self._derive(f"document {document_id}"))

    def seal_entry(self, seq: int, type_: str, by: str, data: Mapping[str, Any]) -> str:
        context = LOG_CONTEXT.format(room_id=self._room_id, entry_id=f"{seq}-0", type=type_, by=by)
        return seal(self._derive("room log"), json.dumps(data, ensure_ascii=False), context)

    def seal_name(self, document_id: str, name: str) -> str:
        return seal(self._derive("names"), name, document_id)

    def open_name(self, document_id: str, sealed: str) -> str:
        return unseal(self._derive("names"), sealed, document_id)

    def seal_reason(self, document_id: str, reason: str) -> str:
        return seal(self._derive("reasons"), reason, document_id)

    def open_reason(self, document_id: str, sealed: str) -> str:
        return unseal(self._derive("reasons"), sealed, document_id)

    def _derive(self, purpose: str) -> bytes:
        return derived(self._room_key, purpose)


class VaultKeys:
    """The vault's room keys as the use cases see them."""

    def __init__(self, vault: OwnedKeys, clock: Clock) -> None:
        self._vault, self._clock = vault, clock

    def ensure(self, room_id: str, life: int) -> None:
        self._vault.create(room_id, self._clock.now(), life)

    def get(self, room_id: str) -> DerivedKeys | None:
        try:
            return DerivedKeys(room_id, self._vault.get(room_id))
        except KeyDestroyed:
            return None

    def destroy(self, lives: Mapping[str, int]) -> None:
        rooms = defaultdict[int, list[str]](list)
        for room_id, life in lives.items():
            rooms[life].append(room_id)
        for life, room_ids in rooms.items():
            self._vault.destroy_all(room_ids, life)

    def owners(self) -> Iterator[str]:
        return self._vault.owners()

    def rewrap(self) -> int:
        return self._vault.rewrap()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
