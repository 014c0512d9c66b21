"""The proof that somebody has just logged in: a secret of which only the digest is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.contracts.credentials import PROOF_SECONDS
from services.contracts.errors import FreshLoginNeeded
from services.identity.domain.credential import REGISTERED
from services.identity.domain.person import Person

LIFETIME = timedelta(seconds=PROOF_SECONDS)


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one person by one credential, before `expires_at`."""

    digest: str
    person_id: str
    credential_id: str
    expires_at: datetime


def digest_of(secret: str) -> str:
    """SHA-256 is enough: the secret has 256 bits of its own."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_proof(proof: Proof | None, person: Person, now: datetime, revoking: str = "") -> Proof:
    """That the person has just logged in with a credential that is registered, now still.

    The one that it is about to revoke may be revoked already: somebody asks a second time.
    Errors: FreshLoginNeeded.
    """
    if proof is None or proof.person_id != person.person_id or now >= proof.expires_at:
        raise FreshLoginNeeded
    if proof.credential_id != revoking and person.state_of(proof.credential_id) != REGISTERED:
        raise FreshLoginNeeded
    return proof


def check_presence(proof: Proof | None, person: Person, now: datetime) -> Proof:
    """That the person himself has just logged in, for what everybody may do who is known here.

    With a registered credential where there is one: else any that is not revoked will do.
    Errors: FreshLoginNeeded.
    """
    if person.is_registered:
        return check_proof(proof, person, now)
    if proof is None or proof.person_id != person.person_id or now >= proof.expires_at:
        raise FreshLoginNeeded
    return proof
