"""Puts the documents of spaces together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from services.chassis.clock import Clock
from services.spaces.contents import Contents
from services.spaces.documents.comparison import Comparison
from services.spaces.documents.ending import Ending
from services.spaces.documents.ports import Endings, SealedObjects, Shelves, SpaceKeys
from services.spaces.documents.reaper import Reaper
from services.spaces.documents.upkeep import Rounds, Upkeep
from services.spaces.documents.usecases import Documents
from services.spaces.domain.document import Rules
from services.spaces.doors import Doors


@dataclass(frozen=True, slots=True)
class Vault:
    """Where they lie: keys, bytes and what is known of them, each in a store of its own."""

    keys: SpaceKeys
    objects: SealedObjects
    shelves: Shelves
    endings: Endings
    rounds: Rounds
    rules: Rules
    pause: timedelta
    """From one comparison of the stores to the next."""

    def ending(self, clock: Clock) -> Ending:
        return Ending(clock, self.keys, self.objects, self.shelves, self.endings)

    def documents(self, clock: Clock, doors: Doors) -> Documents:
        return Documents(clock, doors, self.shelves, self.keys, self.reaper(clock), self.rules)

    def reaper(self, clock: Clock) -> Reaper:
        return Reaper(clock, self.shelves, self.objects, self.rules)

    def upkeep(self, clock: Clock, exists: Callable[[str], bool], contents: Contents) -> Upkeep:
        stores = (self.keys, self.objects, self.shelves, self.endings)
        comparison = Comparison(*stores, exists, contents.erase)
        return Upkeep(clock, self.keys, self.shelves, self.rounds, comparison, self.pause)
