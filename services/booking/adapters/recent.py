"""What this process has held lately: most holds are confirmed a moment later, and where they were made."""

from __future__ import annotations

from services.booking.domain.claim import HOLD, Claim

_KEPT = 2_000


class RecentHolds:
    """The last holds, as this process has left them; others may have changed them since."""

    def __init__(self) -> None:
        self._holds: dict[str, Claim] = {}

    def keep(self, claim: Claim) -> None:
        """Remember it if it is a hold, and forget the oldest of too many."""
        if claim.state == HOLD:
            self._holds[claim.appointment_id] = claim
            if len(self._holds) > _KEPT:
                del self._holds[next(iter(self._holds))]

    def forget(self, appointment_id: str) -> None:
        """It is none any more, or is not what was thought."""
        self._holds.pop(appointment_id, None)

    def find(self, appointment_id: str) -> Claim | None:
        return self._holds.get(appointment_id)
