"""A bus that carries requests to identity's own use cases of machine clients, encoded and decoded."""

from __future__ import annotations

from typing import Any

from services.chassis.clock import ManualClock
from services.chassis.codec import from_wire, to_wire
from services.contracts.identity import IntrospectToken, IssueToken
from services.contracts.machines import IssueTokenByAssertion, RevokeToken
from services.contracts.subjects import ListSubjects, Subjects
from services.contracts.wire import EVERYWHERE, Request
from tests.unit.gateway_api.conftest import NOW
from tests.unit.identity.machines.fakes import World, digest

PASSWORD = "sesame"


class MachineBus:
    """With two clients: `demo` has a secret, `signer` a key of its own."""

    def __init__(self) -> None:
        self.world = World(clock=ManualClock(NOW))
        self.world.register("demo", secret_digest=digest(PASSWORD))
        self.world.register_signer("signer")
        self.asked: list[Request[Any]] = []
        self.undeclared: list[str] = []

    def call(self, request: Request[Any]) -> Any:
        kind = type(request)
        self.asked.append(request)
        try:
            answer = self._handlers()[kind](from_wire(kind, to_wire(request)))
        except Exception as error:
            if not isinstance(error, (*kind.errors, *EVERYWHERE)):
                self.undeclared.append(f"{kind.method}: {error!r}")
            raise
        return from_wire(kind.reply, to_wire(answer, kind.reply))

    def _handlers(self) -> dict[type[Any], Any]:
        tokens = self.world.tokens
        return {
            IssueToken: tokens.issue,
            IssueTokenByAssertion: tokens.issue_by_assertion,
            IntrospectToken: tokens.introspect,
            RevokeToken: tokens.revoke,
            ListSubjects: lambda _request: Subjects(subjects=()),
        }
