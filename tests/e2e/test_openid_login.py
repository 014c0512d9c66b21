"""Staff log in by OpenID Connect in a real browser, and are logged out from where they logged in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from deploy.dev.platform import Platform
from tests.integration.identity.peers.openid import openid
from tests.service_process import free_port

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

CLIENT = "video-consultation"
TABLE = """
[[provider]]
kind = "oidc"
code = "staff"
audience = "staff"
issuer = "{issuer}"
client_id = "video-consultation"
authentication = "private_key_jwt"
key = "ours.pem"
key_id = "2026-1"
scopes = ["openid", "profile", "roles"]
contexts = ["urn:example:strong"]
[provider.roles]
claim = ["realm_access", "roles"]
values = {{ "vc-heads" = "supervisor" }}
"""


def person(first_name: str, role: str, context: str = "urn:example:strong") -> dict[str, Any]:
    roles = {"roles": [role]}
    return {"given_name": first_name, "family_name": "Demo", "realm_access": roles, "acr": context}


PERSONS = {
    "sam-77": person("Sam", "vc-heads"),
    "mail-78": person("Mia", "mail-users"),
    "weak-79": person("Wim", "vc-heads", "urn:example:weak"),
}


@dataclass(frozen=True)
class Stage:
    platform: Platform
    issuer: str

    @property
    def origin(self) -> str:
        return self.platform.urls["public"]

    def logs(self) -> str:
        folder = self.platform.site.folder / "logs"
        return "".join(file.read_text() for file in folder.iterdir() if file.is_file())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The whole platform, and the provider that it knows."""
    folder, port = tmp_path_factory.mktemp("openid"), free_port()
    key = ECKey.generate_key("P-256", {"kid": "2026-1", "use": "sig"})
    with openid(configuration(f"http://localhost:{port}", key)) as peer:
        describe(folder / "providers", peer.issuer, key)
        with Platform(folder, usual_ports={"public": port}) as started:
            assert started.urls["public"] == f"http://localhost:{port}"
            yield Stage(started, peer.issuer)


def configuration(origin: str, key: ECKey) -> dict[str, Any]:
    client = {
        "client_id": CLIENT,
        "redirect_uris": [f"{origin}/login/staff/callback"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [key.as_dict(private=False)]},
        "id_token_signed_response_alg": "PS256",
        "backchannel_logout_uri": f"{origin}/login/staff/backchannel-logout",
        "backchannel_logout_session_required": True,
    }
    theirs = RSAKey.generate_key(2048, {"kid": "theirs", "use": "sig"}).as_dict(private=True)
    contexts = ["urn:example:strong", "urn:example:weak"]
    return {
        "client": client,
        "jwks": {"keys": [theirs]},
        "pushed": True,
        "contexts": contexts,
        "persons": PERSONS,
    }


def describe(folder: Path, issuer: str, key: ECKey) -> None:
    folder.mkdir()
    (folder / "providers.toml").write_text(TABLE.format(issuer=issuer))
    (folder / "ours.pem").write_bytes(key.as_pem(private=True))


def leave(context: BrowserContext, stage: Stage) -> Page:
    """As far as the provider's page."""
    page = context.new_page()
    page.goto(f"{stage.origin}/console/login", wait_until="load")
    page.locator("form[action='/login/staff']").get_by_role("button").click()
    page.wait_for_url(f"{stage.issuer}/sign-in/*")
    return page


def log_in(context: BrowserContext, stage: Stage, who: str = "sam-77") -> Page:
    page = leave(context, stage)
    page.get_by_role("button", name=who).click()
    page.wait_for_url(f"{stage.origin}/**")
    return page


def test_a_supervisor_comes_back_with_that_role(
    stage: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    page = log_in(new_context(locale="en"), stage)
    page.wait_for_url("**/console/")
    assert "Sam Demo" in page.locator("header").inner_text()


def test_without_scripts_the_way_is_the_same(
    stage: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    log_in(new_context(locale="en", java_script_enabled=False), stage).wait_for_url("**/console/")


def test_a_log_out_at_the_provider_ends_the_session_here_and_no_other(
    stage: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    leaving, staying = new_context(locale="en"), new_context(locale="en")
    page, other = log_in(leaving, stage), log_in(staying, stage)
    elsewhere = leaving.new_page()
    elsewhere.goto(f"{stage.issuer}/session/end?client_id={CLIENT}")
    elsewhere.locator("button[name=logout], button[value=yes]").first.click()
    elsewhere.wait_for_url("**/session/end/success*")
    page.goto(f"{stage.origin}/console/")
    page.wait_for_url("**/console/login**")
    other.goto(f"{stage.origin}/console/")
    assert "Sam Demo" in other.locator("header").inner_text()


@pytest.mark.parametrize(
    ("who", "reason"), [("mail-78", "no_role"), ("weak-79", "acr"), ("cancel", "cancelled")]
)
def test_who_is_refused_may_try_again_at_the_staff_s_door(
    stage: Stage, new_context: Callable[..., BrowserContext], who: str, reason: str
) -> None:
    page = log_in(new_context(locale="en"), stage, who)
    page.get_by_role("heading", name="You are not logged in").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/console/login**")
    assert f'"{reason}"' in stage.logs()


def test_an_answer_that_is_sent_again_opens_nothing(
    stage: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    context, answers = new_context(locale="en"), []
    context.on("request", lambda request: answers.append(request.url))
    log_in(context, stage).wait_for_url("**/console/")
    [answer] = [url for url in answers if "/login/staff/callback" in url]
    page = new_context(locale="en").new_page()
    page.goto(answer)
    page.get_by_role("heading", name="You are not logged in").wait_for()


def test_a_made_up_logout_token_is_refused(stage: Stage) -> None:
    answer = httpx.post(
        f"{stage.origin}/login/staff/backchannel-logout", data={"logout_token": "e30.e30.e30"}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_no_log_knows_who_it_was(stage: Stage, new_context: Callable[..., BrowserContext]) -> None:
    log_in(new_context(locale="en"), stage)
    logs = stage.logs()
    for private in ("Sam Demo", "sam-77", "code_verifier", "id_token"):
        assert private not in logs
