"""A few random histories over the real store; the unit tests make many over the fake."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pymongo.database import Database

from services.booking.adapters.mongo import MongoClaims
from services.booking.ports import Claims
from tests.unit.booking.histories import Histories

pytestmark = pytest.mark.integration

SETTINGS = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_what_was_promised_stands_in_the_real_store(
    claims: MongoClaims, own_database: Database[dict[str, Any]]
) -> None:
    class OverTheStore(Histories):
        def store(self) -> Claims:
            own_database["claims"].delete_many({})
            return claims

    run_state_machine_as_test(OverTheStore, settings=SETTINGS)
