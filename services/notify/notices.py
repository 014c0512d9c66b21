"""What is written to a person when identity tells what happened to a means of logging in or the address."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts import credentials as events
from services.contracts import rights
from services.notify.domain.delivery import (
    ADDRESS_CHANGED,
    ADDRESS_LEFT,
    CREDENTIAL_LINKED,
    CREDENTIAL_REGISTERED,
    CREDENTIAL_REINSTATED,
    CREDENTIAL_REVOKED,
    CREDENTIAL_REVOKED_BY_CNS,
    PERSON_EXPORTED,
    PERSON_LEAVING,
    PERSON_STAYED,
    Message,
)
from services.notify.usecases import Notifier

_Right = rights.PersonExported | rights.PersonLeaving | rights.PersonStayed
_Event = events.CredentialRegistered | events.CredentialRevoked | events.CredentialReinstated | _Right


@dataclass(frozen=True, slots=True)
class Notices:
    """One method an event; each may run twice and in any order: the event's id is the claim."""

    notifier: Notifier

    def registered(self, event: events.CredentialRegistered) -> None:
        self._tell(CREDENTIAL_LINKED if event.linked else CREDENTIAL_REGISTERED, event)

    def revoked(self, event: events.CredentialRevoked) -> None:
        self._tell(CREDENTIAL_REVOKED if event.by == "person" else CREDENTIAL_REVOKED_BY_CNS, event)

    def reinstated(self, event: events.CredentialReinstated) -> None:
        self._tell(CREDENTIAL_REINSTATED, event)

    def address_changed(self, event: events.AddressChanged) -> None:
        """To both addresses: who reads the one before may be the only one who can object."""
        for kind in (ADDRESS_LEFT, ADDRESS_CHANGED):
            self._write(kind, event, event.change_id)

    def exported(self, event: rights.PersonExported) -> None:
        self._tell(PERSON_EXPORTED, event)

    def leaving(self, event: rights.PersonLeaving) -> None:
        self._tell(PERSON_LEAVING, event)

    def stayed(self, event: rights.PersonStayed) -> None:
        self._tell(PERSON_STAYED, event)

    def _tell(self, kind: str, event: _Event) -> None:
        self._write(kind, event, event.event_id)

    def _write(self, kind: str, event: _Event | events.AddressChanged, occasion: str) -> None:
        message = Message(kind, "", 0, occasion, event.credential_id, happened_at=event.occurred_at)
        self.notifier.notify(message)
