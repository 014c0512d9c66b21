"""The service killed (SIGKILL) between the steps of a change, two changes at once, and a day of absence."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import Appointment, GetAppointment, ListAppointments
from services.contracts.calendars import (
    Absence,
    AgentEntry,
    Applied,
    ApplyChange,
    Change,
    GetCatalogue,
    Impact,
    ListDisplaced,
    PreviewChange,
)
from services.contracts.errors import PlatformError, ServiceTimeout, ServiceUnavailable, StaleVersion
from services.contracts.slots import FindFreeSlots
from services.contracts.wire import Request
from tests.integration.booking.conftest import Start
from tests.integration.booking.journeys import book, confirm_request, hold_request
from tests.service_process import ServiceProcess, eventually

pytestmark = pytest.mark.integration

MORTAL = "tests.integration.booking.mortal_changes"
Bookings = Database[dict[str, Any]]
OFFICE = (("08:30-11:30", "13:00-16:00"),) * 7
LANGUAGES = ("lb", "fr", "de", "en")


@pytest.fixture
def day() -> date:
    """Still to come, and not a closed one: the demonstration's calendar keeps no holidays."""
    return (datetime.now(UTC) + timedelta(days=3)).date()


@pytest.fixture
def team(bookings: Bookings) -> Iterator[None]:
    """On the calendar of the demonstration, three agents with office hours and nobody else."""
    bookings["agents"].delete_many({})
    bookings["agents"].insert_many(
        [
            {"_id": name, "name": "Demo Agent", "calendar": "demo", "languages": LANGUAGES, "hours": OFFICE}
            for name in ("agent-a", "agent-b", "agent-c")
        ]
    )
    return


def free(client: RpcClient, day: date) -> list[datetime]:
    found = client.call(FindFreeSlots(kind="video-demo", language="fr", day=day))
    return [slot.starts_at for slot in found.slots]


def agent(name: str, *, active: bool = True) -> Change:
    entry = AgentEntry(
        agent_id=name, name="Demo Agent", calendar="demo", languages=LANGUAGES, hours=OFFICE, active=active
    )
    return Change(agent=entry)


def away(name: str, day: date) -> Change:
    starts_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    absence = Absence(
        absence_id=new_id(), agent_id=name, starts_at=starts_at, until=starts_at + timedelta(days=1)
    )
    return Change(absence=absence)


def ask_for(client: RpcClient, change: Change, key: str = "") -> ApplyChange:
    impact: Impact = client.call(PreviewChange(change=change))
    return ApplyChange(
        change=change,
        revision=impact.revision,
        impact_digest=impact.digest,
        actor="staff-1",
        change_key=key or new_id(),
    )


def of_day(client: RpcClient, day: date) -> list[Appointment]:
    return list(client.call(ListAppointments(day=day)).appointments)


def persist(client: RpcClient, request: Request[Any]) -> Any:
    """Ask the same again until there is an answer."""

    def answer() -> list[Any]:
        with suppress(ServiceTimeout, ServiceUnavailable):
            return [client.call(request, timeout=5)]
        return []

    return eventually(answer)[0]


def die(client: RpcClient, replica: ServiceProcess, request: Request[Any]) -> None:
    with pytest.raises((ServiceTimeout, ServiceUnavailable)):
        client.call(request, timeout=5)
    assert replica.process.wait(90) == -signal.SIGKILL


@pytest.mark.usefixtures("team")
def test_a_day_of_absence_moves_eighteen_appointments_to_two_colleagues(
    start: Start, client: RpcClient, day: date
) -> None:
    start()
    for name in ("agent-b", "agent-c"):
        client.call(ask_for(client, agent(name, active=False)))
    starts = free(client, day)
    booked = [book(client, at) for at in starts]
    assert len(booked) == 18
    assert {appointment.agent_id for appointment in booked} == {"agent-a"}
    for name in ("agent-b", "agent-c"):
        client.call(ask_for(client, agent(name)))
    applied: Applied = client.call(ask_for(client, away("agent-a", day)))
    assert (applied.reassigned, applied.displaced) == (18, 0)
    after = of_day(client, day)
    assert [appointment.starts_at for appointment in after] == starts
    assert {a.appointment_id for a in after} == {a.appointment_id for a in booked}
    # Shares are even where one replica works alone, which the unit test sees; a slow one is asked again
    # while it still works, and what both do has to fit, not to be even.
    assert {appointment.agent_id for appointment in after} == {"agent-b", "agent-c"}
    assert {a.link_generation for a in after} == {1}
    assert client.call(ListDisplaced()).appointments == ()


STEPS = (
    "MongoCatalogue.decide,1",
    "MongoCatalogue._write,1",
    "MongoCatalogue._record,1",
    "MongoCatalogue._done,1",
    "MongoClaims.insert,5",
    "MongoClaims.settle,1",
    "MongoUpcoming.displace,1",
    "MongoCatalogue.handled,1",
)
"""After which the service dies; the first four insertions are those of holds."""


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("step", "again"),
    [*((step, False) for step in STEPS), ("MongoCatalogue.decide,1", True), ("MongoClaims.insert,5", True)],
)
def test_killed_at_any_step_a_change_is_made_once_and_all_of_it(
    bookings: Bookings, start: Start, client: RpcClient, day: date, step: str, again: bool
) -> None:
    """agent-a falls out; at one start a colleague is free, at the other nobody is.

    Somebody asks `again`, or nobody does.
    """
    mortal = start(MORTAL, DIES=step)
    first, second = free(client, day)[:2]
    booked = [book(client, first), *(book(client, second) for _ in range(3))]
    hurt = [appointment for appointment in booked if appointment.agent_id == "agent-a"]
    assert len(hurt) == 2
    request = ask_for(client, away("agent-a", day))
    die(client, mortal, request)
    start()
    if again:
        applied = persist(client, request)
        assert (applied.reassigned, applied.displaced) == (1, 1)
        assert persist(client, request) == applied
    eventually(lambda: [a.displaced for a in _now(client, hurt)].count(True) == 1)
    eventually(lambda: not [a for a in _now(client, hurt) if a.agent_id == "agent-a" and not a.displaced])
    assert len(of_day(client, day)) == 4
    assert client.call(GetCatalogue()).revision == request.revision + 1
    eventually(lambda: "pending" not in (bookings["catalogue"].find_one({}) or {}))
    eventually(lambda: bookings["catalogue_changes"].count_documents({"closed": True}) == 1, 40)
    outcome = (bookings["catalogue_changes"].find_one({}) or {})["outcome"]
    assert outcome == {"reassigned": 1, "displaced": 1}


def _now(client: RpcClient, appointments: list[Appointment]) -> list[Appointment]:
    return [persist(client, GetAppointment(appointment_id=one.appointment_id)) for one in appointments]


@pytest.mark.usefixtures("team")
def test_of_two_changes_at_once_one_is_made(start: Start, client: RpcClient, day: date) -> None:
    start()
    start()
    for _ in range(5):
        requests = [ask_for(client, away(name, day)) for name in ("agent-a", "agent-b", "agent-c")]
        answers = _together([lambda r=r: client.call(r) for r in requests])
        made = [answer for answer in answers if isinstance(answer, Applied)]
        assert len(made) == 1
        assert all(isinstance(answer, Applied | StaleVersion) for answer in answers)


@pytest.mark.usefixtures("team")
def test_the_same_change_sent_twice_at_once_is_made_once(start: Start, client: RpcClient, day: date) -> None:
    start()
    start()
    for _ in range(5):
        request = ask_for(client, away("agent-a", day))
        first, second = _together([lambda r=request: client.call(r)] * 2)
        assert isinstance(first, Applied)
        assert first == second
        assert client.call(GetCatalogue()).revision == request.revision + 1


def _together(calls: list[Callable[[], Any]]) -> list[Any]:
    answers: list[Any] = [None] * len(calls)

    def answer(number: int) -> None:
        try:
            answers[number] = calls[number]()
        except PlatformError as error:
            answers[number] = error

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.usefixtures("team")
def test_every_replica_offers_by_the_new_hours_within_two_seconds(
    start: Start, client: RpcClient, day: date
) -> None:
    start()
    start()
    assert len(free(client, day)) == 18
    for name in ("agent-a", "agent-b", "agent-c"):
        client.call(ask_for(client, away(name, day)))
    eventually(lambda: all(not free(client, day) for _ in range(6)), 2)
    assert all(not free(client, day) for _ in range(20))


@pytest.mark.usefixtures("team")
def test_a_hold_from_before_is_handled_once_it_is_confirmed(
    start: Start, client: RpcClient, day: date
) -> None:
    start()
    at = free(client, day)[0]
    holder = new_id()
    hold = client.call(hold_request(at, holder=holder))
    others = [book(client, at) for _ in range(2)]
    ours = ({"agent-a", "agent-b", "agent-c"} - {other.agent_id for other in others}).pop()
    client.call(ask_for(client, away(ours, day)))
    booked: Appointment = client.call(confirm_request(hold, holder))
    assert not booked.displaced
    eventually(lambda: client.call(GetAppointment(appointment_id=booked.appointment_id)).displaced)
    listed = client.call(ListDisplaced()).appointments
    assert [one.appointment_id for one in listed] == [booked.appointment_id]
