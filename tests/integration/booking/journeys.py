"""What a citizen does, as requests on the bus."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import Appointment, Assurance, ConfirmAppointment
from services.contracts.slots import FindFreeSlots, Hold, HoldSlot
from tests.unit.booking.builders import PERSON

KIND = "video-demo"


def far_starts(client: RpcClient, language: str = "fr") -> list[datetime]:
    """Free starts of a day that is still to come wherever the test runs."""
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    found = client.call(FindFreeSlots(kind=KIND, language=language, day=day))
    return [slot.starts_at for slot in found.slots]


def hold_request(starts_at: datetime, key: str = "", holder: str = "") -> HoldSlot:
    return HoldSlot(
        hold_key=key or new_id(),
        holder=holder or new_id(),
        subject="information-documents",
        kind=KIND,
        language="fr",
        starts_at=starts_at,
    )


def confirm_request(hold: Hold, holder: str) -> ConfirmAppointment:
    return ConfirmAppointment(
        appointment_id=hold.appointment_id,
        holder=holder,
        consent=True,
        applicant=PERSON,
        assurance=Assurance(method="back-office"),
        mail_language="fr",
    )


def book(client: RpcClient, starts_at: datetime) -> Appointment:
    holder = new_id()
    hold = client.call(hold_request(starts_at, holder=holder))
    return client.call(confirm_request(hold, holder))


ROUNDS = int(os.environ.get("BOOKING_KILL_ROUNDS", "6"))
"""Random deaths per test; raise it for a long look."""
