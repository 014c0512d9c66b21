"""Who acts, in the words of `spaces`, as the log-in of the session has proved it."""

from __future__ import annotations

from gateway.principals import LoggedIn
from services.contracts.space_access import Actor

LUXTRUST = "luxtrust"


def actor_of(who: LoggedIn) -> Actor:
    """Invitations name LuxTrust certificates: of other issuers the same number would be somebody else's."""
    return Actor(
        person_id=who.subject_id,
        credential_id=who.credential_id,
        number=who.number if who.method == LUXTRUST else "",
        name=who.name,
        kind=who.kind,
        company_id=who.company_id,
        company_name=who.company_name,
    )
