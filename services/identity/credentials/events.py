"""What is told when a person's credentials have changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.chassis.ids import new_id
from services.contracts.credentials import (
    AddressChanged,
    CredentialRegistered,
    CredentialReinstated,
    CredentialRevoked,
    PersonsJoined,
)
from services.contracts.rights import PersonExported, PersonGone, PersonLeaving, PersonStayed
from services.contracts.wire import Event
from services.identity.domain.credential import REVOKED, SEEN, Held
from services.identity.domain.leaving import EXPORTED, LEFT, STAYED
from services.identity.domain.person import FormerAddress, Person


def events(before: Person, after: Person, now: datetime) -> tuple[Event, ...]:
    """One for each credential whose state is another one, each address that was replaced, each right used."""
    moved = (_moved(before, held, now) for held in _changed(before, after))
    replaced = (_left(before, former, now) for former in _replaced(before, after))
    return (*moved, *replaced, *_rights(before, after, now))


def joined(person_id: str, former_id: str, now: datetime) -> PersonsJoined:
    """A former person is closed."""
    return PersonsJoined(**_head(now), person_id=person_id, former_id=former_id)


def gone_event(person_id: str, credential_ids: tuple[str, ...], now: datetime) -> PersonGone:
    """A person is erased, or told of again."""
    return PersonGone(**_head(now), person_id=person_id, credential_ids=credential_ids)


def _rights(before: Person, after: Person, now: datetime) -> Iterator[Event]:
    for step in after.trail[len(before.trail) :]:
        about = {**_head(now), "person_id": before.person_id, "credential_id": step.credential_id}
        if step.what == EXPORTED:
            yield PersonExported(**about)
        elif step.what == LEFT and after.gone_at is not None:
            yield PersonLeaving(**about, gone_at=after.gone_at)
        elif step.what == STAYED:
            yield PersonStayed(**about)


def _changed(before: Person, after: Person) -> Iterator[Held]:
    return (held for held in after.held if held.state != before.state_of(held.credential_id))


def _moved(before: Person, held: Held, now: datetime) -> Event:
    about = {**_head(now), "person_id": before.person_id, "credential_id": held.credential_id}
    if held.state == REVOKED:
        return CredentialRevoked(**about, by=held.revoked_by)
    if before.state_of(held.credential_id) == SEEN:
        return CredentialRegistered(**about, linked=before.is_registered)
    return CredentialReinstated(**about)


def _replaced(before: Person, after: Person) -> Iterator[FormerAddress]:
    return (former for former in after.former_addresses if former not in before.former_addresses)


def _left(before: Person, former: FormerAddress, now: datetime) -> AddressChanged:
    return AddressChanged(
        **_head(now),
        person_id=before.person_id,
        credential_id=former.credential_id,
        change_id=former.change_id,
    )


def _head(now: datetime) -> dict[str, Any]:
    return {"event_id": new_id(), "occurred_at": now}
