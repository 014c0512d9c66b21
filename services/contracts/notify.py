"""What `notify` answers: the state of the messages that it sent, and what it sends on request."""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.wire import Request, rpc, value

BOOKING, REGISTRATION = "booking", "registration"
"""What an address is proved for."""


@value
class Delivery:
    """One message; its text is never stored."""

    kind: str
    """`confirmation`, `confirmation_again`, `moved`, `cancelled`, `cancelled_by_cns`, `displaced`,
    `restored`, `link_renewed`, `earlier_offer`, `reminder_day`, `reminder_hour`; to those on duty
    `agent_missing` (nobody is there), `citizen_alone` (the citizen waits); of an account
    `credential_registered`, `credential_linked`, `credential_revoked`, `credential_revoked_by_cns`,
    `credential_reinstated`, `address_changed`, `address_left` to the address before, `person_exported`,
    `person_leaving`, `person_stayed`."""
    state: str
    """`pending`, `sent`, `failed`, `superseded` (a later message made it needless, or its time was over),
    or `no_address`: there is no e-mail address; about an appointment a letter is to be printed."""
    attempts: int
    changed_at: datetime


@value
class Deliveries:
    deliveries: tuple[Delivery, ...]


@rpc("notify", reply=Deliveries, repeatable=True, errors=())
class ListDeliveries(Request[Deliveries]):
    """Messages about one appointment, the oldest first."""

    appointment_id: str


@rpc("notify", reply=Deliveries, repeatable=True, errors=())
class ListNotices(Request[Deliveries]):
    """Messages about these credentials, the oldest first; the latest 50."""

    credential_ids: tuple[str, ...]


@value
class InvitationMails:
    states: dict[str, str]
    """By invitation how far its mail is, see `Delivery.state`; without those of which nothing is known."""


@rpc("notify", reply=InvitationMails, repeatable=True, errors=())
class ListInvitationMails(Request[InvitationMails]):
    """How far the mails of some invitations to one space are.

    Errors: InvalidField(sendings, too_long) for more than 100.
    """

    space_id: str
    sendings: dict[str, int]
    """Of each invitation the number of the mail that is meant."""


@value
class Accepted:
    """It is out, or goes out within seconds and is tried again until it is."""


@rpc("notify", reply=Accepted, repeatable=True, errors=(e.MailedTooOften,))
class SendAgain(Request[Accepted]):
    """Send the confirmation once more, as the appointment is now, to the address that it has.

    Whether there is such an appointment is not answered: nothing is sent about one
    that is unknown or cancelled.  Errors: MailedTooOften (three an hour for an appointment).
    """

    appointment_id: str
    request_key: str
    """Idempotency key, made by the caller: a second click makes no second mail."""


@rpc("notify", reply=Accepted, repeatable=True, errors=(e.MailedTooOften,))
class SendAddressCode(Request[Accepted]):
    """Mail a code that proves an e-mail address, at once; neither address nor code is stored.

    The same key sends it once.  Errors: MailedTooOften (five an hour to an address for one
    requester, ten for all together), InvalidField(address | code | request_key | purpose),
    ServiceUnavailable(mail).
    """

    address: str
    code: str
    """Six digits."""
    language: str
    """Of the mail: one of booking's LANGUAGES."""
    request_key: str
    """Idempotency key; a new one for each code."""
    purpose: str = BOOKING
    """What the address is for: `booking` or `registration`; the mail's words follow it."""
    requester: str = ""
    """Who asks, as far as the caller can tell: a hash of a network address; kept as a keyed hash."""


@rpc("notify", reply=Accepted, repeatable=True, errors=(e.MailedTooOften,))
class SendGuestLink(Request[Accepted]):
    """Mail a guest the link into one room, at once; neither address nor link is stored.

    The asker has made sure that he is invited.  The same key sends it once.
    Errors: MailedTooOften (ten an hour for a room), InvalidField(address | kind | room_id | guest_id),
    ServiceUnavailable(mail).
    """

    address: str
    language: str
    """Of the mail: one of booking's LANGUAGES."""
    room_id: str
    guest_id: str
    kind: str
    """One of `guests.KINDS`."""
    starts_at: datetime
    ends_at: datetime
    until: datetime
    """When he has to have been let in."""
    request_key: str
    """Idempotency key; a new one for each mail that is wanted."""
