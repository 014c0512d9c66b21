"""Appointments of a company's space and of drafts, through the bus and on the real store."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.rpc_client import RpcClient
from services.contracts.booking import (
    MEMBER,
    Appointment,
    Assurance,
    CancelAppointment,
    ConfirmAppointment,
    GetAuditTrail,
    ListAppointmentsOfPerson,
    ListAppointmentsOfSpace,
    MoveAppointment,
)
from services.contracts.errors import (
    HoldExpired,
    PlatformError,
    ProcedureOver,
    ServiceTimeout,
    ServiceUnavailable,
)
from tests.integration.booking.conftest import Start
from tests.integration.booking.journeys import confirm_request, far_starts, hold_request
from tests.service_process import eventually

pytestmark = pytest.mark.integration

COMPANY = {
    "space_id": "space-1",
    "company_name": "Muster S.A.",
    "company_id": "B 12",
    "person_id": "person-1",
}
DEVICES = 12


def _confirm(client: RpcClient, starts_at: Any, **changes: Any) -> ConfirmAppointment:
    """Of a time that is held."""
    hold = client.call(hold_request(starts_at, holder="one person"))
    by_himself = {"assurance": Assurance(method="luxtrust", level="high"), "person_id": "person-1"}
    return replace(confirm_request(hold, "one person"), **(by_himself | changes))


def _of_space(client: RpcClient, space_id: str = "space-1") -> tuple[Appointment, ...]:
    return client.call(ListAppointmentsOfSpace(space_id=space_id)).appointments


def test_a_companys_appointment_is_its_spaces_and_the_bookers_however_it_moves(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient
) -> None:
    start()
    starts = far_starts(client)
    booked = client.call(_confirm(client, starts[0], **COMPANY))
    client.call(_confirm(client, starts[1]))
    assert _of_space(client) == (booked,)
    move = MoveAppointment(
        appointment_id=booked.appointment_id, starts_at=starts[2], actor=MEMBER + "person-2"
    )
    moved = client.call(move)
    cancelled = client.call(
        CancelAppointment(appointment_id=booked.appointment_id, actor=MEMBER + "person-3")
    )
    assert (moved.company_name, cancelled.company_id) == ("Muster S.A.", "B 12")
    assert _of_space(client) == (cancelled,)
    assert _of_space(client, "space-2") == ()
    mine = client.call(ListAppointmentsOfPerson(person_id="person-1")).appointments
    assert cancelled in mine
    trail = client.call(GetAuditTrail(appointment_id=booked.appointment_id)).steps
    assert [(step.what, step.who) for step in trail[-2:]] == [
        ("moved", "member:person-2"),
        ("cancelled", "member:person-3"),
    ]


@pytest.mark.parametrize("drafts", [1, DEVICES])
def test_one_draft_on_many_devices_at_once_becomes_one_appointment(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient, drafts: int
) -> None:
    """With a draft for each device all are booked: nothing else keeps them from it."""
    start(OPEN_APPOINTMENTS="50"), start(OPEN_APPOINTMENTS="50")
    confirm = [
        _confirm(client, one, procedure_id=f"draft-{number % drafts}")
        for number, one in enumerate(far_starts(client)[:DEVICES])
    ]
    with ThreadPoolExecutor(DEVICES) as devices:
        list(devices.map(lambda request: _ask(client, request), [*confirm, *confirm]))
    answers = Counter(type(_told(client, again)) for again in confirm)  # all have ended by now
    assert set(answers) <= {Appointment, ProcedureOver, HoldExpired}
    assert answers[Appointment] == drafts, answers
    assert bookings["claims"].count_documents({"state": "booked"}) == drafts


def _told(client: RpcClient, request: ConfirmAppointment) -> Appointment | PlatformError:
    """As a browser asks: again, where the store was too busy to say."""

    def told() -> Appointment | PlatformError | None:
        answer = _ask(client, request)
        return None if isinstance(answer, ServiceTimeout | ServiceUnavailable) else answer

    return eventually(told)


def _ask(client: RpcClient, request: ConfirmAppointment) -> Appointment | PlatformError:
    try:
        return client.call(request, timeout=20)
    except PlatformError as error:
        return error
