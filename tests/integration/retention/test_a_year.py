"""A year passes over somebody who came once: in the stores themselves nothing is found of him any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deploy.dev.platform import Platform
from deploy.dev.processes import STORES
from services.booking.seed import SeedSettings, seed
from services.chassis.clock import TimeMachine
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import load
from services.contracts.booking import Appointment, Assurance, Person
from services.contracts.earlier import AskForEarlier
from services.contracts.identity import Principal
from tests import sandbox
from tests.e2e.raw_stores import RawStores
from tests.integration.booking.journeys import confirm_request, far_starts, hold_request
from tests.service_process import Replicas, ServiceProcess, eventually
from tests.unit.booking.builders import PERSON
from tests.unit.identity.machines.fakes import registration

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

PATIENCE = 240.0
"""Seconds for several sweeps, one after the other, on a machine however busy."""
SERVICES = ("booking", "identity", "spaces", "notify")
WHO, NUMBER = "abroad", "BE/LU/0000-demo-0002"
"""Sofia Exemple, who has never registered."""
MACHINE = "a-year-client"
IN_REAL_TIME = {"mongo identity.proofs", "mongo identity.logins", "mongo identity.spent"}
"""Ids beside digests, for two days that no time machine shortens."""
TRAILS = {"mongo identity.persons"}
"""For a further year: that there was a person of this id, and who erased it when."""


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Of its own: what tests before have left would be late by a year, too, and be counted."""
    folder = tmp_path_factory.mktemp("a-year")
    with Platform(folder, only=(*STORES, "sandbox"), environment="test") as started:
        yield started


@pytest.fixture
def raw(stores: Platform) -> Iterator[RawStores]:
    found = RawStores(stores)
    yield found
    found.close()


@pytest.fixture
def machine(stores: Platform) -> Iterator[TimeMachine]:
    machine = TimeMachine(stores.env("gateway-pages")["CLOCK_URL"])
    machine.reset()
    yield machine
    machine.reset()
    machine.close()


@pytest.fixture
def running(stores: Platform, machine: TimeMachine, tmp_path: Path) -> Iterator[list[ServiceProcess]]:
    seed(load(SeedSettings, stores.env("booking")))
    replicas = Replicas(tmp_path)
    yield [replicas.start(f"services.{name}", stores.env(name)) for name in SERVICES]
    replicas.close()


def booked(client: RpcClient, who: Principal, applicant: Person, starts: Iterator[datetime]) -> Appointment:
    holder = new_id()
    hold = client.call(hold_request(next(starts), holder=holder))
    wanted = confirm_request(hold, holder)
    identified = Assurance(method=who.method, level=who.level)
    wanted = replace(wanted, applicant=applicant, person_id=who.subject_id, assurance=identified)
    return client.call(replace(wanted, consent_version="2026-01"))


def days_on(machine: TimeMachine, days: int) -> None:
    machine.shift(machine.read().shift + timedelta(days=days))


def gone_from(raw: RawStores, *words: str, but: set[str] | None = None) -> Callable[[], bool]:
    return lambda: raw.places_of(*words) <= (but or set())


def steps_of_machine(raw: RawStores) -> list[str]:
    (machine,) = raw.documents("identity.machines", {"_id": MACHINE})
    return [step["what"] for step in machine["trail"]]


def overdue(running: list[ServiceProcess]) -> list[str]:
    """Rules by which something should have gone, as the services count it."""
    lines = [line for one in running for line in one.metrics().splitlines()]
    return [line for line in lines if line.startswith("retention_overdue{") and not line.endswith(" 0.0")]


def test_of_who_came_once_nothing_is_left_after_a_year_and_no_id_after_two(
    client: RpcClient, raw: RawStores, machine: TimeMachine, running: list[ServiceProcess]
) -> None:
    who = sandbox.log_in(client, WHO)
    applicant = replace(PERSON, email=f"{new_id()}@mail.example", street=f"{new_id()}, Zimtgaass")
    starts = iter(far_starts(client)[::-1])
    appointment = booked(client, who, applicant, starts)
    client.call(AskForEarlier(appointment_id=appointment.appointment_id))
    lapsed = client.call(hold_request(next(starts)))
    client.call(registration(MACHINE))
    words = (applicant.email, applicant.street, NUMBER)
    ids = (appointment.appointment_id, who.subject_id)

    # --- the search finds everything, so that finding nothing says something ---
    told = {"mongo booking.claims", "mongo notify.deliveries", "mongo spaces.consents"}
    eventually(lambda: told <= raw.places_of(*ids))
    assert {"mongo booking.claims", "mongo identity.credentials"} <= raw.places_of(*words)
    assert raw.places_of(lapsed.appointment_id) == {"mongo booking.claims"}
    assert raw.documents("booking.tickets", {"appointment_id": appointment.appointment_id})

    assert steps_of_machine(raw) == ["registered"]

    # --- a day: who books no more leaves the trail of a hold; nothing else goes ---
    days_on(machine, 1)
    eventually(lambda: raw.places_of(lapsed.appointment_id) == {"mongo booking.audit"})
    assert {"mongo booking.claims", "mongo identity.credentials"} <= raw.places_of(*words)

    # --- a year and thirty days after that ---
    days_on(machine, 400)
    eventually(gone_from(raw, *words), PATIENCE)
    eventually(gone_from(raw, appointment.appointment_id, lapsed.appointment_id), PATIENCE)
    eventually(gone_from(raw, who.subject_id, but=IN_REAL_TIME | TRAILS), PATIENCE)
    assert raw.documents("booking.tickets", {"appointment_id": appointment.appointment_id}) == []
    eventually(lambda: steps_of_machine(raw) == [], PATIENCE)
    eventually(lambda: overdue(running) == [], PATIENCE, lambda: f"overdue: {overdue(running)}")
    assert sum(one.metric("retention_removed_total") for one in running) > 0

    # --- and another one ---
    days_on(machine, 366)
    eventually(gone_from(raw, who.subject_id, but=IN_REAL_TIME), PATIENCE)
