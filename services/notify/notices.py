"""What is written to a person when identity tells what happened to a means of logging in."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts import credentials as events
from services.notify.domain.delivery import (
    CREDENTIAL_LINKED,
    CREDENTIAL_REGISTERED,
    CREDENTIAL_REINSTATED,
    CREDENTIAL_REVOKED,
    CREDENTIAL_REVOKED_BY_CNS,
    Message,
)
from services.notify.usecases import Notifier

_Event = events.CredentialRegistered | events.CredentialRevoked | events.CredentialReinstated


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

    def _tell(self, kind: str, event: _Event) -> None:
        self.notifier.notify(
            Message(kind, "", 0, event.event_id, event.credential_id, happened_at=event.occurred_at)
        )
