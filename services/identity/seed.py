"""Demo data: the staff of the gallery and one machine client.  Development and test only; may run again."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from datetime import datetime

from services.chassis import mongo
from services.chassis.clock import SystemClock
from services.chassis.ids import new_id
from services.chassis.settings import Secret, SettingsError, load
from services.contracts.identity import SCOPES
from services.identity.adapters import mongo_machines
from services.identity.adapters.development import STAFF
from services.identity.adapters.mongo import MongoStaff, prepare
from services.identity.domain.machine import By, Key, Machine, Profile, registered
from services.identity.machines.ports import Machines
from services.identity.settings import SeedSettings

DEMO_CLIENT = "demo-client"


def seed(settings: SeedSettings) -> None:
    """Register them; staff that is there already is replaced."""
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    prepare(database)
    staff = MongoStaff(database)
    for member in STAFF:
        staff.put(member)
    machines = mongo_machines.MongoMachines(database)
    seed_client(machines, settings.demo_client_secret, SystemClock().now())


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
