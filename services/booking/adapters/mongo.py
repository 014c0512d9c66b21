"""Claims in MongoDB; every query has an index, every change expects a state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.adapters import marks
from services.booking.adapters.days import MongoDays
from services.booking.adapters.documents import from_document, to_document, trail_of
from services.booking.adapters.recent import RecentHolds
from services.booking.days import Days
from services.booking.domain.claim import BOOKED, HOLD, LAPSED, Claim, Step
from services.booking.domain.slots import Slot
from services.booking.domain.taken import TakenDay
from services.booking.ports import AgentOnDay
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
    marks.INDEX,
)


class MongoClaims:
    """The collection `claims`, one document per agent and start; see SCARCITY.md."""

    def __init__(self, database: Database[Document], outbox: Outbox, days: Days | None = None) -> None:
        self._claims, self._audit, self._outbox = database["claims"], database["audit"], outbox
        self._days, self._recent = days or Days(MongoDays(database)), RecentHolds()

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        with pymongo.timeout(_INDEX_SECONDS):
            self._claims.create_indexes(list(INDEXES))
            self._audit.create_index([("trail.at", ASCENDING)])

    # --- changes ------------------------------------------------------------

    def insert(self, claim: Claim, *events: Event) -> bool:
        document = to_document(claim) | {"outbox": [*self._untold(claim), *entries(*events)]}
        try:
            self._claims.insert_one(document)
        except DuplicateKeyError:
            return False
        return self._took(claim, done=True)

    def take_over(self, lapsed: Claim, claim: Claim, *events: Event) -> bool:
        document = to_document(claim)
        place = {"_id": document.pop("_id"), "appointment_id": lapsed.appointment_id, "state": LAPSED}
        for there in self._claims.find(place, _TRAIL):
            self._keep_trail(there)
        added = push([*self._untold(claim), *entries(*events)])
        return self._took(claim, self._change(place, {"$set": document, "$push": added}))

    def renew(self, claim: Claim, now: datetime) -> bool:
        before = {**_hold(claim, now), "renewals_left": claim.renewals_left + 1}
        document = to_document(claim)
        after = {name: document[name] for name in ("held_until", "renewals_left", "trail")}
        return self._took(claim, self._change(before, {"$set": after}))

    def confirm(self, claim: Claim, now: datetime, *events: Event) -> bool:
        document = to_document(claim)
        names = ("state", "details", "person_id", "trail", "marks")
        after = {name: document[name] for name in names if name in document}
        # As it was read: a renewal in between would lose its step in the trail.
        as_seen = {**_hold(claim, now), "renewals_left": claim.renewals_left}
        done = self._change(as_seen, {"$set": after, "$push": push(entries(*events))})
        self._recent.forget(claim.appointment_id)
        self._outbox.nudge(claim.claim_id)
        return self._took(claim, done)

    def accept(self, offer: Claim, claim: Claim, now: datetime, *events: Event) -> bool:
        document = to_document(claim)
        del document["_id"]
        added = push([*self._untold(claim), *entries(*events)])
        change = {"$set": document, "$unset": {"offered_to": ""}, "$push": added}
        return self._took(claim, self._change(_hold(offer, now), change))

    def lapse(self, lapsed: Claim, *events: Event) -> bool:
        as_seen = {**_claim(lapsed), "state": HOLD, "held_until": lapsed.held_until}
        after = {"state": LAPSED, "trail": to_document(lapsed)["trail"]}
        forgotten = {"hold_key": "", "offered_to": "", "marks": ""}
        change = {"$set": after, "$unset": forgotten, "$push": push(entries(*events))}
        done = self._change(as_seen, change)
        self._recent.forget(lapsed.appointment_id)
        self._outbox.nudge(lapsed.claim_id)
        if done:
            self._days.gave_up(lapsed)
        return done

    def amend(self, claim: Claim, *events: Event) -> bool:
        document = to_document(claim)
        before = {**_claim(claim), "version": claim.version - 1, "state": BOOKED}
        after = {name: document[name] for name in ("version", "details", "supersedes")}
        # One step and one mark more, whatever was noted of the same version meanwhile.
        added = {"trail": document["trail"][-1], **push(entries(*events))}
        change = {"$set": after, "$push": added, "$addToSet": {"marks": marks.SUPERSEDING}}
        return self._change(before, change)

    def settle(self, appointment_id: str) -> Claim | None:
        claims = self._versions(appointment_id)
        for superseded in claims[1:]:
            self._claims.delete_one({**_claim(superseded), "version": superseded.version})
        for highest in claims[:1]:
            # Before the mark goes: it is what lets others find this again.
            self._days.removed(claims[1:], highest)
            self._change(
                {**_claim(highest), "version": highest.version, "supersedes": {"$gt": ""}},
                {"$unset": {"supersedes": ""}, "$pull": {"marks": marks.SUPERSEDING}},
            )
            self._outbox.nudge(highest.claim_id)
        return claims[0] if claims else None

    def clear_lapsed(self) -> int:
        found = self._claims.find({"state": LAPSED}, {**_TRAIL, "outbox": 1}).limit(_BATCH)
        told = [document for document in found if not document["outbox"]]
        return sum(self._clear(document) for document in told)

    def _clear(self, document: Document) -> int:
        self._keep_trail(document)
        place = {"_id": document["_id"], "appointment_id": document["appointment_id"]}
        return self._claims.delete_one({**place, "state": LAPSED, "outbox": []}).deleted_count

    def _keep_trail(self, document: Document) -> None:
        """Before a lapsed hold makes room: what happened to it is kept; repeatable."""
        with suppress(DuplicateKeyError):
            self._audit.insert_one({"_id": document["appointment_id"], "trail": document["trail"]})

    def _took(self, claim: Claim, done: bool) -> bool:
        if done:
            self._days.took(claim)
            self._recent.keep(claim)
        return done

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

    def as_made(self, appointment_id: str) -> Claim | None:
        return self._recent.find(appointment_id)

    def find(self, appointment_id: str) -> Claim | None:
        return _one(self._by_version(appointment_id).limit(1))

    def days(self, calendar: str, days: Sequence[date]) -> dict[date, TakenDay]:
        return self._days.of(calendar, days)

    def keep_days(self, calendar: str, first: date, last: date) -> None:
        self._days.keep(calendar, first, last)

    def touching(self, agent_id: str, day: date, slot: Slot, now: datetime) -> Iterator[Slot]:
        found = self._claims.find({"day": day.isoformat(), "agent_id": agent_id}, _TIME)
        return (taken for taken in map(_slot, _still_taken(found, now)) if taken.touches(slot))

    def vacant(self, claim_ids: Iterable[str], now: datetime) -> frozenset[str]:
        ids = list(claim_ids)
        found = self._claims.find({"_id": {"$in": ids}}, _TIME)
        return frozenset(ids) - {claim["_id"] for claim in _still_taken(found, now)}

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

    def found_by(self, key: str) -> list[Claim]:
        return self._appointments(marks.sought(key))

    def of_person(self, person_id: str) -> list[Claim]:
        return self._appointments(marks.person(person_id))

    def of_space(self, space_id: str) -> list[Claim]:
        return self._appointments(marks.space(space_id))

    def _appointments(self, mark: str) -> list[Claim]:
        found = (claim for claim in _highest(self._marked(mark)) if claim.is_appointment)
        return sorted(found, key=lambda claim: claim.starts_at, reverse=True)

    def run_out(self, now: datetime) -> list[Claim]:
        return _all(self._claims.find({"state": HOLD, "held_until": {"$lte": now}}).limit(_BATCH))

    def offered(self) -> list[Claim]:
        return _all(self._marked(marks.OFFERED))

    def trail(self, appointment_id: str) -> tuple[Step, ...]:
        claims = list(self._by_version(appointment_id).limit(1))
        kept = claims or self._audit.find({"_id": appointment_id})
        return next((trail_of(document) for document in kept), ())

    def unsettled(self) -> list[str]:
        found = self._marked(marks.SUPERSEDING, {"appointment_id": 1}).limit(_BATCH)
        return [document["appointment_id"] for document in found]

    def _marked(self, mark: str, fields: Document | None = None) -> Cursor[Document]:
        return self._claims.find({"marks": mark}, fields)

    def _versions(self, appointment_id: str) -> list[Claim]:
        return _all(self._by_version(appointment_id))

    def _by_version(self, appointment_id: str) -> Any:
        return self._claims.find({"appointment_id": appointment_id}).sort("version", DESCENDING)


_PLACE = {"appointment_id": 1, "version": 1, "state": 1, "day": 1, "agent_id": 1, "agent_name": 1}
_TRAIL = {"appointment_id": 1, "trail": 1}
_TIME = {"calendar": 1, "agent_id": 1, "starts_at": 1, "ends_at": 1, "state": 1, "held_until": 1}


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
