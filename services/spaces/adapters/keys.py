"""Keys of spaces over the vault, and what is derived from one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

from services.chassis.clock import Clock
from services.chassis.vault.cipher import seal, unseal
from services.chassis.vault.keys import KeyDestroyed, OwnedKeys, derived


class DerivedSpaceKey:
    """One space's key, from which every other is derived."""

    def __init__(self, space_key: bytes) -> None:
        self._key = space_key

    def data_key(self, object_name: str) -> str:
        return base64.b64encode(derived(self._key, f"document {object_name}")).decode()

    def seal(self, purpose: str, text: str, context: str) -> str:
        return seal(derived(self._key, f"sealed {purpose}"), text, context)

    def unseal(self, purpose: str, sealed: str, context: str) -> str:
        return unseal(derived(self._key, f"sealed {purpose}"), sealed, context)

    def mark(self, purpose: str, text: str) -> str:
        key = derived(self._key, f"marks of {purpose}")
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


class VaultSpaceKeys:
    """The vault's keys as the use cases see them."""

    def __init__(self, vault: OwnedKeys, clock: Clock) -> None:
        self._vault, self._clock = vault, clock

    def ensure(self, space_id: str) -> DerivedSpaceKey:
        return self.get(space_id) or DerivedSpaceKey(self._vault.create(space_id, self._clock.now()))

    def get(self, space_id: str) -> DerivedSpaceKey | None:
        try:
            return DerivedSpaceKey(self._vault.get(space_id))
        except KeyDestroyed:
            return None

    def destroy(self, space_id: str) -> None:
        self._vault.destroy(space_id)

    def owners(self) -> Iterator[str]:
        return self._vault.owners()

    def rewrap(self) -> int:
        return self._vault.rewrap()
