"""No collection is forgotten: each service says of each how it is exported and erased, or why not."""

import re
from pathlib import Path

import pytest

from services.booking.adapters import holdings as booking
from services.booking.adapters.catalogue import COLLECTIONS
from services.chassis.holdings import Holding
from services.identity.adapters import holdings as identity
from services.media.control.adapters import holdings as media
from services.notify.adapters import holdings as notify
from services.spaces.adapters import holdings as spaces
from tests.architecture.source import ROOT, modules

TABLES: dict[str, tuple[Holding, ...]] = {
    "booking": booking.HOLDINGS,
    "identity": identity.HOLDINGS,
    "spaces": spaces.HOLDINGS,
    "notify": notify.HOLDINGS,
    "media": media.HOLDINGS,
}
NAMED = re.compile(r'(?:\b|_)database\[\s*"([a-z_]+)"\s*\]|(?:\b|_)database\.(rooms)\b')
BY_TABLE = {"booking": set(COLLECTIONS)}
"""Collections whose names stand in a table of the service."""
GUIDE = ROOT / "docs" / "data-protection.md"


def used(service: str) -> set[str]:
    """Names of the collections that a service's code opens."""
    found = {name for module in modules(f"services/{service}") for name in names_in(module.path)}
    return found | BY_TABLE.get(service, set())


def names_in(path: Path) -> set[str]:
    return {indexed or dotted for indexed, dotted in NAMED.findall(path.read_text())}


@pytest.mark.parametrize("service", TABLES)
def test_each_collection_stands_in_the_table_of_its_service(service: str) -> None:
    assert used(service) == {holding.collection for holding in TABLES[service]}


@pytest.mark.parametrize("service", TABLES)
def test_each_says_how_it_is_exported_and_erased_or_why_not(service: str) -> None:
    assert all(holding.exported and holding.erased for holding in TABLES[service])


@pytest.mark.parametrize("service", TABLES)
def test_what_is_told_can_be_found_and_what_is_not_says_so(service: str) -> None:
    for holding in TABLES[service]:
        is_found = holding.queries.__name__ != "nowhere"
        assert is_found != holding.exported.startswith("no: "), holding.collection


def test_no_collection_is_opened_but_by_its_name() -> None:
    """Else the test above would not see it; the catalogue's go by a table of theirs, keys lie apart."""
    indirect = re.compile(r"(?:\b|_)database\[(?!\s*\")([^\]]+)\]")
    found = {
        f"{module.path.parent.name}/{module.path.name}: {name}"
        for module in modules("services")
        for name in indirect.findall(module.path.read_text())
    }
    assert found == {
        "adapters/catalogue.py: name",
        'adapters/catalogue.py: pending["what"',
        "adapters/catalogue.py: collection",
        "chassis/holdings.py: holding.collection",
        "chassis/retention.py: rule.collection",
        'vault/keys.py: f"{kind}_keys"',
    }


def test_the_page_for_data_protection_officers_says_the_same() -> None:
    guide = GUIDE.read_text()
    for service, table in TABLES.items():
        for holding in table:
            said = (f"`{service}.{holding.collection}`", holding.exported, holding.erased, holding.goes)
            assert f"| {' | '.join(said)} |" in guide
