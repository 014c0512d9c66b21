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
        self._derived: dict[str, bytes] = {}

    def data_key(self, object_name: str) -> str:
        return base64.b64encode(self._for(f"document {object_name}")).decode()

    def seal(self, purpose: str, text: str, context: str) -> str:
        return seal(self._for(f"sealed {purpose}"), text, context)

    def unseal(self, purpose: str, sealed: str, context: str) -> str:
        return unseal(self._for(f"sealed {purpose}"), sealed, context)

    def mark(self, purpose: str, text: str) -> str:
        return hmac.new(self._for(f"marks of {purpose}"), text.encode(), hashlib.sha256).hexdigest()[:32]

    def _for(self, purpose: str) -> bytes:
        if purpose not in self._derived:
            self._derived[purpose] = derived(self._key, purpose)
        return self._derived[purpose]


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
