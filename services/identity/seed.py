"""Demo data: staff, registered persons and one machine client.  Development and test only; may run again."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from services.chassis import mongo
from services.chassis.clock import SystemClock
from services.chassis.ids import new_id
from services.chassis.settings import Secret, SettingsError, load
from services.contracts.identity import SCOPES
from services.identity.adapters import mongo_machines, mongo_persons
from services.identity.adapters.mongo import MongoStaff, prepare
from services.identity.domain import person as persons_rules
from services.identity.domain.login import PRIVATE, PRO, Credential, Identified
from services.identity.domain.machine import By, Key, Machine, Profile, registered
from services.identity.domain.principal import StaffMember
from services.identity.domain.registration import Pending, Wanted
from services.identity.machines.ports import Machines
from services.identity.ports import Persons
from services.identity.settings import SeedSettings

DEMO_CLIENT = "demo-client"
Table = dict[str, Any]
"""A table of the file with the demo persons."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody plainly fictitious who has registered; every credential after the first is linked."""

    credentials: tuple[Identified, ...]
    """As their providers say them."""
    address: str
    national_number: str = ""
    language: str = "fr"


def seed(settings: SeedSettings) -> None:
    """Register them; staff that is there already is replaced.  Errors: SettingsError."""
    cast = _cast(Path(settings.demo_persons))
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    prepare(database)
    mongo_persons.prepare(database)
    seed_persons(mongo_persons.MongoPersons(database, None), demo_persons(cast), SystemClock().now())
    staff = MongoStaff(database)
    for member in demo_staff(cast, settings.demo_staff_issuer):
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


def demo_persons(cast: Table) -> Iterator[DemoPerson]:
    """Those of the file who are registered."""
    for person in cast["person"]:
        shown = tuple(_identified(person, means) for means in person["means"] if means.get("registered"))
        if shown:
            number = person.get("national_number", "")
            yield DemoPerson(shown, person["address"], number, person["language"])


def demo_staff(cast: Table, issuer: str) -> Iterator[StaffMember]:
    """The staff of the file, under the subjects that its provider says: other data name them by these."""
    for member in cast["staff"]:
        name = f"{member['first_name']} {member['last_name']}"
        yield StaffMember(member["subject"], name, (member["role"],), Credential(issuer, member["subject"]))


def _cast(file: Path) -> Table:
    try:
        return tomllib.loads(file.read_text())
    except (OSError, ValueError):
        raise SettingsError("DEMO_PERSONS cannot be read as TOML") from None


def _identified(person: Table, means: Table) -> Identified:
    """As its provider says it: of whom a certificate is says no birth date, an eID does."""
    provider, company = means["provider"], means.get("company_id", "")
    return Identified(
        credential=Credential(provider, means["number"]),
        method=provider,
        level=means.get("level", "high"),
        first_name=person["first_name"],
        last_name=person["last_name"],
        birth_date=person["birth_date"] if provider == "eidas" else None,
        kind=PRO if company else PRIVATE,
        company_id=company,
        company_name=means.get("company_name", ""),
    )


def seed_client(machines: Machines, secret: Secret, now: datetime) -> None:
    """The demo client, with this secret; where it has it already, the client stays as it is."""
    wanted = _demo_client(secret, now)
    stored = machines.add(wanted)
    if not any(key.is_same(wanted.keys[0]) for key in stored.keys):
        machines.change(replace(wanted, version=stored.version + 1, trail=(*stored.trail, *wanted.trail)))


def _demo_client(secret: Secret, now: datetime) -> Machine:
    digest = hashlib.sha256(secret.reveal().encode()).hexdigest()
    profile = Profile("Demo client", "demo-client@cns.example", SCOPES)
    made = registered(DEMO_CLIENT, "client_secret", profile, Key(new_id(), now, digest), By("platform", now))
    return replace(made, trail=(By("platform", now).step("seeded"),))


if __name__ == "__main__":
    try:
        seed(load(SeedSettings))
    except SettingsError as error:
        sys.exit(f"identity seed: {error}")
