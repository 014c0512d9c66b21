"""What is told to a person of what spaces holds, and what of it is somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from services.chassis.holdings import Subject
from services.spaces.adapters.holdings import holdings
from tests.unit.spaces.world import LEA, TOM

SHARED = {
    "_id": "procedure-number-000001",
    "space_id": "a-company",
    "begun_by": LEA.person_id,
    "changed_by": TOM.person_id,
    "changer": TOM.name,
    "state": "draft",
    "sealed": "",
}


def told(person_id: str) -> Mapping[str, Any]:
    table = next(one for one in holdings(None) if one.collection == "procedures")
    assert table.told is not None
    ((_kind, record),) = table.told(SHARED, Subject(person_id=person_id))
    return record


@pytest.mark.parametrize(("mine", "other"), [(LEA, TOM), (TOM, LEA)])
def test_of_a_draft_that_colleagues_share_each_is_told_his_own_part(mine: Any, other: Any) -> None:
    found = told(mine.person_id)
    assert mine.person_id in found.values()
    assert other.person_id not in found.values()
    assert other.name not in found.values()
    assert found["state"] == "draft"
