"""What authorities hold, through the whole platform: the demonstration's registers, by mutual TLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.dev.platform import Platform
from deploy.dev.servers.sources import sources_files
from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

PAGE = "/spaces/private/sources"


@pytest.fixture
def somebody(stage: World) -> Iterator[Callable[[str], PlainBrowser]]:
    """Open a browser of a person's own, with a private space."""
    opened: list[PlainBrowser] = []

    def open_one(person: str) -> PlainBrowser:
        opened.append(PlainBrowser(stage.origin).log_in("/space", person))
        opened[-1].post("/space/open", {})
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.__exit__()


@pytest.fixture
def mode(platform: Platform) -> Iterator[Path]:
    """The file that says how the registers behave."""
    file = sources_files(platform.site).theirs / "mode"
    yield file
    file.unlink(missing_ok=True)


def test_a_person_reads_what_the_register_holds_and_how_old_it_is(
    somebody: Callable[[str], PlainBrowser],
) -> None:
    lea = somebody("resident").open(PAGE).text
    assert "Caisse d'exemple des salariés" in lea
    assert "by the register's own account" in lea
    assert "older than usual" not in lea
    marc = somebody("parent").open(PAGE).text
    assert "Beispillen" in marc
    assert "These data are older than usual" in marc


def test_a_company_reads_what_is_held_on_it(somebody: Callable[[str], PlainBrowser]) -> None:
    nora = somebody("pro")
    nora.post("/spaces/new", {"name": "Head office", "request_key": fresh_address()})
    page = nora.open(f"{nora.path}/sources").text
    assert "Register of employers" in page
    assert "0000-0000-000" in page


def test_who_has_no_national_number_reads_why_nobody_is_asked(
    somebody: Callable[[str], PlainBrowser],
) -> None:
    assert "No national number is registered for you." in somebody("commuter").open(PAGE).text


@pytest.mark.parametrize("how", ["away", "broken", "slow"])
def test_a_register_that_is_away_spoils_nothing_but_its_page(
    somebody: Callable[[str], PlainBrowser], mode: Path, how: str
) -> None:
    mode.write_text(how)
    lea = somebody("resident").open(PAGE)
    assert lea.page.status_code == 200
    assert "The register does not answer at the moment." in lea.text
    assert lea.open("/space").page.status_code == 200
    mode.unlink()
    assert "Caisse d'exemple des salariés" in lea.open(PAGE).text
