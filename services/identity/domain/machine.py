"""Machine clients: their keys, what they may do, who changed that.

Only digests of secrets and public keys are known here.  A change makes the next version of a client; two
that were made from the same one cannot both be stored.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.contracts.errors import CredentialsRefused, NotAllowed, StaleVersion
from services.contracts.machines import MOST_KEYS

TRAIL_KEPT = timedelta(days=365)
_NOBODYS = "0" * 64
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Key:
    """A secret's digest or a public key."""

    key_id: str
    created_at: datetime
    secret_digest: str = ""
    public_key: str = ""
    """A JWK of public members alone, in JSON."""
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    """To the hour."""

    def is_valid(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at

    def is_same(self, other: Key) -> bool:
        """Whether the same secret or private key opens both."""
        return (self.secret_digest, self.public_key) == (other.secret_digest, other.public_key)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the trail."""

    at: datetime
    what: str
    staff_id: str
    detail: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, when, and through which door."""

    staff_id: str
    at: datetime
    origin: str = ""

    def step(self, what: str, detail: str = "") -> Step:
        return Step(self.at, what, self.staff_id, detail, self.origin)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an administrator may change of a client without touching its keys."""

    name: str
    contact: str
    scopes: tuple[str, ...]
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Machine:
    client_id: str
    auth_method: str
    profile: Profile
    keys: tuple[Key, ...]
    version: int
    trail: tuple[Step, ...]

    def valid_keys(self, now: datetime) -> tuple[Key, ...]:
        return tuple(key for key in self.keys if key.is_valid(now))

    def key(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.key_id == key_id), None)

    def recent_trail(self, now: datetime) -> tuple[Step, ...]:
        """What is kept of the trail."""
        return tuple(step for step in self.trail if step.at > now - TRAIL_KEPT)


# --- changes -------------------------------------------------------------------


def registered(client_id: str, auth_method: str, profile: Profile, key: Key, by: By) -> Machine:
    """A new client with its first key."""
    step = by.step("registered", " ".join(profile.scopes))
    return Machine(client_id, auth_method, profile, (key,), 1, (step,))


def as_shown(machine: Machine, version: int) -> Machine:
    """The client, if it is still as the caller has seen it.  Errors: StaleVersion(client)."""
    if machine.version != version:
        raise StaleVersion("client")
    return machine


def with_profile(machine: Machine, profile: Profile, by: By) -> Machine:
    """The same client where nothing differs."""
    before, steps = machine.profile, []
    if (profile.name, profile.contact) != (before.name, before.contact):
        steps.append(by.step("described"))
    if set(profile.scopes) != set(before.scopes):
        steps.append(by.step("scopes_changed", " ".join(profile.scopes)))
    if profile.is_enabled != before.is_enabled:
        steps.append(by.step("enabled" if profile.is_enabled else "disabled"))
    return _next(machine, by, steps, profile=profile) if steps else machine


def with_key(machine: Machine, key: Key, old_until: datetime, by: By) -> Machine:
    """A further key, those before it valid until `old_until` at the longest.

    Errors: NotAllowed(key) where as many are valid already as may be.
    """
    before = machine.valid_keys(by.at)
    if len(before) >= MOST_KEYS:
        raise NotAllowed("key")
    ending = tuple(replace(old, expires_at=_earlier(old.expires_at, old_until)) for old in before)
    kept = tuple(old for old in ending if old.is_valid(by.at))
    return _next(machine, by, [by.step("key_added", key.key_id)], keys=(*kept, key))


def without_key(machine: Machine, key_id: str, by: By) -> Machine:
    keys = tuple(key for key in machine.keys if key.key_id != key_id)
    return _next(machine, by, [by.step("key_removed", key_id)], keys=keys)


def _next(machine: Machine, by: By, steps: Iterable[Step], **changes: Any) -> Machine:
    trail = (*machine.recent_trail(by.at), *steps)
    return replace(machine, version=machine.version + 1, trail=trail, **changes)


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


# --- proofs --------------------------------------------------------------------


def key_of_secret(machine: Machine | None, secret_digest: str, now: datetime) -> Key:
    """The key that the secret is, as slow for a stranger and for a wrong one.  Errors: CredentialsRefused."""
    keys = [key for key in machine.valid_keys(now) if key.secret_digest] if machine else []
    digests = [*(key.secret_digest for key in keys), *[_NOBODYS] * MOST_KEYS]
    fits = [same_digest(digest, secret_digest) for digest in digests[:MOST_KEYS]]
    found = next((key for key, fit in zip(keys, fits, strict=False) if fit), None)
    if found is None:
        raise CredentialsRefused
    return found


def check_enabled(machine: Machine | None) -> Machine:
    """Errors: CredentialsRefused for a stranger, and for who may not come in any more."""
    if machine is None or not machine.profile.is_enabled:
        raise CredentialsRefused
    return machine


def same_digest(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def is_digest(text: str) -> bool:
    """True for a SHA-256 digest in lower-case hexadecimal."""
    return _DIGEST.fullmatch(text) is not None
