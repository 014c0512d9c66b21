"""The waiting list: a citizen who has an appointment would like an earlier one.

A slot that becomes free is offered to those who wait, in the order in which they asked: to at most
three of them one after the other, and to one citizen at most three times.  An offered slot is held
for him, and nobody else can have it meanwhile.  A wish ends by itself once an offer is accepted, and
when the appointment begins or is cancelled.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.booking import Appointment
from services.contracts.wire import Request, rpc, value

NONE, WAITING, OFFERED, ENDED = "none", "waiting", "offered", "ended"


@value
class EarlierOffer:
    """A slot held for one citizen until `answer_until`."""

    offer_id: str
    starts_at: datetime
    ends_at: datetime
    answer_until: datetime


@value
class EarlierWish:
    """What one citizen has asked for, and how it stands."""

    appointment_id: str
    state: str
    """`none` (never asked, or taken back), `waiting`, `offered`, `ended` (three offers were made)."""
    not_before: datetime | None
    """No slot that begins before this is offered."""
    offers_left: int
    offer: EarlierOffer | None
    """Only in `offered`."""


@rpc("booking", reply=EarlierWish, repeatable=True, errors=(e.NotFound,))
class GetEarlierWish(Request[EarlierWish]):
    """Errors: NotFound(appointment)."""

    appointment_id: str


@rpc("booking", reply=EarlierWish, repeatable=True, errors=(e.NotFound, e.AppointmentStarted, e.StaleVersion))
class AskForEarlier(Request[EarlierWish]):
    """Wait for an earlier slot of the same kind and language.

    Asking again changes `not_before` and keeps the place in the queue; who has had all his offers
    goes to its end.  Errors: NotFound(appointment), AppointmentStarted, InvalidField(not_before, range)
    where no slot could lie between it and the appointment, StaleVersion(wish).
    """

    appointment_id: str
    not_before: datetime | None = None


@rpc("booking", reply=EarlierWish, repeatable=True, errors=(e.NotFound, e.StaleVersion))
class StopAskingForEarlier(Request[EarlierWish]):
    """Leave the queue; an offered slot goes back.  Errors: NotFound(appointment), StaleVersion(wish)."""

    appointment_id: str


@rpc(
    "booking",
    reply=Appointment,
    repeatable=True,
    errors=(e.NotFound, e.HoldExpired, e.AppointmentStarted, e.StaleVersion),
)
class AcceptEarlier(Request[Appointment]):
    """Move the appointment to the offered slot; accepted before, it answers the same.

    Errors: NotFound(appointment), HoldExpired where the offer is over or never was his,
    AppointmentStarted, StaleVersion(appointment), StaleVersion(wish).
    """

    appointment_id: str
    offer_id: str
    actor: str
    """As for MoveAppointment."""


@rpc("booking", reply=EarlierWish, repeatable=True, errors=(e.NotFound,))
class DeclineEarlier(Request[EarlierWish]):
    """Give the offered slot to the next; the wish goes on.  Declined before, or over, it answers the same.

    Errors: NotFound(appointment).
    """

    appointment_id: str
    offer_id: str
