"""What is written to a person whose wish for more spaces the helpdesk has answered."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts.professional import SpaceLimitDecided
from services.notify.domain.delivery import SPACE_LIMIT_RAISED, SPACE_LIMIT_REFUSED, Message
from services.notify.usecases import Notifier


@dataclass(frozen=True, slots=True)
class SpaceLimits:
    """The event may come twice: each answer is one message."""

    notifier: Notifier

    def decided(self, event: SpaceLimitDecided) -> None:
        """Whom to write to is known by the means of logging in with which he has asked."""
        if not event.credential_id:
            return
        self.notifier.notify(
            Message(
                SPACE_LIMIT_RAISED if event.raised else SPACE_LIMIT_REFUSED,
                "",
                event.limit,
                event.event_id,
                event.credential_id,
                happened_at=event.occurred_at,
            )
        )
