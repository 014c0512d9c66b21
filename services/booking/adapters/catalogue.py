"""Calendars, agents, kinds and subjects as documents: data that an operator can change while all runs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.domain.catalogue import Agent, Calendar, Catalogue, Kind, Subject
from services.booking.domain.hours import WeeklyHours
from services.chassis.mongo import Document

COLLECTIONS = ("calendars", "agents", "kinds", "subjects")
_SECONDS = 5.0


class MongoCatalogue:
    """Reads the four small collections, at most once in five seconds of real time."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._known: Catalogue | None = None
        self._read_at = 0.0

    def load(self) -> Catalogue:
        """Errors: ValueError or KeyError where a document makes no sense."""
        if self._known is None or time.monotonic() >= self._read_at + _SECONDS:
            self._known, self._read_at = self._read(), time.monotonic()
        return self._known

    def add_missing(self, documents: Mapping[str, Iterable[Document]]) -> int:
        """Insert by collection what is not there yet; what an operator has changed stays."""
        return sum(
            self._add(collection, document)
            for collection in COLLECTIONS
            for document in documents[collection]
        )

    def _add(self, collection: str, document: Document) -> int:
        try:
            self._database[collection].insert_one(document)
        except DuplicateKeyError:
            return 0
        return 1

    def _read(self) -> Catalogue:
        calendars, agents, kinds, subjects = (list(self._database[name].find()) for name in COLLECTIONS)
        return catalogue(calendars, agents, kinds, subjects)


def catalogue(
    calendars: Iterable[Document],
    agents: Iterable[Document],
    kinds: Iterable[Document],
    subjects: Iterable[Document],
) -> Catalogue:
    """What the documents say."""
    return Catalogue(
        calendars={document["_id"]: _calendar(document) for document in calendars},
        agents={document["_id"]: _agent(document) for document in agents},
        kinds={document["_id"]: _kind(document) for document in kinds},
        subjects={document["_id"]: _subject(document) for document in subjects},
    )


def _calendar(document: Mapping[str, Any]) -> Calendar:
    return Calendar(
        code=document["_id"],
        zone=document["zone"],
        hours=WeeklyHours.parse(document["hours"]),
        length=timedelta(minutes=document["minutes"]),
        pause=timedelta(minutes=document.get("pause_minutes", 0)),
        notice=timedelta(minutes=document["notice_minutes"]),
        horizon_days=document["horizon_days"],
        closures=frozenset(map(date.fromisoformat, document.get("closures", ()))),
        holidays_of=document.get("holidays_of", ""),
    )


def _agent(document: Mapping[str, Any]) -> Agent:
    hours = document.get("hours")
    return Agent(
        agent_id=document["_id"],
        name=document["name"],
        calendar=document["calendar"],
        languages=tuple(document["languages"]),
        hours=WeeklyHours.parse(hours) if hours else None,
    )


def _kind(document: Mapping[str, Any]) -> Kind:
    return Kind(
        code=document["_id"],
        channel=document["channel"],
        calendar=document["calendar"],
        demonstration=document.get("demonstration", False),
    )


def _subject(document: Mapping[str, Any]) -> Subject:
    return Subject(
        code=document["_id"],
        position=document["position"],
        by_video=document["by_video"],
        topics=tuple(document.get("topics", ())),
        kinds=tuple(document.get("kinds", ())),
    )
