"""What `spaces` answers about the consents that a person has given: to what, when, to which text.

They are kept for a year. Withdrawing one is ending what it allows: the private space is deleted, the
appointment cancelled; neither needs a request of its own.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts.space_access import Actor
from services.contracts.wire import Request, rpc, value

KEEPING, APPOINTMENT = "keeping", "appointment"
PURPOSES = (KEEPING, APPOINTMENT)
"""Keeping data for filling in forms; processing data for an appointment."""


@value
class Consent:
    purpose: str
    """One of PURPOSES."""
    text_version: str
    """Of the text that was agreed to."""
    given_at: datetime
    appointment_id: str
    """Which it is about; empty for KEEPING."""
    withdrawn_at: datetime | None
    """Since when it holds no more: the space was deleted, the appointment cancelled."""


@value
class Consents:
    consents: tuple[Consent, ...]
    """The latest first."""


@rpc("spaces", reply=Consents, repeatable=True, errors=())
class ListConsents(Request[Consents]):
    """The actor's own, whether he has a private space or not."""

    actor: Actor
