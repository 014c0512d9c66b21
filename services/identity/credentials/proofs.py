"""Proofs of a fresh log-in: given with it, asked for by whoever changes credentials."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from services.chassis.clock import Clock
from services.identity.domain.person import Person
from services.identity.domain.proof import LIFETIME, Proof, check_presence, check_proof, digest_of
from services.identity.ports import Proofs as Store

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Proofs:
    clock: Clock
    store: Store

    def give(self, person: Person) -> str:
        """A new secret for the credential of this log-in; it is never seen again here."""
        secret = secrets.token_urlsafe(_BYTES)
        expires_at = self.clock.now() + LIFETIME
        self.store.add(Proof(digest_of(secret), person.person_id, person.credential_id, expires_at))
        return secret

    def check(self, secret: str, person: Person, revoking: str = "") -> str:
        """The credential that it proves; `revoking` as for `check_proof`.  Errors: FreshLoginNeeded."""
        return check_proof(self._known(secret), person, self.clock.now(), revoking).credential_id

    def check_presence(self, secret: str, person: Person) -> str:
        """The credential that it proves, of whoever is known here.  Errors: FreshLoginNeeded."""
        return check_presence(self._known(secret), person, self.clock.now()).credential_id

    def _known(self, secret: str) -> Proof | None:
        return self.store.get(digest_of(secret)) if secret else None
