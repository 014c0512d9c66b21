"""Bookings that are kept in a space: people who begin them, and what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts.booking_events import AppointmentBooked
from services.spaces.domain.procedure import Procedure
from tests.unit.gateway import journey
from tests.unit.gateway.people import logged_in

KEPT = "Kept in your space"
HERE = "/spaces/private/procedures"
ELEVEN = "2026-11-23T14:00:00+00:00"


def with_space(world: Any, person: str = "resident") -> Any:
    """A browser of somebody who has a private space."""
    browser = logged_in(world, person)
    browser.post("/space/open")
    return browser


def as_far_as_time(browser: Any) -> None:
    browser.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(browser)


def as_far_as_review(browser: Any, starts_at: str = journey.TEN) -> None:
    as_far_as_time(browser)
    journey.choose_time(browser, starts_at)
    browser.post("/book/person", journey.PERSON)


def drafts(world: Any) -> list[Procedure]:
    return list(world.spaces.world.drafts.kept.values())


def only(world: Any) -> Procedure:
    (found,) = drafts(world)
    return found


def resumed(browser: Any, world: Any, space: str = "private") -> Any:
    """The answer to "go on" with the only draft."""
    path = f"/spaces/{space}/procedures/{only(world).procedure_id}"
    return browser.post(f"{path}/resume")


def tell_booked(world: Any) -> None:
    """What booking tells of the only appointment."""
    (booked,) = world.booking.booked.values()
    world.spaces.world.procedures.booked(
        AppointmentBooked(
            event_id="e-1",
            occurred_at=world.clock.now(),
            appointment_id=booked.appointment_id,
            appointment_version=1,
            kind=booked.kind,
            language=booked.language,
            agent_id=booked.agent_id,
            starts_at=booked.starts_at,
            ends_at=booked.ends_at,
            assurance_method="luxtrust",
            person_id=booked.person_id,
            procedure_id=booked.procedure_id,
        )
    )


@pytest.fixture
def desktop(world: Any) -> Any:
    return with_space(world)


@pytest.fixture
def phone(world: Any, desktop: Any) -> Any:
    """The same person on another device."""
    return logged_in(world, "resident")
