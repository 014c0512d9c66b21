"""Logging in by SAML in a real browser: out to a provider on another site, and back with its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.dev.platform import Platform
from services.identity.saml.eidas import DATE_OF_BIRTH, FAMILY_NAME, FIRST_NAME, PERSON_IDENTIFIER
from services.identity.saml.names import LOA, UNSPECIFIED, XENC11
from tests.integration.identity.peers.process import samlify
from tests.service_process import ROOT, free_port
from tests.unit.identity.saml.idp import key_pair

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ISSUER = "https://connector.example/metadata"
TABLE = """
[[provider]]
kind = "eidas"
code = "eidas"
issuer = "https://connector.example/metadata"
sso_url = "{url}"
certificates = ["connector.pem"]
name = "CNS"
organisation = "CNS"
organisation_url = "https://cns.example"
contact = "operations@cns.example"
signing_keys = ["us.pem"]
decryption_keys = ["us.pem"]

[[provider]]
kind = "oidc"
code = "portal"
audience = "citizen"
issuer = "http://127.0.0.1:{nobody}"
client_id = "video-consultation"
authentication = "client_secret_basic"
secret = "secret"
[provider.levels]
"urn:example:strong" = "high"
"""
SKEW = 3600


def person(level: str, ahead: int = 0) -> dict[str, Any]:
    attributes = {
        PERSON_IDENTIFIER: "DE/LU/muster-4711",
        FAMILY_NAME: "Mustermann",
        FIRST_NAME: "Jonas",
        DATE_OF_BIRTH: "1990-07-21",
    }
    return {"nameId": "x", "level": LOA + level, "attributes": attributes, "ahead": ahead}


def certificate(name: str) -> str:
    return key_pair(name).certificate.public_bytes(Encoding.PEM).decode()


def private(name: str) -> str:
    key = key_pair(name).private
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def connected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The whole platform, with a provider that reads our metadata from its public address."""
    folder = tmp_path_factory.mktemp("saml")
    port = free_port()
    configuration = {
        "entityId": ISSUER,
        "key": private("idp"),
        "certificate": certificate("idp"),
        "metadata": f"http://localhost:{port}/saml/eidas/metadata",
        "nameIdFormat": UNSPECIFIED,
        "signature": "RSA_SHA256_MGF1",
        "encryption": f"{XENC11}aes256-gcm",
        "persons": {
            "jonas": person("substantial"),
            "low": person("low"),
            "ahead": person("substantial", SKEW),
            "behind": person("substantial", -SKEW),
        },
    }
    with samlify(configuration) as peer:
        describe(folder / "providers", peer.url)
        with Platform(folder, usual_ports={"public": port}) as started:
            assert started.urls["public"] == f"http://localhost:{port}"
            yield started


def describe(folder: Path, url: str) -> None:
    folder.mkdir()
    (folder / "providers.toml").write_text(TABLE.format(url=url, nobody=free_port()))
    (folder / "secret").write_text("a secret that opens nothing")
    (folder / "us.pem").write_text(private("us") + certificate("us"))
    (folder / "connector.pem").write_text(certificate("idp"))


def leave(context: BrowserContext, origin: str) -> Page:
    """As far as the provider's page."""
    page = context.new_page()
    page.goto(f"{origin}/login?next=/space", wait_until="load")
    page.get_by_role("button", name="eIDAS").click()
    return page


def logs(platform: Platform) -> str:
    """What all processes have said."""
    return "".join(file.read_text() for file in (platform.site.folder / "logs").iterdir() if file.is_file())


def answer(page: Page, chosen: str) -> None:
    page.wait_for_url("http://127.0.0.1:*/sso")
    page.get_by_role("button", name=chosen).click()


def test_a_person_comes_back_identified(
    connected: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    page = leave(new_context(locale="en"), connected.urls["public"])
    answer(page, "jonas")
    page.wait_for_url("**/space")
    assert "Jonas Mustermann" in page.locator("header").inner_text()


def test_without_scripts_a_button_leads_there(
    connected: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    page = leave(new_context(locale="en", java_script_enabled=False), connected.urls["public"])
    page.get_by_role("button", name="eIDAS").click()
    answer(page, "jonas")
    page.wait_for_url("**/space")


@pytest.mark.parametrize(
    ("chosen", "said", "reason"),
    [
        ("low", "not secure enough", "level_too_low"),
        ("cancel", "stopped before the end", "cancelled"),
        ("ahead", "clock of the service", "not_yet_valid"),
        ("behind", "clock of the service", "expired"),
    ],
)
def test_who_is_refused_reads_why_and_may_try_again(
    connected: Platform, new_context: Callable[..., BrowserContext], chosen: str, said: str, reason: str
) -> None:
    page = leave(new_context(locale="en"), connected.urls["public"])
    answer(page, chosen)
    page.get_by_text(said).wait_for()
    assert f'"{reason}"' in logs(connected)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="eIDAS").click()
    answer(page, "jonas")
    page.wait_for_url("**/space")


def test_a_provider_that_is_down_is_told_before_anybody_leaves(
    connected: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="de").new_page()
    page.goto(f"{connected.urls['public']}/login?next=/space")
    page.locator("form[action='/login/portal'] button").click()
    page.get_by_text("antwortet im Moment nicht").wait_for()
    assert '"provider_unreachable"' in logs(connected)
    page.get_by_role("button", name="Erneut versuchen").click()
    page.get_by_role("button", name="eIDAS").click()
    answer(page, "jonas")
    page.wait_for_url("**/space")


def test_an_answer_that_is_sent_again_opens_nothing(
    connected: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="en")
    page = leave(context, connected.urls["public"])
    page.wait_for_url("http://127.0.0.1:*/sso")
    form = page.locator("form").first.evaluate("form => form.outerHTML")
    answer(page, "jonas")
    page.wait_for_url("**/space")
    other = new_context(locale="en").new_page()
    other.set_content(form)
    other.get_by_role("button").click()
    other.get_by_role("heading", name="You are not logged in").wait_for()


def test_no_log_knows_who_it_was(connected: Platform, new_context: Callable[..., BrowserContext]) -> None:
    page = leave(new_context(locale="en"), connected.urls["public"])
    answer(page, "low")
    page.get_by_text("not secure enough").wait_for()
    told = logs(connected)
    assert '"level_too_low"' in told
    for private_text in ("Mustermann", "muster-4711", "SAMLResponse"):
        assert private_text not in told


def test_axe_finds_nothing_on_the_way_out_and_on_a_refusal(
    connected: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="en", viewport={"width": 320, "height": 640})
    context.route("http://127.0.0.1:*/sso", lambda route: route.fulfill(status=204))  # the page stays
    page = leave(context, connected.urls["public"])
    page.get_by_role("heading", name="On the way to the log-in").wait_for()
    assert faults(page) == []
    page.goto(f"{connected.urls['public']}/login/finish")
    page.get_by_role("heading", name="You are not logged in").wait_for()
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What axe finds, and whether a narrow screen must scroll sideways."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document)")
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]] + ["too wide"] * wide
