"""Finding an appointment: by what is exact, and without a trace in any address."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts.booking import Appointments, GetAppointment
from services.contracts.booking_desk import FindAppointments
from services.contracts.errors import InvalidField
from tests.unit.gateway import desk
from tests.unit.gateway.journey import NATIONAL_NUMBER

PAGE = f"/console/appointments/{desk.ID}/"


class FakeFinder:
    """Finds the one appointment as often as it is told."""

    def __init__(self, world: Any) -> None:
        self.world, self.times = world, 1

    def find_appointments(self, request: FindAppointments) -> Appointments:
        if request.email == "nobody@":
            raise InvalidField("email", "format")
        return Appointments(appointments=(self.world.booking.booked[desk.ID],) * self.times)


@pytest.fixture
def finder(world: Any) -> FakeFinder:
    desk.book(world)
    desk.open_desk(world)
    found = FakeFinder(world)
    world.bus.services.append(found)
    return found


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (desk.ID, GetAppointment(appointment_id=desk.ID)),
        ("Lea@example.org", FindAppointments(email="Lea@example.org")),
        (f"{NATIONAL_NUMBER[:8]} {NATIONAL_NUMBER[8:]}", FindAppointments(national_number=NATIONAL_NUMBER)),
    ],
)
def test_one_that_is_found_is_opened(world: Any, finder: FakeFinder, text: str, asked: Any) -> None:
    answer = desk.member(world, "helpdesk").post("/console/search/", {"text": text})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert asked in world.bus.asked


def test_several_are_listed_and_what_was_typed_is_in_no_address(world: Any, finder: FakeFinder) -> None:
    finder.times = 3
    answer = desk.member(world).post("/console/search/", {"text": "lea@example.org"})
    assert answer.text.count(f'href="{PAGE}"') == 3
    assert "?text" not in answer.text
    assert "lea@example.org" not in "".join(line for line in answer.text.splitlines() if "href" in line)


@pytest.mark.parametrize(("text", "status"), [("", 422), ("nobody@", 422), ("unknown-number", 200)])
def test_what_is_not_found_is_said(world: Any, finder: FakeFinder, text: str, status: int) -> None:
    answer = desk.member(world).post("/console/search/", {"text": text})
    assert answer.status_code == status
    assert ("No appointment was found" in answer.text) == (status == 200)


def test_who_only_plans_looks_for_nobody(world: Any, finder: FakeFinder) -> None:
    administrator = desk.member(world, "administrator")
    assert administrator.get("/console/search/").status_code == 403
    assert administrator.post("/console/search/", {"text": "lea@example.org"}).status_code == 403
    assert world.bus.times(FindAppointments) == 0
