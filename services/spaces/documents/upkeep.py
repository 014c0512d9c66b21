"""What is looked after now and then: keys are wrapped anew, figures are summed, the stores are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.chassis.clock import Clock
from services.spaces.documents import figures
from services.spaces.documents.comparison import Comparison
from services.spaces.documents.ports import Shelves, SpaceKeys


class Rounds(Protocol):
    """Who of several replicas makes a round."""

    def take(self, name: str, now: datetime, pause: timedelta) -> bool:
        """Whether it is due and nobody else makes it; then it is due again after the pause."""
        ...


@dataclass(frozen=True, slots=True)
class Upkeep:
    clock: Clock
    keys: SpaceKeys
    shelves: Shelves
    rounds: Rounds
    comparison: Comparison
    pause: timedelta
    """From one comparison to the next; none where it is nothing."""

    def look_after(self) -> None:
        """Errors: ServiceUnavailable(documents)."""
        self.keys.rewrap()
        totals = self.shelves.totals()
        figures.BYTES.set(totals.used)
        figures.DOCUMENTS.set(totals.documents)
        now = self.clock.now()
        if self.pause and self.rounds.take("comparison of documents", now, self.pause):
            self.comparison.run()
