"""What identity holds on a person, collection by collection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.chassis.holdings import Holding, Query, Record, Subject, plain
from services.chassis.mongo import Document

_DOUBLE = ("address_key", "registered_number", "joining", "own_number", "national_number")
"""Said once more in other fields, or for searching alone."""


def _person(subject: Subject) -> Sequence[Query]:
    return ({"_id": subject.person_id},)


def _person_told(found: Document, subject: Subject) -> Iterable[Record]:
    """The person, then each step of the trail; the digits of a code follow from nothing that is told."""
    if found.get("erased_at") or found.get("joined_into"):
        return
    said = plain(found, *_DOUBLE, "_id", "trail", "pending")
    number = found.get("own_number") or found.get("registered_number") or found.get("national_number", "")
    yield "person", {"person_id": found["_id"], **said, "national_number": number}
    if found.get("pending"):
        yield "registration_begun", found["pending"]["wanted"]
    for step in found.get("trail", ()):
        yield "trail", step


def _credentials(subject: Subject) -> Sequence[Query]:
    claimed = {"person_id": subject.person_id}
    held = {"credential_id": {"$in": list(subject.credential_ids)}}
    return (claimed, held) if subject.credential_ids else (claimed,)


def _credential_told(found: Document, subject: Subject) -> Iterable[Record]:
    yield "credentials", plain(found, "_id")


HOLDINGS = (
    Holding(
        "persons",
        exported="the person, a registration that was begun, each step of the trail",
        erased="replaced by ids and the trail without reasons, which is kept for a year",
        goes="steps of the trail after a year, an address that was replaced after a week, a registration"
        " that nobody confirmed a day after its end; who has never registered, a year after his "
        "last log-in; after the grace of who leaves; what is left then of him or of a joined "
        "person, after a year",
        queries=_person,
        told=_person_told,
    ),
    Holding(
        "credentials",
        exported="each means of logging in, as its issuer describes it",
        erased="removed",
        goes="with their person",
        queries=_credentials,
        told=_credential_told,
    ),
    Holding(
        "proofs",
        exported="no: digests of secrets that were good for five minutes",
        erased="by itself after two days: ids and digests",
        goes="two days after they were made",
    ),
    Holding(
        "logins",
        exported="no: log-ins that are away at a provider, good for ten minutes",
        erased="by itself after two days: ids",
        goes="two days after they were begun",
    ),
    Holding(
        "spent",
        exported="no: ids of answers that were believed once",
        erased="by itself two days after they have expired",
        goes="two days after they have expired",
    ),
    Holding(
        "staff",
        exported="no: staff of the CNS, no citizens",
        erased="no: their provider does",
        goes="a year after the last log-in, where the provider says the roles",
    ),
    Holding(
        "machines",
        exported="no: systems, no persons",
        erased="no: systems, no persons",
        goes="steps of the trail after a year; keys and the client are ended by an administrator",
    ),
    Holding(
        "tokens",
        exported="no: of systems, no persons",
        erased="no: of systems, no persons",
        goes="two days after they were issued",
    ),
)
