"""What is written to the citizen when booking tells that something happened, and what is planned."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts import booking_events as events
from services.notify.domain.delivery import (
    CANCELLED,
    CANCELLED_BY_CNS,
    CONFIRMATION,
    DISPLACED,
    EARLIER_OFFER,
    LINK_RENEWED,
    MOVED,
    RESTORED,
    Message,
    at_start,
)
from services.notify.reminders import Reminders
from services.notify.usecases import Notifier


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One method an event; each may run twice and in any order."""

    notifier: Notifier
    reminders: Reminders

    def booked(self, event: events.AppointmentBooked) -> None:
        self._plan(event)
        self._write(Message(CONFIRMATION, event.appointment_id, event.appointment_version))

    def moved(self, event: events.AppointmentMoved) -> None:
        """Where only the agent is another nothing changes for the citizen: nobody tells him."""
        if event.starts_at_before == event.starts_at:
            return
        self._plan(event)
        occasion = at_start(event.starts_at)
        self._write(Message(MOVED, event.appointment_id, event.appointment_version, occasion))

    def cancelled(self, event: events.AppointmentCancelled) -> None:
        self.reminders.drop(event.appointment_id, event.appointment_version)
        kind = CANCELLED_BY_CNS if event.by_cns else CANCELLED
        self._write(Message(kind, event.appointment_id, event.appointment_version))

    def displaced(self, event: events.AppointmentDisplaced) -> None:
        """Of one version there may be several: it is restored, and displaced again."""
        version = event.appointment_version
        self._write(Message(DISPLACED, event.appointment_id, version, event.event_id))

    def restored(self, event: events.AppointmentRestored) -> None:
        version = event.appointment_version
        self._write(Message(RESTORED, event.appointment_id, version, event.event_id))

    def link_renewed(self, event: events.LinkRenewed) -> None:
        self._write(Message(LINK_RENEWED, event.appointment_id, 0, str(event.link_generation)))

    def earlier_offered(self, event: events.EarlierSlotOffered) -> None:
        self._write(Message(EARLIER_OFFER, event.appointment_id, 0, event.offer_id))

    def _plan(self, event: events.AppointmentBooked | events.AppointmentMoved) -> None:
        self.reminders.plan(
            event.appointment_id, event.appointment_version, event.starts_at, event.occurred_at
        )

    def _write(self, message: Message) -> None:
        self.notifier.notify(message)
