"""The read model in MongoDB: the collection `days`, one document per calendar and day; see SCARCITY.md.

A day's times are one text per agent, which the store never looks into: minutes from midnight UTC of the day's
date, then the length, then the end of a hold in milliseconds (`450+20 470+20@1768209000000`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.domain.claim import BOOKED, CANCELLED, HOLD, time_id
from services.booking.domain.slots import Slot
from services.booking.domain.taken import AgentDay, Claimed, Key, TakenDay
from services.booking.ports import Place, StoredDay
from services.chassis.mongo import Document

_MINUTE, _MILLISECOND = timedelta(minutes=1), timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = {"calendar": 1, "day": 1, "agent_id": 1, "starts_at": 1, "ends_at": 1, "state": 1, "held_until": 1}
_KEPT_TEXTS = 16_384


class MongoDays:
    """Reads and exchanges the documents, and reads the claims that they are made from."""

    def __init__(self, database: Database[Document]) -> None:
        self._days, self._claims = database["days"], database["claims"]

    def prepare(self) -> None:
        """Make the index; repeatable."""
        self._days.create_indexes([IndexModel([("calendar", ASCENDING), ("day", ASCENDING)])])

    def revisions(self, calendar: str, first: date, last: date) -> dict[date, str]:
        # Half-open: the development store loses equal values of `$lte` before an index's last field.
        days = {"$gte": first.isoformat(), "$lt": (last + timedelta(days=1)).isoformat()}
        found = self._days.find({"calendar": calendar, "day": days}, {"rev": 1})
        return {_day(document["_id"]): document["rev"] for document in found}

    def read(self, calendar: str, days: Sequence[date]) -> dict[date, StoredDay]:
        if not days:
            return {}
        found = self._days.find({"_id": {"$in": [_id(calendar, day) for day in days]}})
        return {_day(document["_id"]): _stored(document) for document in found}

    def begin(self, place: Place, rev: str) -> StoredDay | None:
        try:
            named = {"_id": _id(*place), "calendar": place.calendar, "day": place.day.isoformat()}
            self._days.insert_one({**named, "rev": rev, "taken": None})
        except DuplicateKeyError:
            return None
        return StoredDay(rev, None)

    def swap(self, place: Place, rev: str, after: StoredDay) -> bool:
        change = {"rev": after.rev, "taken": _texts(place.day, after.taken) if after.taken else None}
        return self._days.update_one({"_id": _id(*place), "rev": rev}, {"$set": change}).modified_count == 1

    def forget(self, place: Place) -> None:
        self._days.delete_one({"_id": _id(*place)})

    def forget_before(self, calendar: str, day: date) -> None:
        self._days.delete_many({"calendar": calendar, "day": {"$lt": day.isoformat()}})

    def claimed(self, place: Place) -> list[Claimed]:
        # The calendar is looked at here: the development store finds no index for a day and something else.
        found = map(_claimed, self._claims.find({"day": place.day.isoformat()}, _TIME))
        return [claimed for at, _, claimed in found if claimed and at == place]

    def claims(self, claim_ids: Iterable[str]) -> Iterator[tuple[Place, Key, Claimed | None]]:
        found = self._claims.find({"_id": {"$in": list(claim_ids)}}, _TIME)
        return (_claimed(document) for document in found if document["state"] != CANCELLED)

    def claimed_at(self, place: Place, keys: Iterable[Key]) -> dict[Key, Claimed | None]:
        return dict.fromkeys(keys) | {
            key: claimed for at, key, claimed in self.claims([time_id(*key) for key in keys]) if at == place
        }


def _id(calendar: str, day: date) -> str:
    return f"{calendar}|{day.isoformat()}"


def _day(identifier: str) -> date:
    return date.fromisoformat(identifier.rpartition("|")[2])


def _claimed(document: Mapping[str, Any]) -> tuple[Place, Key, Claimed | None]:
    """Where a claim lies, and what it takes now: nothing any more once it has lapsed."""
    place = Place(document["calendar"], date.fromisoformat(document["day"]))
    slot = Slot(document["starts_at"], document["ends_at"])
    until = {BOOKED: None, HOLD: document["held_until"]}
    state = document["state"]
    claimed = Claimed(document["agent_id"], slot, until[state]) if state in until else None
    return place, (document["agent_id"], slot.starts_at), claimed


# --- as text --------------------------------------------------------------------


def _stored(document: Mapping[str, Any]) -> StoredDay:
    texts, day = document["taken"], _day(document["_id"])
    if texts is None:
        return StoredDay(document["rev"], None)
    by_agent = {agent_id: _agent_day(agent_id, day, text) for agent_id, text in texts}
    return StoredDay(document["rev"], TakenDay(by_agent))


def _texts(day: date, taken: TakenDay) -> list[list[str]]:
    # Pairs and no map: an agent's id may be anything, a field's name not.
    return [[agent_id, _text(day, own)] for agent_id, own in taken.by_agent.items()]


@lru_cache(maxsize=_KEPT_TEXTS)
def _agent_day(agent_id: str, day: date, text: str) -> AgentDay:
    """The same object for the same text, with all that was computed of it."""
    return AgentDay(_time(agent_id, day, word) for word in text.split())


def _time(agent_id: str, day: date, word: str) -> Claimed:
    minutes, _, until = word.partition("@")
    start, length = map(int, minutes.split("+"))
    held_until = _EPOCH + int(until) * _MILLISECOND if until else None
    return Claimed(agent_id, _slot(day, start, length), held_until)


@lru_cache(maxsize=_KEPT_TEXTS)
def _slot(day: date, start: int, length: int) -> Slot:
    starts_at = datetime.combine(day, time(), UTC) + start * _MINUTE
    return Slot(starts_at, starts_at + length * _MINUTE)


@lru_cache(maxsize=_KEPT_TEXTS)
def _text(day: date, own: AgentDay) -> str:
    return " ".join(_word(day, claimed) for claimed in own.claimed)


def _word(day: date, claimed: Claimed) -> str:
    slot = claimed.slot
    start = (slot.starts_at - datetime.combine(day, time(), UTC)) // _MINUTE
    until = f"@{(claimed.held_until - _EPOCH) // _MILLISECOND}" if claimed.held_until else ""
    return f"{start}+{(slot.ends_at - slot.starts_at) // _MINUTE}{until}"
