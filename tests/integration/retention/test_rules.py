"""What each service keeps goes when its time has come and not a second before, in the store that it uses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis.clock import ManualClock
from services.chassis.mongo import uses_index
from services.chassis.retention import OVERDUE, REMOVED, TOLERATED, Rule, Sweeper, after
from tests.architecture.test_retention import RULES
from tests.integration.retention.conftest import PREPARED, Store
from tests.service_process import eventually

pytestmark = pytest.mark.integration

SINCE = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NOT_LONGER = timedelta(0)

KEPT: dict[tuple[str, str], tuple[dict[str, Any], timedelta]] = {
    ("booking", "attendances"): ({"garbage_at": SINCE, "outbox": []}, NOT_LONGER),
    ("booking", "audit"): ({"trail": [{"at": SINCE}, {"at": SINCE + SECOND}]}, 365 * DAY),
    ("booking", "passed"): ({"until": SINCE}, DAY),
    ("booking", "joins"): ({"garbage_at": SINCE}, NOT_LONGER),
    ("booking", "catalogue_changes"): ({"at": SINCE, "closed": True}, 365 * DAY),
    ("booking", "absences"): ({"until": SINCE}, 30 * DAY),
    ("identity", "persons: erased"): ({"erased_at": SINCE, "trail": [], "outbox": []}, 365 * DAY),
    ("identity", "persons: joined"): ({"joined_at": SINCE, "outbox": []}, 365 * DAY),
    ("identity", "staff"): ({"seen_at": SINCE}, 365 * DAY),
    ("identity", "proofs"): ({"garbage_at": SINCE}, NOT_LONGER),
    ("identity", "logins"): ({"garbage_at": SINCE}, NOT_LONGER),
    ("identity", "spent"): ({"garbage_at": SINCE}, NOT_LONGER),
    ("identity", "tokens"): ({"garbage_at": SINCE}, NOT_LONGER),
    ("notify", "deliveries"): ({"garbage_at": SINCE}, NOT_LONGER),
    ("notify", "schedules"): ({"garbage_at": SINCE}, NOT_LONGER),
    ("notify", "allowances"): ({"garbage_at": SINCE}, NOT_LONGER),
    ("spaces", "ended_shelves"): ({"at": SINCE}, 30 * DAY),
}
"""Documents as they are stored, and how long after SINCE they are kept."""
NAMED = [(service, rule) for service, rules in RULES.items() for rule in rules]


def named(value: object) -> str:
    return value.name if isinstance(value, Rule) else str(value)


def swept(store: Store, rule: Rule, now: datetime) -> int:
    """How many documents are left."""
    clock = ManualClock(now)
    Sweeper(store, [rule], clock, clock).sweep()
    return store[rule.collection].count_documents({})


def test_each_rule_that_removes_is_tried() -> None:
    assert {(service, rule.name) for service, rule in NAMED if rule.removes} == KEPT.keys()


@pytest.mark.parametrize(("service", "rule"), NAMED, ids=named)
def test_what_is_due_is_found_by_an_index(store: Store, rule: Rule) -> None:
    assert uses_index(store[rule.collection], rule.due(SINCE))


@pytest.mark.parametrize(
    ("service", "rule"), [(service, rule) for service, rule in NAMED if rule.removes], ids=named
)
def test_it_goes_at_that_second(store: Store, service: str, rule: Rule) -> None:
    document, kept = KEPT[service, rule.name]
    store[rule.collection].insert_one({"_id": "kept", **document})
    left = [swept(store, rule, SINCE + kept + late) for late in (-SECOND, NOT_LONGER, SECOND)]
    assert left == [1, 0, 0]


@pytest.mark.parametrize(
    ("service", "rule"), [(service, rule) for service, rule in NAMED if rule.only], ids=named
)
def test_what_has_still_to_be_done_or_told_keeps_it(store: Store, service: str, rule: Rule) -> None:
    document, kept = KEPT[service, rule.name]
    for field in rule.only:
        undone = {**document, field: [{"id": "event"}] if document[field] == [] else False}
        store[rule.collection].insert_one({"_id": field, **undone})
    assert swept(store, rule, SINCE + kept + DAY) == len(rule.only)


@pytest.mark.parametrize("service", ["booking"])
def test_what_has_still_to_be_done_does_not_keep_the_others(store: Store) -> None:
    """More of them than are looked at in one batch, and all of them older."""
    [rule] = [rule for rule in RULES["booking"] if rule.name == "catalogue_changes"]
    undone = [{"_id": f"open {number}", "at": SINCE, "closed": False} for number in range(250)]
    store[rule.collection].insert_many([*undone, {"_id": "done", "at": SINCE + SECOND, "closed": True}])
    assert swept(store, rule, SINCE + 366 * DAY) == len(undone)


MANY = Rule("allowances", after("garbage_at"))


@pytest.mark.parametrize("service", ["notify"])
def test_replicas_that_sweep_at_once_remove_each_once(store: Store) -> None:
    """More than one batch; where the store is too slow for one of them, the next sweep goes on."""
    for start in range(0, 450, 50):
        due = [{"_id": str(start + n), "garbage_at": SINCE} for n in range(50)]
        store["allowances"].insert_many(due)
    before = removed()
    with ThreadPoolExecutor(3) as replicas:
        list(replicas.map(lambda _: swept(store, MANY, SINCE), range(3)))
    eventually(lambda: swept(store, MANY, SINCE) == 0)
    assert 0 < removed() - before <= 450


def removed() -> float:
    return REMOVED.labels("allowances")._value.get()  # type: ignore[no-any-return]


@pytest.mark.parametrize("service", ["media"])
def test_what_its_own_use_case_has_left_is_counted_and_not_touched(store: Store) -> None:
    (rule,) = [rule for rule in RULES["media"] if rule.name == "rooms"]
    store["rooms"].insert_one({"_id": "room", "due_at": SINCE})
    counted = []
    for late in (-SECOND, NOT_LONGER):
        assert swept(store, rule, SINCE + TOLERATED + late) == 1
        counted.append(OVERDUE.labels("rooms")._value.get())
    assert counted == [0, 1]


@pytest.mark.parametrize("service", PREPARED)
def test_a_store_has_no_collection_without_a_holding(store: Store, service: str) -> None:
    from tests.architecture.test_holdings import TABLES

    there = {name for name in store.list_collection_names() if not name.startswith("system.")}
    assert there <= {holding.collection for holding in TABLES[service]}
