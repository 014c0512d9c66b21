"""What notify holds on a person, collection by collection."""

from __future__ import annotations

from collections.abc import Sequence

from services.chassis.holdings import Holding, Query, Subject, whole


def _about(subject: Subject) -> Sequence[Query]:
    ids = (("appointment_id", subject.appointment_ids), ("credential_id", subject.credential_ids))
    return tuple({name: {"$in": list(values)}} for name, values in ids if values)


def _of_appointments(subject: Subject) -> Sequence[Query]:
    return ({"_id": {"$in": list(subject.appointment_ids)}},)


HOLDINGS = (
    Holding(
        "deliveries",
        exported="each mail about an appointment or a means of logging in: kind, state, when; no text",
        erased="removed; of other mails to the same address it is forgotten to whom they went",
        goes="90 days after it was noted",
        queries=_about,
        told=whole("mails", "_id", "recipient_hash", "claimed_at"),
    ),
    Holding(
        "schedules",
        exported="when the next reminder of an appointment comes",
        erased="removed with its appointment's persons",
        goes="14 days after the start or the cancellation",
        queries=_of_appointments,
        told=whole("reminders"),
    ),
    Holding(
        "allowances",
        exported="no: keyed hashes that count mails of an hour",
        erased="by itself after two hours",
        goes="after two hours",
    ),
)
