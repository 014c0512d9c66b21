"""Nothing is kept for ever by oversight: each collection goes by a rule, or says why it stays."""

import pytest

from services.booking.adapters import retention as booking
from services.chassis.retention import Rule
from services.identity.adapters import retention as identity
from services.media.control.adapters import retention as media
from services.notify.adapters import retention as notify
from services.spaces.adapters import retention as spaces
from tests.architecture.test_holdings import TABLES

RULES: dict[str, tuple[Rule, ...]] = {
    "booking": booking.RULES,
    "identity": identity.RULES,
    "spaces": spaces.RULES,
    "notify": notify.RULES,
    "media": media.RULES,
}


@pytest.mark.parametrize("service", TABLES)
def test_each_collection_goes_by_a_rule_or_says_why_not(service: str) -> None:
    stay = {holding.collection for holding in TABLES[service] if holding.goes.startswith("no: ")}
    go = {holding.collection for holding in TABLES[service]} - stay
    assert {rule.collection for rule in RULES[service]} == go


@pytest.mark.parametrize("service", TABLES)
def test_a_metric_tells_rules_apart(service: str) -> None:
    names = [rule.name for rule in RULES[service]]
    assert len(names) == len(set(names))
