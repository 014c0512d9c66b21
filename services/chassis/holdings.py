"""What a service holds on a person: one table of its collections, by which it is told and erased.

A service lists every collection that it has. `exported` and `erased` say in words how it is told to the
person and how it goes, or why there is nothing to do; a test holds the tables against the stores, and the
page for data protection officers against the tables.

What is told is the stored document itself, less what is named as technical: a field that is added later is
told unless somebody says why not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.chassis.mongo import Document
from services.contracts.errors import InvalidField
from services.contracts.rights import MOST_IDS, PART_CHARACTERS, Held, HeldPage

TECHNICAL = frozenset({"outbox", "version", "revision", "garbage_at", "due_at"})
"""Fields that say nothing of anybody, wherever they stand at the top."""
_PAGE_RECORDS = 100
_PAGE_CHARACTERS = 250_000
_BATCH = 50

Record = tuple[str, Mapping[str, Any]]
"""Its kind, and what it says."""
Query = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data are asked for, by the ids under which they may lie."""

    person_id: str = ""
    numbers: tuple[str, ...] = ()
    appointment_ids: tuple[str, ...] = ()
    credential_ids: tuple[str, ...] = ()


def nowhere(subject: Subject) -> Sequence[Query]:
    """For collections in which nothing is told."""
    return ()


@dataclass(frozen=True, slots=True)
class Holding:
    """One collection."""

    collection: str
    exported: str
    """How it is told, in words; or why not."""
    erased: str
    """How it goes, in words; or why not."""
    goes: str
    """When it goes by itself, in words, as the service's rules do it; or why not."""
    queries: Callable[[Subject], Sequence[Query]] = nowhere
    """One for each index by which documents are found."""
    told: Callable[[Document, Subject], Iterable[Record]] | None = None
    """What of a document is the person's; None: all but what is technical, under the collection's name."""


def whole(kind: str, *without: str) -> Callable[[Document, Subject], Iterable[Record]]:
    """All of a document under another kind, without further fields that are technical."""

    def told(document: Document, subject: Subject) -> Iterable[Record]:
        yield kind, plain(document, *without)

    return told


def plain(document: Mapping[str, Any], *without: str) -> dict[str, Any]:
    """A document without what is technical."""
    left_out = TECHNICAL.union(without)
    return {name: value for name, value in document.items() if name not in left_out}


def page_of(database: Database[Document], table: Sequence[Holding], subject: Subject, after: str) -> HeldPage:
    """The records from `after` on, in the order of the table.  Errors: InvalidField(after)."""
    page = _Page()
    for place, held in _records(database, table, subject, _place(after, len(table))):
        if page.is_full_with(held):
            return HeldPage(records=tuple(page.records), after=f"{place.row}|{place.record}|{place.document}")
        page.add(held)
    return HeldPage(records=tuple(page.records), after="")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: which row of the table, which record of which document."""

    row: int = 0
    record: int = 0
    document: str = ""


class _Page:
    """As much as one message takes; one record at the least."""

    def __init__(self) -> None:
        self.records: list[Held] = []
        self._size = 0

    def is_full_with(self, held: Held) -> bool:
        is_too_much = self._size + _size_of(held) > _PAGE_CHARACTERS
        return bool(self.records) and (is_too_much or len(self.records) >= _PAGE_RECORDS)

    def add(self, held: Held) -> None:
        self.records.append(held)
        self._size += _size_of(held)


def _size_of(held: Held) -> int:
    """As the wire writes it, where a letter may take six signs."""
    return sum(len(json.dumps(part)) for part in held.parts)


def _records(
    database: Database[Document], table: Sequence[Holding], subject: Subject, begin: _Place
) -> Iterator[tuple[_Place, Held]]:
    for row in range(begin.row, len(table)):
        first = begin if row == begin.row else _Place(row)
        for document in _found(database, table[row], subject, first.document):
            told = list(map(_held, _told(table[row], document, subject)))
            skipped = first.record if document["_id"] == first.document else 0
            for number in range(skipped, len(told)):
                yield _Place(row, number, document["_id"]), told[number]


def check_ids(**named: Sequence[str]) -> None:
    """Errors: InvalidField(name, too_long)."""
    for name, ids in named.items():
        if len(ids) > MOST_IDS:
            raise InvalidField(name, "too_long")


def _place(after: str, rows: int) -> _Place:
    """Errors: InvalidField(after, format)."""
    if not after:
        return _Place()
    row, _, rest = after.partition("|")
    record, _, document = rest.partition("|")
    numbers = (row, record)
    if not all(one.isascii() and one.isdigit() and len(one) < 9 for one in numbers) or int(row) >= rows:
        raise InvalidField("after", "format")
    if not document or "\x00" in document:
        raise InvalidField("after", "format")
    return _Place(int(row), int(record), document)


def _found(
    database: Database[Document], holding: Holding, subject: Subject, first_id: str
) -> Iterator[Document]:
    """Each once, in the order of their ids; few enough to sort here, by queries that each have an index."""
    found: dict[Any, None] = {}
    for query in holding.queries(subject):
        for document in database[holding.collection].find(query, {"_id": 1}):
            found[document["_id"]] = None
    ids = sorted(one for one in found if str(one) >= first_id)
    for start in range(0, len(ids), _BATCH):
        some = {"_id": {"$in": ids[start : start + _BATCH]}}
        yield from database[holding.collection].find(some).sort("_id", ASCENDING)


def _told(holding: Holding, document: Document, subject: Subject) -> Iterable[Record]:
    told = holding.told or whole(holding.collection)
    return told(document, subject)


def _held(record: Record) -> Held:
    text = json.dumps(record[1], ensure_ascii=False, default=_json)
    pieces = (text[start : start + PART_CHARACTERS] for start in range(0, len(text), PART_CHARACTERS))
    return Held(kind=record[0], parts=tuple(pieces))


def _json(value: Any) -> str:
    """Instants and days as the wire has them."""
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} in a document")
