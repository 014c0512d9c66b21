"""What is written to those on duty where no agent has come."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts.media_events import AgentMissing
from services.notify.domain.delivery import AGENT_MISSING, CITIZEN_ALONE, Message
from services.notify.usecases import Notifier


@dataclass(frozen=True, slots=True)
class Alarms:
    """The event may come twice: each alarm is one message for each mailbox."""

    notifier: Notifier

    def agent_missing(self, event: AgentMissing) -> None:
        kind = CITIZEN_ALONE if event.citizen_waits else AGENT_MISSING
        for mailbox in self.notifier.duty:
            self.notifier.notify(
                Message(
                    kind,
                    event.room_id,
                    event.appointment_version,
                    self.notifier.mark(mailbox),
                    happened_at=event.occurred_at,
                )
            )
