"""What there is to book in the bench, and appointments that are there already."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pymongo
from pymongo.database import Database

from services.booking.adapters.catalogue_documents import catalogue
from services.booking.adapters.documents import to_document
from services.booking.domain.claim import HOLD, Claim, Details, confirmed
from services.chassis.ids import new_id

AGENTS = 100
LANGUAGES = ["lb", "fr", "de", "en"]
OFFICE = ["08:30-11:30", "13:00-16:00"]
BATCH = 500
_PATIENCE = 30


def seed(database: Database[dict[str, Any]]) -> None:
    """Two calendars of 100 agents: `surge` round the clock, `office` with office hours."""
    for code, hours in (("surge", [["00:00-24:00"]] * 7), ("office", [OFFICE] * 5 + [[], []])):
        database["calendars"].insert_one(_calendar(code, hours))
        database["kinds"].insert_one({"_id": code, "channel": "video", "calendar": code})
        database["agents"].insert_many([_agent(code, number) for number in range(AGENTS)])
    database["subjects"].insert_one(
        {"_id": "bench", "position": 9, "by_video": True, "kinds": ["surge", "office"]}
    )
    # Booking reads its catalogue again when the revision has changed.
    database["catalogue"].update_one({"_id": "catalogue"}, {"$inc": {"revision": 1}})


def _calendar(code: str, hours: list[list[str]]) -> dict[str, Any]:
    return {
        "_id": code,
        "zone": "Europe/Luxembourg",
        "hours": hours,
        "minutes": 20,
        "notice_minutes": 0,
        "horizon_days": 42,
        "holidays_of": "",
    }


def _agent(calendar: str, number: int) -> dict[str, Any]:
    agent_id = f"{calendar}-{number:03}"
    return {"_id": agent_id, "name": "Demo Agent", "calendar": calendar, "languages": LANGUAGES}


class Fill:
    """Appointments of the calendar `office`, written straight into the store.

    The six weeks ahead are filled up to a half, the rest lies in the past.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database = database
        self._claims = database["claims"]
        self._next = _appointments(database)
        self.stored = 0

    def up_to(self, wanted: int, seconds: float) -> None:
        """Add what is missing to `wanted` appointments, as far as it can be done in so many seconds."""
        ends = time.monotonic() + seconds
        while self.stored < wanted and time.monotonic() < ends:
            batch = list(islice(self._next, min(BATCH, wanted - self.stored)))
            documents = [to_document(claim) | {"outbox": []} for claim in batch]
            with pymongo.timeout(_PATIENCE):
                self._claims.insert_many(documents, ordered=False)
            self.stored += len(batch)


def _appointments(database: Database[dict[str, Any]]) -> Iterator[Claim]:
    """Day by day around today: every second agent is booked on the days ahead, everyone on those past."""
    known = catalogue(*(list(database[name].find()) for name in ("calendars", "agents", "kinds", "subjects")))
    calendar, agents = known.calendars["office"], known.agents_of(known.kinds["office"])
    today = datetime.now(UTC).date()
    ahead = [(today + timedelta(days=n), agents[::2]) for n in range(1, 43)]
    past = [(today - timedelta(days=n), agents) for n in range(1, 400)]
    for day, booked in [*ahead, *past]:
        for agent in booked:
            for slot in agent.slots(day, calendar, frozenset()):
                yield replace(_HOLD, appointment_id=new_id(), hold_key=new_id(), agent_id=agent.agent_id,
                              starts_at=slot.starts_at, ends_at=slot.ends_at, day=day)  # fmt: skip


_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_DETAILS = Details(
    applicant={"first_name": "Léa", "last_name": "Muster", "email": "lea.muster@example.org"},
    insured=None,
    assurance_method="back-office",
    assurance_level="",
    mail_language="fr",
    identity_copy_id="",
    consented_at=_NOW,
)
_HOLD = confirmed(
    Claim(
        appointment_id="",
        version=1,
        state=HOLD,
        holder="client:bench",
        hold_key="",
        held_until=_NOW,
        renewals_left=1,
        subject="bench",
        topic="",
        kind="office",
        calendar="office",
        language="fr",
        agent_id="",
        agent_name="Demo Agent",
        starts_at=_NOW,
        ends_at=_NOW,
        day=_NOW.date(),
    ),
    _DETAILS,
    "",
    _NOW,
)
