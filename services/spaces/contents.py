"""What lies in spaces, of whatever kind it is: what has to go before a space is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contents:
    parts: tuple[Callable[[str], None], ...] = ()
    """Each erases all of its kind that one space has, and may be repeated; the space's key goes first."""

    def erase(self, space_id: str) -> None:
        """All of it.  Where one of the stores is away the error leaves it, and it is to be begun again.

        Errors: ServiceUnavailable.
        """
        for erase in self.parts:
            erase(space_id)
