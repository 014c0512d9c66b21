"""What time does to documents: uploads are given up, old versions and the bin go, objects are destroyed.

Any replica may do it at any moment, twice too: the shelf is changed over what was read, and an object that is
gone already counts as destroyed.  What dies between two steps stays due.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.contracts.errors import PlatformError, StaleVersion
from services.spaces.documents import figures
from services.spaces.documents.ports import SealedObjects, Shelves
from services.spaces.domain.document import Rules
from services.spaces.domain.shelf import Shelf

_log = logging.getLogger(__name__)

_ATTEMPTS = 30


@dataclass(frozen=True, slots=True)
class Reaper:
    clock: Clock
    shelves: Shelves
    objects: SealedObjects
    rules: Rules

    def sweep(self) -> None:
        """Do what is due; a shelf on which that fails does not keep the others waiting, and stays due."""
        now = self.clock.now()
        for shelf in self.shelves.due(now):
            try:
                self.tend(shelf, now)
            except PlatformError as error:
                _log.warning("documents wait to be destroyed", extra={"error": type(error).__name__})

    def tend(self, shelf: Shelf, now: datetime) -> None:
        """Take from the shelf what is kept no longer, then destroy it.

        Errors: ServiceUnavailable(documents), StaleVersion(documents).
        """
        after = shelf.tended(now, self.rules)
        if after == shelf or self.shelves.change(shelf, after):
            self.destroy(after)

    def destroy(self, shelf: Shelf) -> None:
        """First the objects, then what is known of them.  Errors: as `tend`."""
        if shelf.doomed:
            self.objects.remove([one.object_name for one in shelf.doomed])
            self._forget(shelf)
            now = self.clock.now()
            for one in shelf.doomed:
                figures.LATE.observe(max(0.0, (now - one.since).total_seconds()))

    def destroy_now_or_later(self, shelf: Shelf) -> None:
        """The change is stored: if the objects cannot be destroyed now, the timer does it."""
        try:
            self.destroy(shelf)
        except PlatformError:
            _log.warning("the timer will destroy what was given up")

    def _forget(self, shelf: Shelf) -> None:
        """Errors: StaleVersion(documents)."""
        gone = {one.object_name for one in shelf.doomed}
        for _attempt in range(_ATTEMPTS):
            before = self.shelves.get(shelf.space_id)
            after = before.destroyed(gone)
            if after == before or self.shelves.change(before, after):
                return
        raise StaleVersion("documents")
