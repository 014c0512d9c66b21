"""Finding out by itself what became of documents of which the case file has not said whether it has them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from services.contracts.errors import PlatformError

_log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0


class Settling(Thread):
    """Asks again and again, as long as its process lives; others of its kind do the same beside it."""

    def __init__(self, go_on: Callable[[], bool], every: float = EVERY_SECONDS) -> None:
        """`go_on`: one attempt, False where there is nothing to go on with."""
        super().__init__(name="case-file", daemon=True)
        self._go_on, self._every, self._stopped = go_on, every, Event()

    def run(self) -> None:
        """Attempts follow one another as long as they settle something."""
        while not self._stopped.wait(self._every):
            while self._settles() and not self._stopped.is_set():
                continue

    def stop(self) -> None:
        """Nothing is begun any more."""
        self._stopped.set()

    def _settles(self) -> bool:
        try:
            return self._go_on()
        except PlatformError as error:
            _log.info("a document is not known to be in the case file", extra={"code": type(error).__name__})
        except Exception:  # noqa: BLE001 - whatever it is, the next time is another
            _log.exception("a document on its way to the case file waits")
        return False
