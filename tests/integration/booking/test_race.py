"""Sixty-four at once for one slot, through the bus, on two replicas: one wins for each free agent."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.rpc_client import RpcClient
from services.contracts.booking import Appointment, Assurance, CancelAppointment, MoveAppointment
from services.contracts.errors import PlatformError, SlotTaken, TooManyOpenAppointments
from services.contracts.slots import Hold, HoldSlot
from services.contracts.wire import Request
from tests.integration.booking.conftest import Start
from tests.integration.booking.journeys import book, confirm_request, far_starts, hold_request
from tests.service_process import eventually

pytestmark = pytest.mark.integration

CROWD = 64


def _ask(client: RpcClient, request: Request[Any]) -> Any:
    try:
        return client.call(request, timeout=20)
    except PlatformError as error:
        return error


def _at_once(client: RpcClient, requests: list[Request[Any]]) -> list[Any]:
    with ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(lambda request: _ask(client, request), requests))


def _race(client: RpcClient) -> tuple[list[Hold], list[Any]]:
    start = far_starts(client)[0]
    requests: list[Request[Any]] = [hold_request(start) for _ in range(CROWD)]
    answers = _at_once(client, requests)
    return [a for a in answers if isinstance(a, Hold)], [a for a in answers if not isinstance(a, Hold)]


def test_one_of_many_gets_the_slot(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient
) -> None:
    start(), start()
    winners, losers = _race(client)
    assert len(winners) == 1
    assert [type(error) for error in losers] == [SlotTaken] * (CROWD - 1)
    assert bookings["claims"].count_documents({"state": "hold"}) == 1


def test_twenty_at_once_by_one_citizen_book_as_many_as_he_may(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient
) -> None:
    start(OPEN_APPOINTMENTS="5"), start(OPEN_APPOINTMENTS="5")
    starts = far_starts(client)[:20]
    holds = [client.call(hold_request(one, holder="one session")) for one in starts]
    himself = {"assurance": Assurance(method="none"), "identity_copy_id": "copy-1"}
    confirm = [replace(confirm_request(hold, "one session"), **himself) for hold in holds]
    _at_once(client, [*confirm, *confirm])
    answers = [_ask(client, again) for again in confirm]  # a busy machine may not have answered all in time
    booked = {a.appointment_id for a in answers if isinstance(a, Appointment)}
    assert Counter(map(type, answers)) == {Appointment: 5, TooManyOpenAppointments: 15}
    assert bookings["claims"].count_documents({"state": "booked"}) == 5
    first = booked.pop()
    client.call(CancelAppointment(appointment_id=first, actor="citizen"))
    again = _at_once(client, [c for c in confirm if c.appointment_id not in booked | {first}])
    assert sum(isinstance(a, Appointment) for a in again) == 1


@pytest.mark.parametrize("guard", ["on", "off"])
def test_claims_that_meet_oversell_only_without_the_guard(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient, guard: str
) -> None:
    start("tests.integration.booking.crowded", GUARD=guard)
    winners, _ = _race(client)
    oversold = len(winners) > 1
    assert oversold == (guard == "off")
    assert winners


def test_as_many_win_as_agents_are_free(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient
) -> None:
    together = {"_id": "agent-zoe", "name": "Zoé Demo", "calendar": "demo", "languages": ["fr"]}
    anna = bookings["agents"].find_one({"_id": "agent-anna"})
    assert anna
    bookings["agents"].insert_one(together | {"hours": anna["hours"]})
    start(), start()
    winners, _ = _race(client)
    claimed = Counter(claim["agent_id"] for claim in bookings["claims"].find({"state": "hold"}))
    assert len(winners) == 2
    assert claimed == {"agent-anna": 1, "agent-zoe": 1}


def test_a_double_click_takes_one_slot(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient
) -> None:
    start(), start()
    request: HoldSlot = hold_request(far_starts(client)[0])
    answers = _at_once(client, [request] * 16)
    assert len({answer.appointment_id for answer in answers}) == 1
    confirm = confirm_request(answers[0], request.holder)
    assert len(set(map(repr, _at_once(client, [confirm] * 16)))) == 1


def test_of_many_moves_and_cancellations_at_once_the_last_state_is_told(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient
) -> None:
    start(), start()
    starts = far_starts(client)
    booked = book(client, starts[0])
    moves: list[Request[Any]] = [
        MoveAppointment(appointment_id=booked.appointment_id, starts_at=at, actor="citizen")
        for at in starts[4:12]
    ]
    cancel = CancelAppointment(appointment_id=booked.appointment_id, actor="citizen")
    answers = _at_once(client, [*moves[:4], cancel, *moves[4:]])
    refused = [answer for answer in answers if isinstance(answer, PlatformError)]
    assert {type(error).__name__ for error in refused} <= {"StaleVersion", "NotFound"}
    final = client.call(cancel)
    assert final.state == "cancelled"
    # Who is overtaken between two steps leaves an earlier version to the next sweep.
    mine = {"appointment_id": booked.appointment_id}
    eventually(lambda: bookings["claims"].count_documents(mine) == 1)
    assert client.call(cancel) == final


def test_a_hold_that_ran_out_is_taken_over_by_one_of_many(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient
) -> None:
    start(), start()
    first = far_starts(client)[0]
    old = client.call(hold_request(first))
    long_ago = old.held_until.replace(year=2000)
    bookings["claims"].update_one({"appointment_id": old.appointment_id}, {"$set": {"held_until": long_ago}})
    answers = _at_once(client, [hold_request(first) for _ in range(CROWD)])
    assert sum(isinstance(answer, Hold) for answer in answers) == 1
