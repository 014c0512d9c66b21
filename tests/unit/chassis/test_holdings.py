"""What is held is told whole, once, in pages of bounded size, whatever goes meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.codec import MAX_MESSAGE, to_wire
from services.chassis.holdings import Holding, Subject, check_ids, page_of, whole
from services.contracts.errors import InvalidField
from services.contracts.rights import MOST_IDS, HeldPage

SUBJECT = Subject(person_id="lea")


class Collection:
    """Documents by id; knows the two queries of exports."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def find(self, query: dict[str, Any], _fields: Any = None) -> Collection:
        found = Collection()
        ids = query.get("_id", {}).get("$in", list(self.kept))
        owner = query.get("person_id")
        found.kept = {
            one: self.kept[one]
            for one in ids
            if one in self.kept and owner in (None, self.kept[one]["person_id"])
        }
        return found

    def sort(self, *_order: Any) -> Iterator[dict[str, Any]]:
        return iter([self.kept[one] for one in sorted(self.kept)])

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(list(self.kept.values()))


class Database(dict[str, Collection]):
    def __missing__(self, name: str) -> Collection:
        self[name] = Collection()
        return self[name]

    def put(self, name: str, document_id: str, person_id: str = "lea", **said: Any) -> None:
        self[name].kept[document_id] = {"_id": document_id, "person_id": person_id, **said}


TABLE = tuple(
    Holding(
        name,
        exported="told",
        erased="removed",
        goes="after a day",
        queries=lambda subject: ({"person_id": subject.person_id}, {"person_id": subject.person_id}),
        told=whole(name, "secret"),
    )
    for name in ("first", "second")
)


@pytest.fixture
def database() -> Database:
    return Database()


def page(database: Database, after: str = "") -> HeldPage:
    return page_of(database, TABLE, SUBJECT, after)  # type: ignore[arg-type]


def pages(database: Database) -> list[HeldPage]:
    found = [page(database)]
    while found[-1].after:
        found.append(page(database, found[-1].after))
    return found


def told(found: list[HeldPage]) -> list[dict[str, Any]]:
    return [json.loads("".join(record.parts)) for one in found for record in one.records]


def test_of_whom_nothing_is_held_nothing_is_told(database: Database) -> None:
    database.put("first", "1", "jonas")
    assert page(database) == HeldPage(records=(), after="")


def test_what_is_technical_or_named_is_left_out_and_everything_else_told(database: Database) -> None:
    database.put("first", "1", outbox=[1], version=2, secret="x", added_later="yes")
    assert told(pages(database)) == [{"_id": "1", "person_id": "lea", "added_later": "yes"}]


def test_instants_and_days_are_told_as_the_wire_has_them(database: Database) -> None:
    database.put("first", "1", at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC), day=date(2026, 11, 23))
    (record,) = told(pages(database))
    assert (record["at"], record["day"]) == ("2026-11-23T08:30:00Z", "2026-11-23")


def test_many_records_come_in_pages_each_once_in_order(database: Database) -> None:
    for number in range(250):
        database.put("first", f"{number:04}")
        database.put("second", f"{number:04}")
    found = pages(database)
    assert len(found) > 4
    assert [record["_id"] for record in told(found)] == [f"{number:04}" for number in range(250)] * 2


def test_a_long_record_comes_in_pieces_and_no_page_is_too_long_for_the_bus(database: Database) -> None:
    for number in range(5):
        database.put("first", str(number), text="é" * 100_000)
    found = pages(database)
    assert [len(record["text"]) for record in told(found)] == [100_000] * 5
    assert all(len(json.dumps(to_wire(one))) < MAX_MESSAGE for one in found)
    assert len(found) == 5


def test_a_document_of_many_records_is_told_over_several_pages(database: Database) -> None:
    database.put("first", "1", entries=[f"{number} {'é' * 500}" for number in range(500)])
    table = (
        Holding(
            "first",
            exported="each entry",
            erased="removed",
            goes="after a day",
            queries=lambda subject: ({"person_id": subject.person_id},),
            told=lambda found, subject: (("entry", {"text": text}) for text in found["entries"]),
        ),
    )
    found = [page_of(database, table, SUBJECT, "")]  # type: ignore[arg-type]
    while found[-1].after:
        found.append(page_of(database, table, SUBJECT, found[-1].after))  # type: ignore[arg-type]
    assert [record["text"].split()[0] for record in told(found)] == [str(number) for number in range(500)]
    assert all(len(json.dumps(to_wire(one))) < MAX_MESSAGE for one in found)
    assert len(found) > 4


def test_what_goes_between_two_pages_is_missed_and_nothing_else(database: Database) -> None:
    for number in range(250):
        database.put("first", f"{number:04}")
    first = page(database)
    following = first.after.rpartition("|")[2]
    del database["first"].kept[following]
    rest = page(database, first.after)
    assert told([rest])[0]["_id"] == f"{int(following) + 1:04}"


@pytest.mark.parametrize(
    "after",
    ["x", "0", "|", "0|0", "0|0|", "2|0|a", "-1|0|a", "0|-1|a", "0|9999999999|a", "１|0|a", "0|0|\x00"],
)
def test_a_place_that_no_page_has_named_is_refused(database: Database, after: str) -> None:
    with pytest.raises(InvalidField):
        page(database, after)


def test_no_request_names_too_many() -> None:
    check_ids(numbers=("1",) * MOST_IDS)
    with pytest.raises(InvalidField):
        check_ids(numbers=("1",) * (MOST_IDS + 1))
