"""Machine clients in memory: stores, two clocks, and a client that signs what a test wants."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from services.chassis.clock import ManualClock
from services.contracts.identity import SCOPES, TokenIssued
from services.contracts.machines import IssueTokenByAssertion, Machine, RegisterMachine
from services.identity.domain.machine import Machine as Stored
from services.identity.domain.token import Token
from services.identity.machines.clients import MachineClients
from services.identity.machines.proofs import ClientProofs
from services.identity.machines.tokens import MachineTokens

NOW = datetime(2026, 11, 23, 12, 20, tzinfo=UTC)
WALL = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""Real time is another one than the platform's."""
ISSUER = "https://video.example"
STAFF = "administrator-ari"


class FakeMachines:
    def __init__(self) -> None:
        self.stored: dict[str, Stored] = {}
        self.uses = 0

    def all(self) -> tuple[Stored, ...]:
        return tuple(self.stored.values())

    def get(self, client_id: str) -> Stored | None:
        return self.stored.get(client_id)

    def add(self, machine: Stored) -> Stored:
        return self.stored.setdefault(machine.client_id, machine)

    def change(self, machine: Stored) -> bool:
        if self.stored[machine.client_id].version != machine.version - 1:
            return False
        self.stored[machine.client_id] = machine
        return True

    def note_use(self, client_id: str, key_id: str, hour: datetime) -> None:
        self.uses += 1
        machine = self.stored[client_id]
        keys = tuple(replace(k, last_used_at=hour) if k.key_id == key_id else k for k in machine.keys)
        self.stored[client_id] = replace(machine, keys=keys)

    def forget_steps(self, until: datetime) -> None:
        for machine in self.stored.values():
            kept = tuple(step for step in machine.trail if step.at > until)
            self.stored[machine.client_id] = replace(machine, trail=kept)


class FakeTokens:
    def __init__(self) -> None:
        self.tokens: dict[str, Token] = {}

    def add(self, token: Token) -> Token:
        return self.tokens.setdefault(token.digest, token)

    def get(self, digest: str) -> Token | None:
        return self.tokens.get(digest)

    def revoke(self, digest: str, client_id: str) -> None:
        token = self.tokens.get(digest)
        if token and token.client_id == client_id:
            self.tokens[digest] = replace(token, is_revoked=True)


class FakeSpent:
    def __init__(self) -> None:
        self.until: dict[str, datetime] = {}

    def first(self, what: str, until: datetime) -> bool:
        is_first = what not in self.until
        self.until.setdefault(what, until)
        return is_first


@dataclass
class World:
    """The use cases over their fakes."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    wall: ManualClock = field(default_factory=lambda: ManualClock(WALL))
    store: FakeMachines = field(default_factory=FakeMachines)
    given: FakeTokens = field(default_factory=FakeTokens)
    spent: FakeSpent = field(default_factory=FakeSpent)

    @property
    def machines(self) -> MachineClients:
        return MachineClients(self.clock, self.store)

    @property
    def tokens(self) -> MachineTokens:
        proofs = ClientProofs(self.clock, self.wall, ISSUER, self.store, self.spent)
        return MachineTokens(self.clock, self.store, self.given, proofs)

    def register(self, client_id: str = "case-files", **changes: Any) -> Machine:
        return self.machines.register(registration(client_id, **changes))

    def register_signer(self, client_id: str = "case-files", key: Key | None = None) -> Machine:
        """A client that proves itself by its private key."""
        public = json.dumps((key or ec_key()).as_dict(private=False))
        return self.register(client_id, auth_method="private_key_jwt", secret_digest="", public_key=public)

    def show(self, assertion: str, client_id: str = "", token: str = "") -> TokenIssued:
        """Ask for a token with an assertion."""
        asked = IssueTokenByAssertion(
            client_id=client_id, assertion=assertion, token_digest=digest(token or uuid4().hex)
        )
        return self.tokens.issue_by_assertion(asked)


def registration(client_id: str = "case-files", **changes: Any) -> RegisterMachine:
    fields: dict[str, Any] = {
        "client_id": client_id,
        "name": "Case files",
        "contact": "case-files@office.example",
        "auth_method": "client_secret",
        "scopes": ("slots:read", "appointments:read"),
        "staff_id": STAFF,
        "secret_digest": digest("secret"),
    }
    return RegisterMachine(**fields | changes)


def claims(client_id: str = "case-files", **changes: Any) -> dict[str, Any]:
    """Those of an honest assertion; None leaves one out."""
    at = int(WALL.timestamp())
    honest = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "iat": at,
        "exp": at + 60,
        "jti": uuid4().hex,
    }
    return {name: value for name, value in (honest | changes).items() if value is not None}


def signed(
    said: dict[str, Any] | None = None, key: Key | None = None, algorithm: str = "ES256", **header: Any
) -> str:
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    header = {"alg": algorithm, "typ": "JWT"} | header
    header = {name: value for name, value in header.items() if value is not None}
    return jwt.encode(header, said or claims(), key or ec_key(), registry=registry)


@cache
def ec_key(name: str = "own", curve: str = "P-256") -> ECKey:
    return ECKey.generate_key(curve)  # type: ignore[arg-type]


@cache
def rsa_key(bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits)


@cache
def ed_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


ALL_SCOPES = SCOPES
