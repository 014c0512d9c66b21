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
    """The records that follow on `after`, in the order of the table.  Errors: InvalidField(after)."""
    first, last_id = _place(after, len(table))
    records: list[Held] = []
    size = 0
    for number in range(first, len(table)):
        for document in _found(database, table[number], subject, last_id if number == first else None):
            for record in map(_held, _told(table[number], document, subject)):
                records.append(record)
                size += sum(map(len, record.parts))
            if len(records) >= _PAGE_RECORDS or size >= _PAGE_CHARACTERS:
                return HeldPage(records=tuple(records), after=f"{number}|{document['_id']}")
    return HeldPage(records=tuple(records), after="")


def check_ids(**named: Sequence[str]) -> None:
    """Errors: InvalidField(name, too_long)."""
    for name, ids in named.items():
        if len(ids) > MOST_IDS:
            raise InvalidField(name, "too_long")


def _place(after: str, tables: int) -> tuple[int, str | None]:
    if not after:
        return 0, None
    number, bar, last_id = after.partition("|")
    if not (bar and last_id and number.isascii() and number.isdigit() and len(number) < 4):
        raise InvalidField("after", "format")
    if int(number) >= tables or "\x00" in last_id:
        raise InvalidField("after", "format")
    return int(number), last_id


def _found(
    database: Database[Document], holding: Holding, subject: Subject, last_id: str | None
) -> Iterator[Document]:
    """Each once, in the order of their ids; few enough to sort here, by queries that each have an index."""
    found: dict[Any, None] = {}
    for query in holding.queries(subject):
        for document in database[holding.collection].find(query, {"_id": 1}):
            found[document["_id"]] = None
    ids = sorted(one for one in found if last_id is None or str(one) > last_id)
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
