"""What the codec lets through, over the real store: no text, number or instant is a defect there."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from pymongo.database import Database

from services.booking.adapters.attendances import MongoAttendances
from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.tickets import MongoTickets
from services.booking.domain.claim import HoldRules
from services.booking.domain.earlier import OfferRules
from services.booking.export import BookingExport
from services.booking.usecases import Booking
from services.chassis.codec import to_wire
from tests.unit import bad_requests, bad_values
from tests.unit.booking.builders import World, agent
from tests.unit.booking.catalogue_fakes import FakeUpcoming
from tests.unit.booking.fake_owners import FakeOwners
from tests.unit.booking.fakes import FixedHolidays
from tests.unit.booking.test_bad_input import GOOD, answer, good_requests

pytestmark = pytest.mark.integration

LOOKED_UP = (
    "GetAppointment",
    "ListAppointmentsOfPerson",
    "ListAppointmentsOfSpace",
    "GetAuditTrail",
    "RenewLink",
    "ReleaseHold",
    "ExportBookings",
)
WRITTEN = ("HoldSlot", "ConfirmAppointment", "CancelAppointment")
TRIED = [(kind, number) for kind, number in GOOD if kind.__name__ in LOOKED_UP + WRITTEN]


@pytest.fixture(autouse=True)
def _only_what_a_store_may_stumble_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """All else is tried over the fake."""
    monkeypatch.setattr(bad_values, "TEXTS", ("x" * 300, "\x00", "\u202e", "$where"))
    monkeypatch.setattr(bad_values, "DATES", ("0001-01-01", "9999-12-31"))
    monkeypatch.setattr(bad_values, "INSTANTS", ("1900-01-01T00:00:00Z", "2999-12-31T23:59:59Z"))


@pytest.fixture
def world(
    claims: MongoClaims, attendances: MongoAttendances, own_database: Database[dict[str, Any]]
) -> World:
    world, tickets = World(agent(), agent("agent-b")), MongoTickets(own_database)
    tickets.prepare()
    world.booking = Booking.over(
        clock=world.clock,
        real=world.real,
        source=world.source,
        claims=claims,
        upcoming=FakeUpcoming(world.claims),
        attendances=attendances,
        tickets=tickets,
        wishes=world.wishes,
        joins=world.joins,
        owners=FakeOwners(world.claims),
        holidays=FixedHolidays(),
        rules=HoldRules(),
        offer_rules=OfferRules(),
        open_appointments=1_000,
        export=BookingExport(own_database),
        sweeper=world.booking.sweeper,
    )
    return world


@pytest.mark.parametrize(("kind", "number"), TRIED, ids=bad_requests.named)
def test_the_store_takes_or_refuses_whatever_it_is_given(
    world: World, own_database: Database[dict[str, Any]], kind: Any, number: int
) -> None:
    faults, ask = [], functools.partial(answer, world)
    body = to_wire(good_requests(world)[number])
    for path, bad in bad_values.ways_to_spoil(body):
        try:
            bad_requests.ask(ask, kind, bad_values.spoilt(body, path, bad))
        except bad_requests.allowed(kind):
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
            faults.append(f"{path} as {str(bad)[:60]}: {error!r}"[:200])
        if kind.__name__ in WRITTEN:
            for name in ("claims", "tickets"):
                own_database[name].delete_many({})
            body = to_wire(good_requests(world)[number])
    assert faults == []
