"""Work that is heavy for this machine, done by few at a time; all others wait for their turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from services.contracts.errors import ServiceUnavailable


class Turns:
    """At most `most` at the same time, and at most `of_one` of them for each.

    Who has many waiting takes no turn from who has one.
    """

    def __init__(self, most: int, of_one: int, patience: float) -> None:
        """`patience`: seconds that one waits at most."""
        self._most, self._of_one, self._patience = most, of_one, patience
        self._going, self._changed = Counter[str](), Condition()

    @contextmanager
    def of(self, whom: str) -> Iterator[None]:
        """Errors: ServiceUnavailable(documents) where it has not come in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._has_turn(whom), self._patience):
                raise ServiceUnavailable("documents")
            self._going[whom] += 1
        try:
            yield
        finally:
            self._ended(whom)

    def _has_turn(self, whom: str) -> bool:
        return self._going.total() < self._most and self._going[whom] < self._of_one

    def _ended(self, whom: str) -> None:
        with self._changed:
            self._going[whom] -= 1
            if not self._going[whom]:
                del self._going[whom]
            self._changed.notify_all()
