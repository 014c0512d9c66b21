"""What booking holds on a person, collection by collection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.booking.adapters import marks
from services.chassis.holdings import Holding, Query, Record, Subject, plain, whole
from services.chassis.mongo import Document

_WITHOUT = ("_id", "holder", "hold_key", "fingerprint", "marks", "supersedes", "renewals_left", "held_until")
_NO_PERSONS = "no: nothing of citizens"


def _of_person(subject: Subject) -> Sequence[Query]:
    return ({"marks": marks.person(subject.person_id)},)


def _of_appointments(subject: Subject) -> Sequence[Query]:
    return ({"_id": {"$in": list(subject.appointment_ids)}},)


def _appointment(found: Document, subject: Subject) -> Iterable[Record]:
    """With its version: while it moves there are two of it for a moment."""
    yield "appointments", plain(found, *_WITHOUT) | {"version": found["version"]}


HOLDINGS = (
    Holding(
        "claims",
        exported="each appointment with both persons, consent, state and its trail",
        erased="both persons, ids and hashes leave it; figures and the trail stay their year",
        goes="persons 30 days after its end, then times, ids and the trail a year after it",
        queries=_of_person,
        told=_appointment,
    ),
    Holding(
        "wishes",
        exported="each place on the waiting list",
        erased="removed with its appointment's persons",
        goes="when its appointment begins, is cancelled or kept",
        queries=_of_appointments,
        told=whole("waiting_list"),
    ),
    Holding(
        "attendances",
        exported="when somebody came, was let in, what came of comparing an identity copy, and how it ended",
        erased="no: instants and ids of staff, for the trail",
        goes="a year after the last entry",
        queries=_of_appointments,
        told=whole("attendance"),
    ),
    Holding(
        "audit",
        exported="no: trails of holds that lapsed, in which nobody is named",
        erased="no: ids and instants",
        goes="a year after the hold was made",
    ),
    Holding(
        "tickets",
        exported="no: hashes that count open appointments",
        erased="removed",
        goes="30 days after the end of its appointment; a day after a hold that became none",
    ),
    Holding(
        "passed",
        exported="no: ids of appointments whose citizens did not want an earlier time",
        erased="by itself a day after that time",
        goes="a day after that time",
    ),
    Holding(
        "joins",
        exported="no: which person's id has become another's",
        erased="by itself after 30 days: ids",
        goes="30 days after nobody looks for the former id any more",
    ),
    Holding(
        "days",
        exported="no: which times are taken",
        erased="no: nobody is named",
        goes="no: nobody is named; whoever keeps the days removes those that are over",
    ),
    Holding("catalogue", exported=_NO_PERSONS, erased="no: calendars", goes="no: one document, a number"),
    Holding(
        "catalogue_changes",
        exported=_NO_PERSONS,
        erased="by itself after a year",
        goes="a year after the change",
    ),
    Holding(
        "absences", exported=_NO_PERSONS, erased="by itself after 30 days", goes="30 days after their end"
    ),
    Holding("calendars", exported=_NO_PERSONS, erased="no: calendars", goes="no: the back office ends them"),
    Holding(
        "agents", exported=_NO_PERSONS, erased="no: staff of the CNS", goes="no: the back office ends them"
    ),
    Holding(
        "kinds", exported=_NO_PERSONS, erased="no: kinds of appointment", goes="no: the back office ends them"
    ),
    Holding("subjects", exported=_NO_PERSONS, erased="no: subjects", goes="no: the back office ends them"),
)
