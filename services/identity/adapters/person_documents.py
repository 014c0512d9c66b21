"""Persons and credentials as they lie in the store."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date, datetime, timedelta
from typing import TypeVar

from services.chassis.mongo import Document
from services.contracts.credentials import Step
from services.contracts.rights import TOLD_AGAIN_HOURS
from services.identity.domain.credential import Held, KnownCredential
from services.identity.domain.leaving import Gone
from services.identity.domain.login import PRIVATE, Credential, Identified
from services.identity.domain.person import FormerAddress, Person
from services.identity.domain.registration import Pending, Wanted

ShapeT = TypeVar("ShapeT")
_ANYBODY = Identified(Credential("", ""), "", "", "", "")


def key_of(credential: Credential) -> str:
    """The `_id` of its document: nobody else has it."""
    return f"{credential.issuer}|{credential.number}"


def shown(identified: Identified) -> Document:
    """What a provider has said last."""
    return {
        "issuer": identified.credential.issuer,
        "number": identified.credential.number,
        "method": identified.method,
        "level": identified.level,
        "first_name": identified.first_name,
        "last_name": identified.last_name,
        "national_number": identified.national_number,
        "birth_date": identified.birth_date.isoformat() if identified.birth_date else None,
        "kind": identified.kind,
        "company_id": identified.company_id,
        "company_name": identified.company_name,
    }


def identified(found: Document) -> Identified:
    """The same, read again."""
    birth_date = found["birth_date"]
    return Identified(
        credential=Credential(found["issuer"], found["number"]),
        method=found["method"],
        level=found["level"],
        first_name=found["first_name"],
        last_name=found["last_name"],
        national_number=found["national_number"],
        birth_date=date.fromisoformat(birth_date) if birth_date else None,
        kind=found.get("kind", PRIVATE),
        company_id=found.get("company_id", ""),
        company_name=found.get("company_name", ""),
    )


def credential(found: Document) -> KnownCredential:
    return KnownCredential(
        credential_id=found["credential_id"],
        claimed_for=found["person_id"],
        shown=identified(found),
        seen_at=found["seen_at"],
        last_used_at=found["last_used_at"],
    )


def changed(person: Person) -> Document:
    """The part of a person that is saved over a version."""
    return {
        "version": person.version,
        "registered_at": person.registered_at,
        "address": person.address,
        "address_key": person.address.casefold(),
        "registered_number": person.claimed_number,
        "own_number": person.national_number,
        "language": person.language,
        "held": [asdict(held) for held in person.held],
        "pending": asdict(person.pending) if person.pending else None,
        "trail": [asdict(step) for step in person.trail],
        "joining": list(person.joining),
        "former_addresses": [asdict(former) for former in person.former_addresses],
        "gone_at": person.gone_at,
    }


def person(found: Document) -> Person:
    """One who has never changed anything has the fields of the log-in alone."""
    return Person(
        person_id=found["_id"],
        identified=identified(found),
        credential_id=found.get("credential_id", ""),
        version=found.get("version", 0),
        registered_at=found.get("registered_at"),
        address=found.get("address", ""),
        national_number=found.get("own_number") or found.get("registered_number", ""),
        language=found.get("language", ""),
        held=tuple(_read(Held, held) for held in found.get("held", ())),
        pending=_pending(found.get("pending")),
        trail=tuple(_read(Step, step) for step in found.get("trail", ())),
        joining=tuple(found.get("joining", ())),
        former_addresses=tuple(_read(FormerAddress, former) for former in found.get("former_addresses", ())),
        gone_at=found.get("gone_at"),
    )


NAMES = frozenset(
    {*shown(_ANYBODY), *changed(Person("", _ANYBODY)), "credential_id", "registered_number", "own_number"}
)
"""Every field that a person may have."""


def gone(left: Gone, now: datetime, credential_ids: tuple[str, ...]) -> Document:
    """What stands in the place of a person who was erased."""
    return {
        "erased_at": now,
        "erasing": left.person_id,
        "credential_ids": list(credential_ids),
        "trail": [asdict(step) for step in left.trail],
        **told_again(now, now),
    }


def told_again(erased_at: datetime, now: datetime) -> Document:
    """When to tell of it the next time; empty for never again."""
    times = (erased_at + timedelta(hours=hours) for hours in TOLD_AGAIN_HOURS)
    following = next((at for at in times if at > now), None)
    return {"tell_again_at": following} if following else {}


def _pending(found: Document | None) -> Pending | None:
    return _read(Pending, found | {"wanted": _read(Wanted, found["wanted"])}) if found else None


def _read(shape: type[ShapeT], found: Document) -> ShapeT:
    names = (field.name for field in fields(shape))  # type: ignore[arg-type]
    return shape(**{name: found[name] for name in names})
