"""Claims that are still to come, in MongoDB; every query has an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from pymongo import DESCENDING
from pymongo.database import Database

from services.booking.adapters import marks
from services.booking.domain.change import Scope
from services.booking.domain.claim import BOOKED, HOLD, Claim
from services.booking.domain.roster import Ahead
from services.booking.domain.slots import Slot
from services.chassis.mongo import Document
from services.chassis.outbox import Outbox, entries, push
from services.contracts.wire import Event

_FIELDS = (
    "appointment_id",
    "agent_id",
    "calendar",
    "language",
    "starts_at",
    "ends_at",
    "day",
    "displaced",
    "offered_to",
    "state",
    "held_until",
)
_NO_MORE = dict.fromkeys(_FIELDS, 1)


class MongoUpcoming:
    """Over the collection `claims`, beside `MongoClaims`, which makes the indexes."""

    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._claims, self._outbox = database["claims"], outbox

    def booked(self, scope: Scope, first: date, now: datetime) -> list[Ahead]:
        claims = (claim for day in self._days(first) for claim in self._on(day, scope))
        return [_ahead(c) for c in claims if c["state"] == BOOKED and c["starts_at"] > now]

    def held(self, now: datetime) -> list[Ahead]:
        return [_ahead(c) for c in self._find({"state": HOLD, "held_until": {"$gt": now}})]

    def displaced(self, now: datetime) -> list[Ahead]:
        found = self._find({"marks": marks.DISPLACED})
        ahead = (c for c in found if c["state"] == BOOKED and c["starts_at"] > now)
        return sorted(map(_ahead, ahead), key=lambda ahead: ahead.order)

    def taken_on(self, day: date, now: datetime) -> list[tuple[str, Slot]]:
        return [(c["agent_id"], _slot(c)) for c in self._find({"day": day.isoformat()}) if _lives(c, now)]

    def displace(self, claim: Claim, *events: Event) -> bool:
        as_read = {**_same(claim), "displaced": {"$ne": True}}
        change = {"$set": {"displaced": True}, "$addToSet": {"marks": marks.DISPLACED}}
        return self._change(claim, as_read, change, events)

    def restore(self, claim: Claim, *events: Event) -> bool:
        as_read = {**_same(claim), "displaced": True}
        change = {"$unset": {"displaced": ""}, "$pull": {"marks": marks.DISPLACED}}
        return self._change(claim, as_read, change, events)

    def _change(self, claim: Claim, expected: Document, change: Document, events: Iterable[Event]) -> bool:
        added = {"trail": asdict(claim.trail[-1]), **push(entries(*events))}
        done = self._claims.update_one(expected, {**change, "$push": added}).modified_count == 1
        self._outbox.nudge(claim.claim_id)
        return done

    def _days(self, first: date) -> Iterator[date]:
        """From `first` to the last on which there is any claim."""
        last = next(iter(self._claims.find({}, {"day": 1}).sort("day", DESCENDING).limit(1)), None)
        days = (date.fromisoformat(last["day"]) - first).days if last else -1
        return (first + timedelta(days=number) for number in range(days + 1))

    def _on(self, day: date, scope: Scope) -> Iterator[Document]:
        """Day by day: each is short, however many lie ahead, and the loop lets others have their turn."""
        query = {"day": day.isoformat()} | ({"agent_id": scope.agent_id} if scope.agent_id else {})
        found = self._find(query)
        return (c for c in found if not scope.calendar or c["calendar"] == scope.calendar)

    def _find(self, query: Document) -> Iterator[Document]:
        return iter(self._claims.find(query, _NO_MORE))


def _same(claim: Claim) -> Document:
    return {
        "_id": claim.claim_id,
        "appointment_id": claim.appointment_id,
        "version": claim.version,
        "state": BOOKED,
    }


def _lives(claim: Mapping[str, Any], now: datetime) -> bool:
    return bool(claim["state"] == BOOKED or (claim["state"] == HOLD and claim["held_until"] > now))


def _slot(claim: Mapping[str, Any]) -> Slot:
    return Slot(claim["starts_at"], claim["ends_at"])


def _ahead(claim: Mapping[str, Any]) -> Ahead:
    return Ahead(
        appointment_id=claim["appointment_id"],
        agent_id=claim["agent_id"],
        calendar=claim["calendar"],
        language=claim["language"],
        slot=_slot(claim),
        day=date.fromisoformat(claim["day"]),
        displaced=claim.get("displaced", False),
        offered_to=claim.get("offered_to") or "",
    )
