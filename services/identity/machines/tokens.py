"""Tokens of machine clients: given, looked at, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.contracts import machines as contract
from services.contracts.errors import CredentialsRefused
from services.contracts.identity import IntrospectToken, IssueToken, TokenIssued
from services.identity.domain.machine_rules import check_digest
from services.identity.domain.token import Token, grant, valid
from services.identity.machines.ports import Machines, Tokens
from services.identity.machines.proofs import ClientProof, ClientProofs


@dataclass(frozen=True, slots=True)
class MachineTokens:
    """The use cases with what they need."""

    clock: Clock
    machines: Machines
    tokens: Tokens
    proofs: ClientProofs

    def issue(self, asked: IssueToken) -> TokenIssued:
        """Errors: CredentialsRefused, NotAllowed(scope), InvalidField(token_digest)."""
        check_digest("token_digest", asked.token_digest)
        proof = self.proofs.by_secret(asked.client_id, asked.secret_digest)
        return self._give(proof, asked.token_digest, asked.scopes)

    def issue_by_assertion(self, asked: contract.IssueTokenByAssertion) -> TokenIssued:
        """Errors: as `issue`."""
        check_digest("token_digest", asked.token_digest)
        proof = self.proofs.by_assertion(asked.client_id, asked.assertion)
        return self._give(proof, asked.token_digest, asked.scopes)

    def introspect(self, asked: IntrospectToken) -> TokenIssued:
        """Errors: CredentialsRefused."""
        token = self.tokens.get(asked.token_digest)
        machine = self.machines.get(token.client_id) if token else None
        return _issued(valid(token, machine, self.clock.now()))

    def revoke(self, asked: contract.RevokeToken) -> contract.TokenRevoked:
        """Errors: CredentialsRefused."""
        if asked.assertion:
            proof = self.proofs.by_assertion(asked.client_id, asked.assertion)
        else:
            proof = self.proofs.by_secret(asked.client_id, asked.secret_digest)
        self._note_use(proof, self.clock.now())
        self.tokens.revoke(asked.token_digest, proof.machine.client_id)
        return contract.TokenRevoked()

    def _give(self, proof: ClientProof, digest: str, scopes: tuple[str, ...]) -> TokenIssued:
        now = self.clock.now()
        token = self.tokens.add(grant(proof.machine, proof.key, digest, scopes, now))
        if token.client_id != proof.machine.client_id:
            raise CredentialsRefused
        self._note_use(proof, now)
        return _issued(token)

    def _note_use(self, proof: ClientProof, now: datetime) -> None:
        hour = now.replace(minute=0, second=0, microsecond=0)
        if proof.key.last_used_at != hour:
            self.machines.note_use(proof.machine.client_id, proof.key.key_id, hour)


def _issued(token: Token) -> TokenIssued:
    return TokenIssued(client_id=token.client_id, scopes=token.scopes, expires_at=token.expires_at)
