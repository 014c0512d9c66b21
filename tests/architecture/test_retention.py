"""Nothing is kept for ever by oversight: each collection goes by a rule, or says why it stays."""

import re
from fnmatch import fnmatch

import pytest

from gateway.holdings import KEYS as GATEWAY_KEYS
from services.booking.adapters import retention as booking
from services.chassis.retention import Rule
from services.identity.adapters import retention as identity
from services.media.control.adapters import retention as media
from services.media.control.adapters.holdings import KEYS as MEDIA_KEYS
from services.notify.adapters import retention as notify
from services.spaces.adapters import retention as spaces
from tests.architecture.source import modules
from tests.architecture.test_holdings import GUIDE, TABLES

KEYS = (*GATEWAY_KEYS, *MEDIA_KEYS)
KEY = re.compile(r"""f?"((?:gateway|media|room):[^"\s]+|clock)\"""")
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


def keys_in_code() -> set[str]:
    """Shapes of the names in Redis that our code forms, `*` for what differs."""
    found = (
        KEY.findall(module.path.read_text()) for root in ("gateway", "services") for module in modules(root)
    )
    return {re.sub(r"{[^}]*}", "*", name) for names in found for name in names}


def test_each_key_stands_in_a_table() -> None:
    shapes = keys_in_code() - {row.pattern for row in KEYS}
    assert shapes == {
        "gateway:*:*",  # sealed contents of one purpose, see `sessions.py`
        "gateway:limit",  # the prefix of the library's own names
    }


def test_each_row_of_a_table_is_a_key() -> None:
    shapes = keys_in_code()
    idle = [row.pattern for row in KEYS if not any(fnmatch(row.pattern, f"{shape}*") for shape in shapes)]
    assert idle == []


def test_a_key_that_redis_does_not_remove_says_why() -> None:
    assert [row.pattern for row in KEYS if (row.lasts is None) != row.goes.startswith("no: ")] == []


def test_the_page_for_data_protection_officers_says_it_of_the_keys() -> None:
    guide = GUIDE.read_text()
    assert [
        row.pattern for row in KEYS if f"| `{row.pattern}` | {row.holds} | {row.goes} |" not in guide
    ] == []
