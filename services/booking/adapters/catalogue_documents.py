"""Entries of the catalogue as documents and back; what an older document lacks has a default."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from services.booking.domain.catalogue import Absence, Agent, Calendar, Catalogue, Kind, Subject
from services.booking.domain.change import Entry
from services.booking.domain.hours import WeeklyHours
from services.chassis.mongo import Document

COLLECTIONS = ("calendars", "agents", "kinds", "subjects", "absences")


def catalogue(
    calendars: Iterable[Document],
    agents: Iterable[Document],
    kinds: Iterable[Document],
    subjects: Iterable[Document],
    absences: Iterable[Document] = (),
    revision: int = 0,
) -> Catalogue:
    """What the documents say.  Errors: ValueError or KeyError where one makes no sense."""
    return Catalogue.of(
        calendars={document["_id"]: _calendar(document) for document in calendars},
        agents={document["_id"]: _agent(document) for document in agents},
        kinds={document["_id"]: _kind(document) for document in kinds},
        subjects={document["_id"]: _subject(document) for document in subjects},
        absences={document["_id"]: _absence(document) for document in absences},
        revision=revision,
    )


def document_of(entry: Entry) -> Document:
    """Everything but what is derived."""
    return _WRITE[type(entry)](entry)


# --- reading --------------------------------------------------------------------


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
        active=document.get("active", True),
    )


def _kind(document: Mapping[str, Any]) -> Kind:
    return Kind(
        code=document["_id"],
        channel=document["channel"],
        calendar=document["calendar"],
        demonstration=document.get("demonstration", False),
        names=document.get("names", {}),
    )


def _subject(document: Mapping[str, Any]) -> Subject:
    return Subject(
        code=document["_id"],
        position=document["position"],
        by_video=document["by_video"],
        topics=tuple(document.get("topics", ())),
        kinds=tuple(document.get("kinds", ())),
        names=document.get("names", {}),
        hints=document.get("hints", {}),
        topic_names=document.get("topic_names", {}),
    )


def _absence(document: Mapping[str, Any]) -> Absence:
    return Absence(document["_id"], document["agent_id"], document["starts_at"], document["until"])


# --- writing --------------------------------------------------------------------


def _of_calendar(calendar: Calendar) -> Document:
    return {
        "_id": calendar.code,
        "zone": calendar.zone,
        "hours": _hours(calendar.hours),
        "minutes": _minutes(calendar.length),
        "pause_minutes": _minutes(calendar.pause),
        "notice_minutes": _minutes(calendar.notice),
        "horizon_days": calendar.horizon_days,
        "closures": sorted(day.isoformat() for day in calendar.closures),
        "holidays_of": calendar.holidays_of,
    }


def _of_agent(agent: Agent) -> Document:
    return {
        "_id": agent.agent_id,
        "name": agent.name,
        "calendar": agent.calendar,
        "languages": list(agent.languages),
        "hours": _hours(agent.hours) if agent.hours else None,
        "active": agent.active,
    }


def _of_kind(kind: Kind) -> Document:
    return {
        "_id": kind.code,
        "channel": kind.channel,
        "calendar": kind.calendar,
        "demonstration": kind.demonstration,
        "names": dict(kind.names),
    }


def _of_subject(subject: Subject) -> Document:
    return {
        "_id": subject.code,
        "position": subject.position,
        "by_video": subject.by_video,
        "topics": list(subject.topics),
        "kinds": list(subject.kinds),
        "names": dict(subject.names),
        "hints": dict(subject.hints),
        "topic_names": {topic: dict(names) for topic, names in subject.topic_names.items()},
    }


def _of_absence(absence: Absence) -> Document:
    return {
        "_id": absence.absence_id,
        "agent_id": absence.agent_id,
        "starts_at": absence.starts_at,
        "until": absence.until,
    }


_WRITE: dict[type[Entry], Callable[[Any], Document]] = {
    Calendar: _of_calendar,
    Agent: _of_agent,
    Kind: _of_kind,
    Subject: _of_subject,
    Absence: _of_absence,
}


def _hours(hours: WeeklyHours) -> list[list[str]]:
    return [list(day) for day in hours.texts()]


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
