"""An administrator lets another system in, and that system gets in: with a browser and with HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest
from joserfc.jwk import ECKey

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e
SECRET = "[data-secret]"


def log_in(page: Page, origin: str) -> None:
    page.goto(f"{origin}/console/machines/")
    journey.log_in(page, "Ari Demo")
    page.wait_for_url("**/console/machines/")


def fill_in(page: Page, origin: str, client_id: str, way: str) -> None:
    page.goto(f"{origin}/console/machines/new")
    for name, text in (("client_id", client_id), ("name", "Case files"), ("contact", "files@cns.example")):
        page.fill(f"input[name={name}]", text)
    page.check("input[name=scopes][value='slots:read']")
    page.check(f"input[name=auth_method][value={way}]")


def submit(page: Page) -> None:
    page.locator("main form button.govuk-button").last.click()


def gets_in(origin: str, client_id: str, secret: str) -> bool:
    form = {"grant_type": "client_credentials"}
    return httpx.post(f"{origin}/api/v1/token", data=form, auth=(client_id, secret)).status_code == 200


def test_a_secret_is_seen_once_and_opens(
    platform: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    origin, client_id = platform.urls["public"], f"office-{uuid4().hex[:8]}"
    context = new_context(locale="en")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    log_in(page, origin)
    fill_in(page, origin, client_id, "client_secret")
    submit(page)
    secret = page.locator(SECRET).inner_text()
    assert secret not in page.url
    assert gets_in(origin, client_id, secret)
    page.get_by_role("button", name="Copy the secret").click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == secret
    page.get_by_role("link", name=re.compile("back to the client")).click()
    page.wait_for_url(f"**/{client_id}/")
    for leave in (page.go_back, page.reload):
        leave()
        assert secret not in page.content()
    page.goto(f"{origin}/console/machines/{client_id}/disable")
    submit(page)
    page.get_by_text("Disabled. The client and its tokens are out.").wait_for()
    assert not gets_in(origin, client_id, secret)


def test_a_private_key_that_is_pasted_is_refused_and_not_carried_along(
    platform: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    origin, key = platform.urls["public"], ECKey.generate_key()
    page = new_context(locale="en").new_page()
    log_in(page, origin)
    fill_in(page, origin, f"office-{uuid4().hex[:8]}", "private_key_jwt")
    page.fill("textarea[name=public_key]", key.as_pem(private=True).decode())
    submit(page)
    page.get_by_text("This is a private key.").first.wait_for()
    assert page.locator("textarea[name=public_key]").input_value() == ""
    page.fill("textarea[name=public_key]", key.as_pem(private=False).decode())
    submit(page)
    page.get_by_text("can get in with its key").wait_for()
    assert page.get_by_text(key.thumbprint()).count()


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "fr"), (DESK, "lb")], ids=["phone", "desk"])
def test_axe_and_the_width_find_nothing_on_these_pages(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    origin, client_id = platform.urls["public"], f"office-{uuid4().hex[:8]}"
    page = new_context(viewport=size, locale=locale).new_page()
    look = Look(page)

    log_in(page, origin)
    page.goto(f"{origin}/console/machines/new")
    look("registration")
    submit(page)
    look("registration, refused")
    fill_in(page, origin, client_id, "client_secret")
    submit(page)
    page.wait_for_url("**/secret")
    look("secret")
    for path in ("", "edit", "keys/new", "disable"):
        page.goto(f"{origin}/console/machines/{client_id}/{path}")
        look(path or "client")
    page.goto(f"{origin}/console/machines/{client_id}/keys/new")
    submit(page)
    page.wait_for_url("**/secret")
    page.goto(f"{origin}/console/machines/{client_id}/")
    look("client with two keys")
    page.locator("a[href$='/remove']").first.click()
    look("removal")
    page.goto(f"{origin}/console/machines/")
    look("list")
    assert look.faults == []
