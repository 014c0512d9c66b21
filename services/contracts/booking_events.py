"""What `booking` tells: every transition of an appointment.  No personal data: consumers ask for it."""

from __future__ import annotations

from datetime import datetime

from services.contracts.wire import Event, event


@event("booking")
class SlotHeld(Event):
    """A slot is kept for somebody who fills in the form."""

    appointment_id: str
    kind: str
    language: str
    agent_id: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime


@event("booking")
class AppointmentBooked(Event):
    """A hold was confirmed.  No personal data: consumers ask `GetAppointment` for what they need."""

    appointment_id: str
    appointment_version: int
    kind: str
    language: str
    agent_id: str
    starts_at: datetime
    ends_at: datetime
    assurance_method: str
    person_id: str
    space_id: str = ""
    """The professional space for which it was booked; empty where it is the person's own."""
    procedure_id: str = ""
    """The draft that it was booked from, in that space or else in the person's own; empty without one."""
    consent_version: str = ""
    """Of the text that the person consented to."""


@event("booking")
class AppointmentMoved(Event):
    """The same appointment, at another time or with another agent.

    Where only the agent is another, nothing changes for the citizen: nobody tells him.
    """

    appointment_id: str
    appointment_version: int
    agent_id: str
    starts_at: datetime
    ends_at: datetime
    starts_at_before: datetime | None = None
    """None in events from before the field was there: taken for another time."""
    space_id: str = ""
    procedure_id: str = ""
    """Both as in AppointmentBooked."""


@event("booking")
class AppointmentCancelled(Event):
    appointment_id: str
    appointment_version: int
    by_cns: bool = False
    """True where staff or a machine client cancelled, not the citizen."""
    space_id: str = ""
    procedure_id: str = ""
    """Both as in AppointmentBooked."""


@event("booking")
class HoldLapsed(Event):
    """A hold ran out or was given back: whatever was prepared for it is to be destroyed."""

    appointment_id: str


@event("booking")
class AppointmentDisplaced(Event):
    """No agent can keep it at its time any more: the citizen is to choose another, or to cancel."""

    appointment_id: str
    appointment_version: int


@event("booking")
class AppointmentRestored(Event):
    """It was displaced, and an agent can keep it at its time after all: the citizen need not choose."""

    appointment_id: str
    appointment_version: int


@event("booking")
class AppointmentProgressed(Event):
    """The consultation itself went on: the citizen came, was let in, it is over."""

    appointment_id: str
    state: str
    """`arrived`, `in_call`, `held`, `no_show`, `technical_failure`."""
    space_id: str = ""
    procedure_id: str = ""
    """Both as in AppointmentBooked."""


@event("booking")
class LinkRenewed(Event):
    """Every link sent before is revoked; the citizen needs the new one."""

    appointment_id: str
    link_generation: int


@event("booking")
class AppointmentOwnerChanged(Event):
    """It stands under another person id, since two persons turned out to be one; nothing else has changed.

    A cancelled one too; of an appointment that is moved at that moment it may be told twice.
    """

    appointment_id: str
    appointment_version: int
    person_id: str
    former_id: str


@event("booking")
class EarlierSlotOffered(Event):
    """Somebody on the waiting list may have an earlier slot, until `answer_until`."""

    appointment_id: str
    offer_id: str
    starts_at: datetime
    ends_at: datetime
    answer_until: datetime
