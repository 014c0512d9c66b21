"""Stores of documents in memory, and a process that dies between any two of their changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.chassis.vault.cipher import new_key
from services.contracts.document_rules import object_folder
from services.contracts.errors import ServiceUnavailable
from services.spaces.adapters.keys import DerivedSpaceKey
from services.spaces.documents.bootstrap import Vault
from services.spaces.documents.ports import Totals
from services.spaces.domain.document import Rules
from services.spaces.domain.shelf import Shelf


class Died(Exception):
    """The process, between two lines."""


@dataclass
class Mortal:
    """Counts what is changed in the stores; the process dies before the change of that number."""

    dies_before: int = -1
    changes: int = 0

    def change(self) -> None:
        self.changes += 1
        if self.changes == self.dies_before:
            raise Died


@dataclass
class FakeShelves:
    rules: Rules
    mortal: Mortal
    shelves: dict[str, Shelf] = field(default_factory=dict)
    before_change: list[Any] = field(default_factory=list)
    """Lets somebody else come between."""

    def get(self, space_id: str) -> Shelf:
        return self.shelves.get(space_id, Shelf(space_id))

    def change(self, before: Shelf, after: Shelf) -> bool:
        if self.before_change:
            self.before_change.pop()()
        if self.get(before.space_id).version != before.version:
            return False
        self.mortal.change()
        self.shelves[before.space_id] = replace(after, version=before.version + 1)
        return True

    def due(self, now: datetime) -> list[Shelf]:
        due = [(at, one) for one in self.shelves.values() if (at := one.due_at(self.rules)) and at <= now]
        return [one for _at, one in sorted(due, key=lambda pair: pair[0])]

    def all(self) -> Iterator[Shelf]:
        return iter(list(self.shelves.values()))

    def in_folder(self, folder: str) -> Shelf | None:
        return next((one for one in self.shelves.values() if folder_of(one.space_id) == folder), None)

    def remove(self, space_id: str) -> None:
        self.mortal.change()
        self.shelves.pop(space_id, None)

    def totals(self) -> Totals:
        shelves = self.shelves.values()
        documents = sum(document.current is not None for one in shelves for document in one.documents)
        return Totals(documents, sum(one.used for one in shelves))


@dataclass
class FakeSpaceKeys:
    mortal: Mortal
    keys: dict[str, bytes] = field(default_factory=dict)

    def ensure(self, space_id: str) -> DerivedSpaceKey:
        return DerivedSpaceKey(self.keys.setdefault(space_id, new_key()))

    def get(self, space_id: str) -> DerivedSpaceKey | None:
        return DerivedSpaceKey(self.keys[space_id]) if space_id in self.keys else None

    def destroy(self, space_id: str) -> None:
        self.mortal.change()
        self.keys.pop(space_id, None)

    def owners(self) -> Iterator[str]:
        return iter(list(self.keys))

    def rewrap(self) -> int:
        return 0


@dataclass
class FakeSealedObjects:
    """`stored` is what the files process has put there."""

    mortal: Mortal
    stored: set[str] = field(default_factory=set)
    is_away: bool = False

    def remove(self, names: Collection[str]) -> None:
        self._answer()
        for name in list(names):
            self.mortal.change()
            self.stored.discard(name)

    def remove_all(self, folder: str) -> None:
        self.remove(self.names(folder))

    def names(self, folder: str) -> set[str]:
        self._answer()
        return {name for name in self.stored if name.startswith(folder)}

    def folders(self) -> Iterator[str]:
        self._answer()
        return iter({name.rpartition("/")[0] + "/" for name in self.stored})

    def _answer(self) -> None:
        if self.is_away:
            raise ServiceUnavailable("documents")


@dataclass
class FakeEndings:
    noted: dict[str, datetime] = field(default_factory=dict)

    def note(self, folder: str, at: datetime) -> None:
        self.noted[folder] = at

    def knows(self, folder: str) -> bool:
        return folder in self.noted


@dataclass
class FakeRounds:
    due_at: dict[str, datetime] = field(default_factory=dict)

    def take(self, name: str, now: datetime, pause: timedelta) -> bool:
        if self.due_at.get(name, now) > now:
            return False
        self.due_at[name] = now + pause
        return True


def fake_vault(rules: Rules | None = None, mortal: Mortal | None = None) -> Vault:
    rules, mortal = rules or Rules(), mortal or Mortal()
    return Vault(
        keys=FakeSpaceKeys(mortal),
        objects=FakeSealedObjects(mortal),
        shelves=FakeShelves(rules, mortal),
        endings=FakeEndings(),
        rounds=FakeRounds(),
        rules=rules,
        pause=timedelta(hours=6),
    )


def folder_of(space_id: str) -> str:
    return object_folder("spaces", space_id)
