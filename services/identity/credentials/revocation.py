"""Revoking a credential by its person."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts import credentials as contract
from services.identity.credentials.accounts import Accounts
from services.identity.credentials.proofs import Proofs
from services.identity.domain.person import PERSON, revoked


@dataclass(frozen=True, slots=True)
class Revocation:
    """The use case with what it needs."""

    accounts: Accounts
    proofs: Proofs

    def revoke(self, request: contract.RevokeCredential) -> contract.Account:
        """Errors: NotFound(person | credential), FreshLoginNeeded, LastCredential."""
        self.proofs.check(request.proof, self.accounts.get(request.person_id), request.credential_id)
        act = self.accounts.act(f"person:{request.person_id}")
        return self.accounts.show(
            self.accounts.change(
                request.person_id, lambda person: revoked(person, request.credential_id, PERSON, act)
            )
        )
