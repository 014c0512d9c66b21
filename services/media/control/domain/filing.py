"""Handing one document over to the case file: attempts, until one has a receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Begun by an agent; there while it may have arrived, and for good once it has."""

    agent_id: str
    sealed_reason: str
    begun_at: datetime
    attempts: int = 1
    filed_at: datetime | None = None
    receipt: str = ""

    @property
    def is_filed(self) -> bool:
        return self.filed_at is not None

    def again(self) -> Filing:
        """One attempt more; that an earlier one is still here says that it may have arrived."""
        return replace(self, attempts=self.attempts + 1)

    def filed(self, now: datetime, receipt: str) -> Filing:
        """The first receipt counts."""
        return self if self.is_filed else replace(self, filed_at=now, receipt=receipt)

    def is_over(self, attempt: int, *, refused: bool) -> bool:
        """Whether an attempt without a receipt settles that the document is not there.

        Only the latest can; and where the case file itself has not refused, an earlier one may have arrived.
        """
        return not self.is_filed and attempt == self.attempts and (refused or attempt == 1)
