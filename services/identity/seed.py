"""Demo data: the staff of the gallery and one machine client.  Development and test only; may run again."""

from __future__ import annotations

import hashlib
import sys

from services.chassis import mongo
from services.chassis.settings import SettingsError, load
from services.contracts.identity import SCOPES
from services.identity.adapters.development import STAFF
from services.identity.adapters.mongo import MongoClients, MongoStaff, prepare
from services.identity.domain.client import MachineClient
from services.identity.settings import SeedSettings

DEMO_CLIENT = "demo-client"


def seed(settings: SeedSettings) -> None:
    """Register them; what is there already is replaced."""
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    prepare(database)
    staff = MongoStaff(database)
    for member in STAFF:
        staff.put(member)
    digest = hashlib.sha256(settings.demo_client_secret.reveal().encode()).hexdigest()
    MongoClients(database).put(MachineClient(DEMO_CLIENT, digest, SCOPES))


if __name__ == "__main__":
    try:
        seed(load(SeedSettings))
    except SettingsError as error:
        sys.exit(f"identity seed: {error}")
