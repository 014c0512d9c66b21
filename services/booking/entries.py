"""Entries of the catalogue between the contract and the domain."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.booking.domain import catalogue as domain
from services.booking.domain.hours import WeeklyHours
from services.contracts import calendars as contract
from services.contracts.booking import LANGUAGES
from services.contracts.subjects import Names


def calendar(entry: contract.CalendarEntry) -> domain.Calendar:
    """Errors: ValueError where the hours make no sense."""
    return domain.Calendar(
        code=entry.code,
        zone=entry.zone,
        hours=WeeklyHours.parse(entry.hours),
        length=timedelta(minutes=entry.minutes),
        pause=timedelta(minutes=entry.pause_minutes),
        notice=timedelta(minutes=entry.notice_minutes),
        horizon_days=entry.horizon_days,
        closures=frozenset(entry.closures),
        holidays_of=entry.holidays_of,
    )


def agent(entry: contract.AgentEntry) -> domain.Agent:
    """Errors: ValueError where the hours make no sense."""
    return domain.Agent(
        agent_id=entry.agent_id,
        name=entry.name,
        calendar=entry.calendar,
        languages=tuple(language for language in LANGUAGES if language in entry.languages),
        hours=None if entry.hours is None else WeeklyHours.parse(entry.hours),
        active=entry.active,
    )


def kind(entry: contract.KindEntry) -> domain.Kind:
    return domain.Kind(
        code=entry.code,
        channel=entry.channel,
        calendar=entry.calendar,
        demonstration=entry.demonstration,
        names=entry.names,
    )


def subject(entry: contract.SubjectEntry) -> domain.Subject:
    return domain.Subject(
        code=entry.code,
        position=entry.position,
        by_video=entry.by_video,
        topics=entry.topics,
        kinds=entry.kinds,
        names=entry.names,
        hints=entry.hints,
        topic_names=entry.topic_names,
    )


def absence(entry: contract.Absence) -> domain.Absence:
    return domain.Absence(entry.absence_id, entry.agent_id, entry.starts_at, entry.until)


def as_seen(known: domain.Catalogue, now: datetime) -> contract.Catalogue:
    """Everything in order of code; absences in order of time, without those that are over."""
    absences = sorted(known.absences.values(), key=lambda a: (a.starts_at, a.absence_id))
    return contract.Catalogue(
        revision=known.revision,
        calendars=tuple(_calendar(known.calendars[code]) for code in sorted(known.calendars)),
        agents=tuple(_agent(known.agents[code]) for code in sorted(known.agents)),
        kinds=tuple(_kind(known.kinds[code]) for code in sorted(known.kinds)),
        subjects=tuple(_subject(known.subjects[code]) for code in sorted(known.subjects)),
        absences=tuple(_absence(a) for a in absences if a.starts_at < a.until and now < a.until),
    )


def _calendar(known: domain.Calendar) -> contract.CalendarEntry:
    return contract.CalendarEntry(
        code=known.code,
        zone=known.zone,
        hours=known.hours.texts(),
        minutes=_minutes(known.length),
        pause_minutes=_minutes(known.pause),
        notice_minutes=_minutes(known.notice),
        horizon_days=known.horizon_days,
        closures=tuple(sorted(known.closures)),
        holidays_of=known.holidays_of,
    )


def _agent(known: domain.Agent) -> contract.AgentEntry:
    return contract.AgentEntry(
        agent_id=known.agent_id,
        name=known.name,
        calendar=known.calendar,
        languages=known.languages,
        hours=known.hours.texts() if known.hours else None,
        active=known.active,
    )


def _kind(known: domain.Kind) -> contract.KindEntry:
    return contract.KindEntry(
        code=known.code,
        channel=known.channel,
        calendar=known.calendar,
        demonstration=known.demonstration,
        names=dict(known.names),
    )


def _subject(known: domain.Subject) -> contract.SubjectEntry:
    return contract.SubjectEntry(
        code=known.code,
        position=known.position,
        by_video=known.by_video,
        topics=known.topics,
        kinds=known.kinds,
        names=dict(known.names),
        hints=dict(known.hints),
        topic_names=by_topic(known),
    )


def by_topic(known: domain.Subject) -> dict[str, Names]:
    """What its topics are called, those among them that it had before."""
    return {topic: dict(names) for topic, names in known.topic_names.items()}


def _absence(known: domain.Absence) -> contract.Absence:
    return contract.Absence(
        absence_id=known.absence_id,
        agent_id=known.agent_id,
        starts_at=known.starts_at,
        until=known.until,
    )


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
