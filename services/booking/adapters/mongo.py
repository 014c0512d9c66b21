"""Claims and attendance in MongoDB; every query has an index, every change expects a state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.adapters.documents import from_document, to_document
from services.booking.adapters.loads import DayLoads
from services.booking.domain.claim import BOOKED, CANCELLED, HOLD, LAPSED, Claim
from services.booking.domain.slots import Slot
from services.booking.ports import AgentOnDay, Attendance, Taken
from services.chassis.mongo import Document
from services.chassis.outbox import Outbox, entries, push
from services.contracts.wire import Event

_BATCH = 200
_INDEX_SECONDS = 120
"""A new index over many claims takes longer than any request may."""

# As few as serve: each costs every write.
INDEXES = (
    IndexModel([("appointment_id", ASCENDING), ("version", ASCENDING)], unique=True),
    IndexModel(
        [("holder", ASCENDING), ("hold_key", ASCENDING), ("version", ASCENDING)],
        unique=True,
        partialFilterExpression={"hold_key": {"$gt": ""}},
    ),
    IndexModel([("day", ASCENDING), ("agent_id", ASCENDING)]),
    IndexModel([("state", ASCENDING), ("held_until", ASCENDING)]),
    IndexModel([("person_id", ASCENDING), ("state", ASCENDING)]),
    IndexModel([("supersedes", ASCENDING)], sparse=True),
    IndexModel([("offered_to", ASCENDING)], sparse=True),
)


class MongoClaims:
    """The collection `claims`, one document per agent and start; see SCARCITY.md."""

    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._claims, self._outbox = database["claims"], outbox
        self._loads = DayLoads(self._count)

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        with pymongo.timeout(_INDEX_SECONDS):
            self._claims.create_indexes(list(INDEXES))

    # --- changes ------------------------------------------------------------

    def insert(self, claim: Claim, *events: Event) -> bool:
        document = to_document(claim) | {"outbox": [*self._untold(claim), *entries(*events)]}
        try:
            self._claims.insert_one(document)
        except DuplicateKeyError:
            return False
        self._loads.add(claim.calendar, claim.day, claim.agent_id)
        return True

    def take_over(self, lapsed: Claim, claim: Claim, *events: Event) -> bool:
        document = to_document(claim)
        place = {"_id": document.pop("_id"), "appointment_id": lapsed.appointment_id, "state": LAPSED}
        added = push([*self._untold(claim), *entries(*events)])
        return self._change(place, {"$set": document, "$push": added})

    def renew(self, claim: Claim, now: datetime) -> bool:
        before = {**_hold(claim, now), "renewals_left": claim.renewals_left + 1}
        after = {"held_until": claim.held_until, "renewals_left": claim.renewals_left}
        return self._change(before, {"$set": after})

    def confirm(self, claim: Claim, now: datetime, *events: Event) -> bool:
        document = to_document(claim)
        after = {name: document[name] for name in ("state", "details", "person_id", "trail")}
        done = self._change(_hold(claim, now), {"$set": after, "$push": push(entries(*events))})
        self._outbox.nudge(claim.claim_id)
        return done

    def accept(self, offer: Claim, claim: Claim, now: datetime, *events: Event) -> bool:
        document = to_document(claim)
        del document["_id"]
        added = push([*self._untold(claim), *entries(*events)])
        change = {"$set": document, "$unset": {"offered_to": ""}, "$push": added}
        return self._change(_hold(offer, now), change)

    def lapse(self, hold: Claim, *events: Event) -> bool:
        as_seen = {**_claim(hold), "state": HOLD, "held_until": hold.held_until}
        forgotten = {"hold_key": "", "offered_to": ""}
        change = {"$set": {"state": LAPSED}, "$unset": forgotten, "$push": push(entries(*events))}
        done = self._change(as_seen, change)
        self._outbox.nudge(hold.claim_id)
        return done

    def settle(self, appointment_id: str) -> Claim | None:
        claims = self._versions(appointment_id)
        for superseded in claims[1:]:
            self._claims.delete_one({**_claim(superseded), "version": superseded.version})
        for highest in claims[:1]:
            self._change(
                {**_claim(highest), "version": highest.version, "supersedes": {"$gt": ""}},
                {"$unset": {"supersedes": ""}},
            )
            self._outbox.nudge(highest.claim_id)
        return claims[0] if claims else None

    def clear_lapsed(self) -> int:
        found = self._claims.find({"state": LAPSED}, {"appointment_id": 1, "outbox": 1}).limit(_BATCH)
        told = [document for document in found if not document["outbox"]]
        return sum(self._clear(document) for document in told)

    def _clear(self, document: Document) -> int:
        place = {"_id": document["_id"], "appointment_id": document["appointment_id"]}
        return self._claims.delete_one({**place, "state": LAPSED, "outbox": []}).deleted_count

    def _change(self, expected: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
        try:
            return self._claims.update_one(expected, change).modified_count == 1
        except DuplicateKeyError:
            return False

    def _untold(self, claim: Claim) -> list[Document]:
        """Events that the superseded document has still to tell, and would take along when it goes."""
        if claim.supersedes is None:
            return []
        before = {"_id": claim.supersedes, "appointment_id": claim.appointment_id}
        found = self._claims.find_one(before, {"outbox": 1})
        return found["outbox"] if found else []

    # --- reading ------------------------------------------------------------

    def at(self, claim_id: str) -> Claim | None:
        return _one(self._claims.find({"_id": claim_id}))

    def held_under(self, holder: str, hold_key: str) -> Claim | None:
        found = self._claims.find({"holder": holder, "hold_key": hold_key})
        return _one(found.sort("version", DESCENDING).limit(1))

    def find(self, appointment_id: str) -> Claim | None:
        return _one(self._by_version(appointment_id).limit(1))

    def taken(self, calendar: str, first: date, last: date, now: datetime) -> Iterator[Taken]:
        claims = _still_taken(self._claims.find({"day": _days(first, last)}, _TIME), now)
        return (Taken(c["agent_id"], _slot(c)) for c in claims if c["calendar"] == calendar)

    def touching(self, agent_id: str, day: date, slot: Slot, now: datetime) -> Iterator[Slot]:
        found = self._claims.find({"day": day.isoformat(), "agent_id": agent_id}, _TIME)
        return (taken for taken in map(_slot, _still_taken(found, now)) if taken.touches(slot))

    def vacant(self, claim_ids: Iterable[str], now: datetime) -> frozenset[str]:
        ids = list(claim_ids)
        found = self._claims.find({"_id": {"$in": ids}}, _TIME)
        return frozenset(ids) - {claim["_id"] for claim in _still_taken(found, now)}

    def load(self, calendar: str, day: date) -> Mapping[str, int]:
        return self._loads.of(calendar, day)

    def _count(self, calendar: str, day: date) -> Mapping[str, int]:
        states = {"$in": [HOLD, BOOKED]}
        counted = self._claims.aggregate(
            [
                {"$match": {"day": day.isoformat(), "calendar": calendar, "state": states}},
                {"$group": {"_id": "$agent_id", "claims": {"$sum": 1}}},
            ]
        )
        return {found["_id"]: found["claims"] for found in counted}

    def booked_on(self, day: date, agent_id: str = "") -> list[Claim]:
        query = {"day": day.isoformat()} | ({"agent_id": agent_id} if agent_id else {})
        booked = [claim for claim in _highest(self._claims.find(query)) if claim.state == BOOKED]
        return sorted(booked, key=lambda claim: (claim.starts_at, claim.agent_id))

    def counted(self, first: date, last: date) -> Counter[AgentOnDay]:
        found = self._claims.find({"day": _days(first, last)}, _PLACE).sort("version", ASCENDING)
        highest = {document["appointment_id"]: document for document in found}
        booked = (document for document in highest.values() if document["state"] == BOOKED)
        return Counter(
            AgentOnDay(date.fromisoformat(d["day"]), d["agent_id"], d["agent_name"]) for d in booked
        )

    def of_person(self, person_id: str) -> list[Claim]:
        query = {"person_id": person_id, "state": {"$in": [BOOKED, CANCELLED]}}
        return sorted(_highest(self._claims.find(query)), key=lambda claim: claim.starts_at, reverse=True)

    def run_out(self, now: datetime) -> list[Claim]:
        return _all(self._claims.find({"state": HOLD, "held_until": {"$lte": now}}).limit(_BATCH))

    def offered(self) -> list[Claim]:
        return _all(self._claims.find({"offered_to": {"$gt": ""}}))

    def unsettled(self) -> list[str]:
        found = self._claims.find({"supersedes": {"$gt": ""}}, {"appointment_id": 1}).limit(_BATCH)
        return [document["appointment_id"] for document in found]

    def _versions(self, appointment_id: str) -> list[Claim]:
        return _all(self._by_version(appointment_id))

    def _by_version(self, appointment_id: str) -> Any:
        return self._claims.find({"appointment_id": appointment_id}).sort("version", DESCENDING)


_PLACE = {"appointment_id": 1, "version": 1, "state": 1, "day": 1, "agent_id": 1, "agent_name": 1}
_TIME = {"calendar": 1, "agent_id": 1, "starts_at": 1, "ends_at": 1, "state": 1, "held_until": 1}


class MongoAttendances:
    """The collection `attendances`, one document per appointment of which `media` has told."""

    def __init__(self, database: Database[Document]) -> None:
        self._attendances = database["attendances"]

    def joined(self, appointment_id: str) -> None:
        self._put(appointment_id, {}, {"joined": True})

    def ended(self, appointment_id: str, outcome: str, at: datetime) -> None:
        earlier = {"ended_at": {"$not": {"$gte": at}}}
        self._put(appointment_id, earlier, {"outcome": outcome, "ended_at": at})

    def of(self, appointment_ids: Iterable[str]) -> dict[str, Attendance]:
        found = self._attendances.find({"_id": {"$in": list(appointment_ids)}})
        return {
            document["_id"]: Attendance(document.get("joined", False), document.get("outcome", ""))
            for document in found
        }

    def _put(self, appointment_id: str, expected: Document, change: Document) -> None:
        """Update what is there; insert otherwise, and update once more if another was quicker."""
        place = {"_id": appointment_id, **expected}
        if self._attendances.update_one(place, {"$set": change}).matched_count:
            return
        try:
            self._attendances.insert_one({"_id": appointment_id, **change})
        except DuplicateKeyError:
            self._attendances.update_one(place, {"$set": change})


def _days(first: date, last: date) -> Document:
    """Half-open: the development store loses equal values of `$lte` before an index's last field."""
    return {"$gte": first.isoformat(), "$lt": (last + timedelta(days=1)).isoformat()}


def _claim(claim: Claim) -> Document:
    return {"_id": claim.claim_id, "appointment_id": claim.appointment_id}


def _hold(claim: Claim, now: datetime) -> Document:
    """A hold of that holder whose time has not run out."""
    return {**_claim(claim), "holder": claim.holder, "state": HOLD, "held_until": {"$gt": now}}


def _still_taken(found: Iterable[Document], now: datetime) -> list[Document]:
    """Booked, or held and not run out; in order of start.

    Told apart here, not in the query, which would need an index more.
    """
    still = (c for c in found if c["state"] == BOOKED or (c["state"] == HOLD and c["held_until"] > now))
    return sorted(still, key=lambda claim: claim["starts_at"])


def _slot(document: Document) -> Slot:
    return Slot(document["starts_at"], document["ends_at"])


def _all(documents: Iterable[Document]) -> list[Claim]:
    return [from_document(document) for document in documents]


def _highest(documents: Iterable[Document]) -> Iterable[Claim]:
    """Of each appointment the highest version; two stand there while it moves."""
    in_order = sorted(_all(documents), key=lambda claim: claim.version)
    return {claim.appointment_id: claim for claim in in_order}.values()


def _one(documents: Iterable[Document]) -> Claim | None:
    return next((from_document(document) for document in documents), None)
