"""A credential: what its issuer says of it, and its life from the first log-in to its revocation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from services.contracts.credentials import STATES
from services.identity.domain.login import Identified

SEEN, REGISTERED, REVOKED = STATES


class Move(Enum):
    """What may be done to a credential, as the trail says it."""

    REGISTER = "registered"
    LINK = "linked"
    REVOKE = "revoked"
    REINSTATE = "reinstated"


LIFE: Mapping[tuple[str, Move], str] = MappingProxyType(
    {
        (SEEN, Move.REGISTER): REGISTERED,
        (SEEN, Move.LINK): REGISTERED,
        (REGISTERED, Move.REVOKE): REVOKED,
        (REVOKED, Move.REINSTATE): REGISTERED,
    }
)
"""Every move that there is, with the state that it leads to."""


def state_after(state: str, move: Move) -> str | None:
    """Where a move leads from a state; None where it cannot be made."""
    return LIFE.get((state, move))


@dataclass(frozen=True, slots=True)
class Held:
    """A credential that was registered for its person; only this says what it opens."""

    credential_id: str
    state: str
    registered_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str = ""
    """`person`, `helpdesk`, or empty."""


@dataclass(frozen=True, slots=True)
class KnownCredential:
    """A credential that was shown once, as its issuer described it the last time."""

    credential_id: str
    claimed_for: str
    """The person of its first log-in; for whom it is registered, the person's own list says."""
    shown: Identified
    seen_at: datetime
    last_used_at: datetime
