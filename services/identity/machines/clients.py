"""Registration of machine clients and the change of their keys; every request may come twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.chassis import context
from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts import machines as contract
from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.identity.domain import machine_rules as rules
from services.identity.domain.machine import (
    TRAIL_KEPT,
    By,
    Key,
    Machine,
    as_shown,
    registered,
    with_key,
    with_profile,
    without_key,
)
from services.identity.machines import public_key
from services.identity.machines.ports import Machines


@dataclass(frozen=True, slots=True)
class MachineClients:
    """The use cases with what they need."""

    clock: Clock
    machines: Machines

    def list(self) -> contract.Machines:
        now = self.clock.now()
        found = sorted(self.machines.all(), key=lambda machine: (machine.profile.name, machine.client_id))
        return contract.Machines(machines=tuple(_shown(machine, now) for machine in found))

    def get(self, client_id: str) -> contract.Machine:
        """Errors: NotFound(client)."""
        return _shown(self._found(client_id), self.clock.now())

    def register(self, asked: contract.RegisterMachine) -> contract.Machine:
        """Errors: InvalidField, StaleVersion(client) for an id that is taken."""
        rules.check_client_id(asked.client_id)
        rules.check_method(asked.auth_method)
        profile = rules.checked_profile(asked.name, asked.contact, asked.scopes, is_enabled=True)
        key = _key(asked.auth_method, asked.secret_digest, asked.public_key, self.clock.now())
        wanted = registered(asked.client_id, asked.auth_method, profile, key, self._by(asked.staff_id))
        stored = self.machines.add(wanted)
        if stored.profile != profile or not any(key.is_same(own) for own in stored.keys):
            raise StaleVersion("client")
        return _shown(stored, self.clock.now())

    def change(self, asked: contract.ChangeMachine) -> contract.Machine:
        """Errors: NotFound(client), StaleVersion(client), InvalidField."""
        profile = rules.checked_profile(asked.name, asked.contact, asked.scopes, asked.is_enabled)
        found = self._found(asked.client_id)
        if found.version == asked.version + 1 and found.profile == profile:
            return _shown(found, self.clock.now())
        shown = as_shown(found, asked.version)
        return self._store(shown, with_profile(shown, profile, self._by(asked.staff_id)))

    def add_key(self, asked: contract.AddClientKey) -> contract.Machine:
        """Errors: NotFound(client), StaleVersion(client), InvalidField, NotAllowed(key)."""
        by, found = self._by(asked.staff_id), self._found(asked.client_id)
        old_until = rules.check_overlap(asked.old_until, by.at)
        key = _key(found.auth_method, asked.secret_digest, asked.public_key, by.at)
        has_it = any(key.is_same(own) for own in found.keys)
        if has_it and found.version == asked.version + 1:
            return _shown(found, by.at)
        shown = as_shown(found, asked.version)
        if has_it:
            raise InvalidField("public_key" if key.public_key else "secret_digest", "reused")
        return self._store(shown, with_key(shown, key, old_until, by))

    def remove_key(self, asked: contract.RemoveClientKey) -> contract.Machine:
        """Errors: NotFound(client), StaleVersion(client)."""
        found = self._found(asked.client_id)
        if found.key(asked.key_id) is None:
            return _shown(found, self.clock.now())
        shown = as_shown(found, asked.version)
        return self._store(shown, without_key(shown, asked.key_id, self._by(asked.staff_id)))

    def forget_steps(self) -> None:
        """What the trails are kept for is a year."""
        self.machines.forget_steps(self.clock.now() - TRAIL_KEPT)

    def _store(self, before: Machine, after: Machine) -> contract.Machine:
        if after is not before and not self.machines.change(after):
            raise StaleVersion("client")
        return _shown(after, self.clock.now())

    def _found(self, client_id: str) -> Machine:
        found = self.machines.get(client_id)
        if found is None:
            raise NotFound("client")
        return found

    def _by(self, staff_id: str) -> By:
        """Errors: InvalidField(staff_id)."""
        rules.check_staff(staff_id)
        return By(staff_id, self.clock.now(), context.current().origin)


def _key(auth_method: str, secret_digest: str, given_key: str, now: datetime) -> Key:
    """The key of what was given, which has to be of the client's one method.  Errors: InvalidField."""
    if auth_method == "client_secret":
        if given_key:
            raise InvalidField("public_key", "choice")
        rules.check_digest("secret_digest", secret_digest)
        return Key(new_id(), now, secret_digest=secret_digest)
    if secret_digest:
        raise InvalidField("secret_digest", "choice")
    thumbprint, kept = public_key.read(given_key)
    return Key(thumbprint, now, public_key=kept)


def _shown(machine: Machine, now: datetime) -> contract.Machine:
    """With neither digests nor public keys; keys that are over are left out."""
    profile = machine.profile
    return contract.Machine(
        client_id=machine.client_id,
        name=profile.name,
        contact=profile.contact,
        auth_method=machine.auth_method,
        scopes=profile.scopes,
        keys=tuple(_key_shown(key) for key in machine.valid_keys(now)),
        is_enabled=profile.is_enabled,
        version=machine.version,
        trail=tuple(
            contract.MachineStep(
                at=step.at, what=step.what, staff_id=step.staff_id, detail=step.detail, origin=step.origin
            )
            for step in machine.recent_trail(now)
        ),
    )


def _key_shown(key: Key) -> contract.ClientKey:
    return contract.ClientKey(
        key_id=key.key_id,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )
