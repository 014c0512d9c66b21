"""How a machine client proves who it is: by a secret, or by an assertion that it has signed."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from joserfc.jwk import ECKey

from services.chassis.clock import Clock
from services.contracts.errors import CredentialsRefused, LoginRefused
from services.identity.domain.machine import Key, Machine, check_enabled, key_of_secret
from services.identity.machines.assertion import Assertion, subject_of, verified
from services.identity.machines.ports import Machines
from services.identity.ports import Spent

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClientProof:
    """Who has proved himself, and by which of his keys."""

    machine: Machine
    key: Key


@dataclass(frozen=True, slots=True)
class ClientProofs:
    clock: Clock
    """The platform's: until when a key is valid."""
    wall: Clock
    """Real time: the assertions of others go by it."""
    issuer: str
    """Our own name (RFC 8414, section 2), for which assertions must be made."""
    machines: Machines
    spent: Spent

    def by_secret(self, client_id: str, secret_digest: str) -> ClientProof:
        """Errors: CredentialsRefused."""
        machine = self.machines.get(client_id)
        try:
            key = key_of_secret(machine, secret_digest, self.clock.now())
            return ClientProof(check_enabled(machine), key)
        except CredentialsRefused:
            _note(machine, "secret or disabled")
            raise

    def by_assertion(self, client_id: str, assertion: str) -> ClientProof:
        """`client_id` as the request names it, or empty.  Errors: CredentialsRefused."""
        machine = None
        try:
            machine = self.machines.get(_subject(client_id, assertion))
            proof = self._believed(machine, assertion)
        except LoginRefused as refusal:
            _note(machine, refusal.args[0])
            raise CredentialsRefused from None
        return proof

    def _believed(self, machine: Machine | None, assertion: str) -> ClientProof:
        keys = [key for key in machine.valid_keys(self.clock.now()) if key.public_key] if machine else []
        client_id = machine.client_id if machine else subject_of(assertion)
        # A stranger's signature is verified as well, with a key that nobody has: so it takes as long.
        found = verified(assertion, client_id, self.issuer, keys or [_nobodys_key()], self.wall.now())
        if machine is None or not machine.profile.is_enabled:
            raise LoginRefused("disabled")
        if not self.spent.first(_once(client_id, found), found.expires_at):
            raise LoginRefused("replayed")
        return ClientProof(machine, found.key)


def _subject(client_id: str, assertion: str) -> str:
    """Whose assertion it is to be; another one than the request names opens nothing (RFC 7521, 4.2)."""
    subject = subject_of(assertion)
    if client_id not in ("", subject):
        raise LoginRefused("other_client")
    return subject


def _once(client_id: str, assertion: Assertion) -> str:
    return f"assertion|{client_id}|{hashlib.sha256(assertion.jti.encode()).hexdigest()}"


def _note(machine: Machine | None, reason: str) -> None:
    """For the operator whom a client asks; what a stranger says is not written into the log."""
    known = machine.client_id if machine else ""
    _log.info("a machine client was refused", extra={"reason": reason, "client_id": known})


@cache
def _nobodys_key() -> Key:
    public = ECKey.generate_key("P-256").as_dict(private=False)
    return Key("nobody", datetime.min.replace(tzinfo=UTC), public_key=json.dumps(public))
