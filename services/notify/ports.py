"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from enum import Enum
from typing import Protocol

from services.contracts.booking import Appointment
from services.contracts.credentials import Notice
from services.contracts.earlier import EarlierOffer
from services.contracts.members import InvitationMail
from services.contracts.notify import SendGuestLink
from services.notify.domain.alarm import Mailbox
from services.notify.domain.delivery import Delivery, Message
from services.notify.domain.reminders import Schedule


class NotSent(Exception):
    """Nobody has received the message; it may be tried again."""


class NeverSent(Exception):
    """The message cannot be delivered to this address, however often it is tried."""


class Deliveries(Protocol):
    """Messages and how far they are."""

    def begin(self, message: Message, now: datetime, kept_until: datetime) -> Delivery | None:
        """Note that it is to be sent and take it for the first attempt, in one step; None if it was noted.

        Whoever noted it before tries it, or `due` gives it to somebody else.  `now` is real time, as in all
        of this; `kept_until` the platform's.
        """
        ...

    def queue(self, message: Message, now: datetime, kept_until: datetime) -> None:
        """Note that it is to be sent, due at once; nothing happens if that is noted already."""
        ...

    def lease(self, message: Message, now: datetime) -> Delivery | None:
        """Take it for one attempt, if it is pending and due; of many callers one gets it."""
        ...

    def finish(self, leased: Delivery, state: str, now: datetime, recipient_hash: str = "") -> None:
        """It is `sent`, `failed`, `superseded` or `no_address`, for good."""
        ...

    def postpone(self, leased: Delivery, due_at: datetime, now: datetime) -> None:
        """Give it back, to be tried at `due_at`."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Message, ...]:
        """Pending ones that nobody tries now, the longest waiting first."""
        ...

    def of_appointment(self, appointment_id: str) -> tuple[Delivery, ...]:
        """The oldest first."""
        ...

    def of_credentials(self, credential_ids: Sequence[str], limit: int) -> tuple[Delivery, ...]:
        """The latest, the oldest of them first."""
        ...

    def erase(self, appointment_ids: Sequence[str], credential_ids: Sequence[str]) -> None:
        """Forget what was sent about these, and that anything was sent to the same recipients; repeatable."""
        ...

    def states(self, delivery_ids: Sequence[str]) -> Mapping[str, str]:
        """Of those that are known."""
        ...


class Schedules(Protocol):
    """Which reminders are still to come."""

    def put(self, schedule: Schedule, now: datetime) -> None:
        """Keep it, unless one of the same or a later version is kept.  `now` is the platform's time."""
        ...

    def remove(self, appointment_id: str) -> None:
        """Remind of nothing any more, and forget that there was something; repeatable."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Schedule, ...]:
        """Those with a reminder due at `now` (business time), the longest waiting first."""
        ...

    def advance(self, schedule: Schedule, next_at: datetime | None) -> None:
        """Look again at `next_at`; nothing happens if it has changed since it was read."""
        ...


class Place(Enum):
    """What came of asking for one of an hour's places."""

    NEW = "taken now"
    OWN = "taken before, with the same key, and not used yet"
    USED = "taken before, with the same key, and used"
    NONE = "all are taken"


class Allowances(Protocol):
    def take(self, of: str, key: str, limit: int, now: datetime) -> Place:
        """One of `limit` for this hour; the same key takes only one."""
        ...

    def use(self, of: str, key: str, now: datetime) -> None:
        """Note that the key's place of this hour has served."""
        ...


class Appointments(Protocol):
    def get(self, appointment_id: str) -> Appointment | None:
        """As it is now; None when it is no longer known.  Errors: PlatformError when nobody answers."""
        ...

    def offer(self, appointment_id: str, offer_id: str) -> EarlierOffer | None:
        """An earlier slot that is held for the citizen now; None when it is not.  Errors as for `get`."""
        ...


class Accounts(Protocol):
    def notice(self, credential_id: str, change_id: str = "") -> Notice | None:
        """Whom to tell of what befell it: with the address that this change has replaced, where one is named.

        None when it is not known.  Errors as for `Appointments.get`.
        """
        ...


class Spaces(Protocol):
    def invitation(self, space_id: str, invitation_id: str) -> InvitationMail | None:
        """As it is now; None when there is none any more.  Errors as for `Appointments.get`."""
        ...


class Composer(Protocol):
    def compose_code(
        self, address: str, code: str, purpose: str, language: str, occasion: str, now: datetime
    ) -> EmailMessage:
        """The mail with a code.  Raises NeverSent for an address that is none."""
        ...

    def compose(
        self,
        message: Message,
        appointment: Appointment,
        now: datetime,
        offer: EarlierOffer | None = None,
    ) -> EmailMessage:
        """The finished mail; `offer` where it brings one.  Raises NeverSent for an address that is none."""
        ...

    def compose_notice(self, message: Message, about: Notice, now: datetime) -> EmailMessage:
        """The mail about a means of logging in.  Raises NeverSent for an address that is none."""
        ...

    def compose_farewell(self, address: str, language: str, occasion: str, now: datetime) -> EmailMessage:
        """The last mail to a person.  Raises NeverSent for an address that is none."""
        ...

    def compose_invitation(self, message: Message, about: InvitationMail, now: datetime) -> EmailMessage:
        """The mail with an invitation to a space.  Raises NeverSent for an address that is none."""
        ...

    def compose_alarm(
        self, message: Message, appointment: Appointment, to: Mailbox, now: datetime
    ) -> EmailMessage:
        """The mail that tells of a room without an agent.  Raises NeverSent for an address that is none."""
        ...

    def compose_guest(self, request: SendGuestLink, occasion: str, now: datetime) -> EmailMessage:
        """The mail with a guest's link.  Raises NeverSent for an address that is none."""
        ...


class Mailer(Protocol):
    def send(self, mail: EmailMessage) -> None:
        """Hand the mail over.  Raises NotSent, NeverSent."""
        ...

    def let_go(self) -> None:
        """Part from what has been idle for long."""
        ...
