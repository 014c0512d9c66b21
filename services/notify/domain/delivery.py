"""One message and its way out: noted once, leased while it is tried, then sent or at another end.

Noting it is the insertion of the delivery under its id, so an event that comes
fifty times makes one message.  Who tries it holds a lease; who dies holding it
loses it when the lease runs out, and somebody else tries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.contracts.booking import Appointment

CONFIRMATION, MOVED = "confirmation", "moved"
CONFIRMATION_AGAIN = "confirmation_again"
"""Sent on request; it says what the confirmation says, as things are now."""
CANCELLED, CANCELLED_BY_CNS = "cancelled", "cancelled_by_cns"
DISPLACED, RESTORED = "displaced", "restored"
LINK_RENEWED = "link_renewed"
EARLIER_OFFER = "earlier_offer"
REMINDER_DAY, REMINDER_HOUR = "reminder_day", "reminder_hour"

CREDENTIAL_REGISTERED, CREDENTIAL_LINKED = "credential_registered", "credential_linked"
CREDENTIAL_REVOKED, CREDENTIAL_REVOKED_BY_CNS = "credential_revoked", "credential_revoked_by_cns"
CREDENTIAL_REINSTATED = "credential_reinstated"
ADDRESS_CHANGED, ADDRESS_LEFT = "address_changed", "address_left"
"""To the new address, and to the one before."""
PERSON_EXPORTED, PERSON_LEAVING, PERSON_STAYED = "person_exported", "person_leaving", "person_stayed"

REMINDERS = (REMINDER_DAY, REMINDER_HOUR)
CANCELLATIONS = (CANCELLED, CANCELLED_BY_CNS)
KINDS = (
    CONFIRMATION,
    CONFIRMATION_AGAIN,
    MOVED,
    *CANCELLATIONS,
    DISPLACED,
    RESTORED,
    LINK_RENEWED,
    EARLIER_OFFER,
    *REMINDERS,
)
"""About an appointment."""
NOTICES = (
    CREDENTIAL_REGISTERED,
    CREDENTIAL_LINKED,
    CREDENTIAL_REVOKED,
    CREDENTIAL_REVOKED_BY_CNS,
    CREDENTIAL_REINSTATED,
    ADDRESS_CHANGED,
    ADDRESS_LEFT,
    PERSON_EXPORTED,
    PERSON_LEAVING,
    PERSON_STAYED,
)
"""About a person's account: who did not do it himself learns of it."""
INVITATION = "space_invitation"
"""To a space; `version` is the number of the sending, `occasion` the invitation."""

SPACE_LIMIT_RAISED, SPACE_LIMIT_REFUSED = "space_limit_raised", "space_limit_refused"
SPACE_LIMITS = (SPACE_LIMIT_RAISED, SPACE_LIMIT_REFUSED)
"""To who has asked for more professional spaces; `version` is how many he may have."""

AGENT_MISSING, CITIZEN_ALONE = "agent_missing", "citizen_alone"
ALARMS = (AGENT_MISSING, CITIZEN_ALONE)
"""To those on duty: no agent has come; the citizen is not there either, or waits.  `occasion`: a mailbox."""
ALARM_COUNTS = timedelta(minutes=30)
"""After that somebody has come, or everybody has gone."""

AGAIN_AN_HOUR = 3
"""How often somebody may ask for it, for one appointment."""

PENDING, SENT, FAILED, SUPERSEDED, NO_ADDRESS = "pending", "sent", "failed", "superseded", "no_address"
STATES = (PENDING, SENT, FAILED, SUPERSEDED, NO_ADDRESS)

KEPT = timedelta(days=90)
"""Kind, recipient hash and state of a mail."""
_WAITS = (5, 15, 60, 300, 900, 1800, 3600)
"""Seconds after each failed attempt; the last one again and again."""
MAX_ATTEMPTS = 36
"""About 30 hours of a mail server that does not take the message."""


@dataclass(frozen=True, slots=True)
class Message:
    """Which message: its kind, about which appointment, in which version."""

    kind: str
    appointment_id: str
    """Empty in what is not about one."""
    version: int
    occasion: str = ""
    """What it is about where that is not the version: a start, a link, an offer, a request, an event."""
    credential_id: str = ""
    """What a notice is about."""
    happened_at: datetime | None = None
    """When that happened of which a notice or an alarm tells; business time."""
    space_id: str = ""
    """What an invitation leads to."""

    @property
    def delivery_id(self) -> str:
        """The same for every delivery of the same event."""
        occasion = f"|{self.occasion}" if self.occasion else ""
        about = self.appointment_id or self.credential_id or self.space_id
        return f"{about}|{self.kind}|{self.version}{occasion}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it stands; its text is never stored."""

    message: Message
    state: str
    attempts: int
    due_at: datetime
    """Nobody tries before: the end of a lease, or the next try after a failure.  Real time."""
    changed_at: datetime


def at_start(starts_at: datetime) -> str:
    """The occasion of a message that holds for one start and no other."""
    return f"{starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failed attempts; None: never."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + timedelta(seconds=_WAITS[min(attempts, len(_WAITS)) - 1])


def is_superseded(message: Message, appointment: Appointment, now: datetime) -> bool:
    """True when a later message says it all or its time is over, so that this one would only confuse.

    `appointment` is as it is now, `now` the business clock's.
    """
    if message.kind in CANCELLATIONS:
        return False
    if message.kind in ALARMS:
        return _is_over(message, appointment, now)
    return appointment.state == "cancelled" or _NEEDLESS[message.kind](message, appointment, now)


def _is_over(message: Message, appointment: Appointment, now: datetime) -> bool:
    """An alarm says what is so at a start that has been: not of another start, and not for ever."""
    raised_at = message.happened_at or appointment.starts_at
    is_of_it = appointment.state != "cancelled" and appointment.starts_at <= raised_at
    return not is_of_it or now >= raised_at + ALARM_COUNTS


def _never(message: Message, appointment: Appointment, now: datetime) -> bool:
    return False


def _moved_on(message: Message, appointment: Appointment, now: datetime) -> bool:
    """By the start and not by the version, which also rises where nobody is told."""
    return message.occasion != at_start(appointment.starts_at)


def _has_another_time(message: Message, appointment: Appointment, now: datetime) -> bool:
    return not appointment.displaced


def _needs_another_time(message: Message, appointment: Appointment, now: datetime) -> bool:
    return appointment.displaced or _came_or_too_late(message, appointment, now)


def _revoked_again(message: Message, appointment: Appointment, now: datetime) -> bool:
    return message.occasion != str(appointment.link_generation)


def _came_or_too_late(message: Message, appointment: Appointment, now: datetime) -> bool:
    return appointment.state != "booked" or now >= appointment.starts_at


def _not_ahead(message: Message, appointment: Appointment, now: datetime) -> bool:
    return _moved_on(message, appointment, now) or _came_or_too_late(message, appointment, now)


_NEEDLESS: dict[str, Callable[[Message, Appointment, datetime], bool]] = {
    CONFIRMATION: _never,
    CONFIRMATION_AGAIN: _never,
    MOVED: _moved_on,
    DISPLACED: _has_another_time,
    RESTORED: _needs_another_time,
    LINK_RENEWED: _revoked_again,
    EARLIER_OFFER: _came_or_too_late,
    REMINDER_DAY: _not_ahead,
    REMINDER_HOUR: _not_ahead,
}
