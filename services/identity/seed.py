"""Demo data: staff, registered persons and one machine client.  Development and test only; may run again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.chassis import mongo
from services.chassis.clock import SystemClock
from services.chassis.ids import new_id
from services.chassis.settings import Secret, SettingsError, load
from services.contracts.identity import SCOPES
from services.identity.adapters import mongo_machines, mongo_persons
from services.identity.adapters.development import CITIZENS, STAFF, identified_citizen
from services.identity.adapters.mongo import MongoStaff, prepare
from services.identity.domain import person as persons_rules
from services.identity.domain.login import Identified
from services.identity.domain.machine import By, Key, Machine, Profile, registered
from services.identity.domain.registration import Pending, Wanted
from services.identity.machines.ports import Machines
from services.identity.ports import Persons
from services.identity.settings import SeedSettings

DEMO_CLIENT = "demo-client"
UNREGISTERED = ("newcomer", "low-level")
"""Citizens of the gallery whom the platform does not know yet."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody plainly fictitious who has registered; every credential after the first is linked."""

    credentials: tuple[Identified, ...]
    """As their providers say them."""
    address: str
    national_number: str = ""
    language: str = "fr"


def seed(settings: SeedSettings) -> None:
    """Register them; staff that is there already is replaced."""
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    prepare(database)
    mongo_persons.prepare(database)
    seed_persons(mongo_persons.MongoPersons(database, None), _gallery(), SystemClock().now())
    staff = MongoStaff(database)
    for member in STAFF:
        staff.put(member)
    machines = mongo_machines.MongoMachines(database)
    seed_client(machines, settings.demo_client_secret, SystemClock().now())


def seed_persons(persons: Persons, wanted: Iterable[DemoPerson], now: datetime) -> None:
    """Register those that are not registered, without a mail and without telling anybody of it."""
    for demo in wanted:
        person_id = _seed_first(persons, demo, now)
        for further in demo.credentials[1:]:
            _seed_further(persons, person_id, further, now)


def _seed_first(persons: Persons, demo: DemoPerson, now: datetime) -> str:
    known = persons.known(demo.credentials[0].credential)
    person = persons.get(persons.home_of(known)) if known else None
    person = person or persons.log_in(demo.credentials[0], now)
    if not person.is_registered:
        wanted = Wanted(person.credential_id, demo.address, demo.national_number, demo.language)
        pending = Pending("seed", new_id(), wanted, now)
        persons.save(person, persons_rules.registered(person, pending, _act(person, now)))
    return person.person_id


def _seed_further(persons: Persons, person_id: str, identified: Identified, now: datetime) -> None:
    seen = persons.known(identified.credential) or persons.see(identified, now)
    person = persons.get(person_id)
    if person is None or persons.home_of(seen) == person_id:
        return
    number, act = identified.national_number, _act(person, now)
    persons.save(person, persons_rules.linked(person, seen.credential_id, number, act, seen_alone=False))


def _act(person: persons_rules.Person, now: datetime) -> persons_rules.Act:
    return persons_rules.Act(now, f"person:{person.person_id}", "")


def _gallery() -> Iterable[DemoPerson]:
    for citizen in CITIZENS:
        if citizen.code not in UNREGISTERED:
            shown = identified_citizen(citizen)
            yield DemoPerson((shown,), f"{citizen.code}@example.org", citizen.national_number)


def seed_client(machines: Machines, secret: Secret, now: datetime) -> None:
    """The demo client, with this secret; where it has it already, the client stays as it is."""
    wanted = _demo_client(secret, now)
    stored = machines.add(wanted)
    if not any(key.is_same(wanted.keys[0]) for key in stored.keys):
        machines.change(replace(wanted, version=stored.version + 1, trail=(*stored.trail, *wanted.trail)))


def _demo_client(secret: Secret, now: datetime) -> Machine:
    digest = hashlib.sha256(secret.reveal().encode()).hexdigest()
    profile = Profile("Demo client", "demo-client@cns.example", SCOPES)
    made = registered(DEMO_CLIENT, "client_secret", profile, Key(new_id(), now, digest), By("seed", now))
    return replace(made, trail=(By("seed", now).step("seeded"),))


if __name__ == "__main__":
    try:
        seed(load(SeedSettings))
    except SettingsError as error:
        sys.exit(f"identity seed: {error}")
