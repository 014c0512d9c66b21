"""A citizen's account in a browser: registering, a second certificate, revoking, logging out everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.journey import card_of, log_in
from tests.e2e.mailbox import code_in, fresh_address
from tests.e2e.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

NewContext = Callable[..., "BrowserContext"]
NATIONAL_NUMBER = "1998020820651"
"""The newcomer's, which her certificate does not say."""
SPACE = re.compile(r"//[^/]+/space$")


def logged_in(context: BrowserContext, stage: World, person: str, back: str = "/account") -> Page:
    page = context.new_page()
    page.goto(f"{stage.origin}/login?next={back}")
    log_in(page, person)
    page.wait_for_url(re.compile(f"{re.escape(stage.origin)}/(account|space)"))
    return page


def prove(page: Page, person: str) -> None:
    """Leave for the provider of this person's card from a page of the account, and answer there."""
    provider, code = card_of(person)
    page.locator(f"form:has([name=provider][value='{provider}']) button").click()
    page.locator(f".cards button[value='{code}']").click()


def type_code(page: Page, address: str) -> None:
    mailbox = page.locator(".app-development__links a").last.get_attribute("href")
    assert mailbox is not None
    page.get_by_label("Code from the mail").fill(code_in(mailbox, address))
    page.get_by_role("button", name="Continue").click()


def test_a_first_log_in_is_registered_before_the_space_opens(stage: World, new_context: NewContext) -> None:
    address = fresh_address()
    page = logged_in(new_context(locale="en"), stage, "newcomer", "/space")
    expect(page.get_by_role("heading", name="Register your means of logging in")).to_be_visible()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("National number").fill(NATIONAL_NUMBER)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code from the mail").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#code-error")).to_contain_text("attempts left")
    type_code(page, address)
    expect(page).to_have_url(SPACE)
    expect(page.get_by_role("alert")).to_contain_text("You are registered")
    again = logged_in(new_context(locale="en"), stage, "newcomer", "/space")
    expect(again).to_have_url(SPACE)


def test_a_second_certificate_opens_the_same_account_until_it_is_revoked(
    stage: World, new_context: NewContext
) -> None:
    page = logged_in(new_context(locale="en"), stage, "two-first")
    page.get_by_role("button", name="Add a means of logging in").click()
    prove(page, "two-second")
    page.wait_for_url("**/account")
    expect(page.get_by_role("alert")).to_contain_text("was added")
    other = logged_in(new_context(locale="en"), stage, "two-second", "/space")
    expect(other).to_have_url(SPACE)
    revoke(page, "ends in 0005")
    other.goto(f"{stage.origin}/space")
    expect(other).to_have_url(re.compile("/login"))
    log_in(other, "two-second")
    expect(other.get_by_role("heading", name="You are not logged in")).to_be_visible()
    expect(other.get_by_text("has been revoked and opens nothing any more")).to_be_visible()


def revoke(page: Page, number: str) -> None:
    page.locator(".app-card").filter(has_text=number).get_by_role("link", name="Revoke").click()
    expect(page.get_by_text("Every session that was opened with it ends at once")).to_be_visible()
    page.get_by_role("button", name="Yes, revoke it").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody can log in with it any more")


def test_somebody_else_s_means_is_not_added_and_the_page_says_why(
    stage: World, new_context: NewContext
) -> None:
    page = logged_in(new_context(locale="en"), stage, "resident", "/account/link")
    prove(page, "parent")
    expect(page.get_by_role("heading", name="This means of logging in was not added")).to_be_visible()
    expect(page.get_by_text("registered for another account")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page).to_have_url(re.compile("/account/link$"))


def test_after_five_minutes_one_logs_in_again_and_goes_on(stage: World, new_context: NewContext) -> None:
    page = logged_in(new_context(locale="en"), stage, "resident")
    stage.machine.shift(timedelta(minutes=6))
    page.goto(f"{stage.origin}/account/link")
    expect(page.get_by_role("heading", name="Log in again")).to_be_visible()
    prove(page, "parent")
    expect(page.get_by_text("somebody else has logged in")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    prove(page, "resident")
    expect(page).to_have_url(re.compile("/account/link$"))
    expect(page.get_by_role("heading", name="Add a means of logging in")).to_be_visible()


def test_logging_out_everywhere_ends_the_other_browser_s_session(
    stage: World, new_context: NewContext
) -> None:
    page, other = (logged_in(new_context(locale="en"), stage, "pensioner") for _browser in range(2))
    other.wait_for_url("**/account")
    page.reload()
    expect(page.locator(".app-session")).to_have_count(2)
    page.get_by_role("button", name="Log out everywhere").click()
    expect(page.get_by_text("on this device and on all others")).to_be_visible()
    for each in (page, other):
        each.goto(f"{stage.origin}/account")
        expect(each).to_have_url(re.compile("/login"))


def test_without_scripts_everything_is_there_too(stage: World, new_context: NewContext) -> None:
    page = new_context(locale="en", java_script_enabled=False).new_page()
    page.goto(f"{stage.origin}/login?next=/account")
    page.locator("form[action='/login/luxtrust'] button").click()
    page.get_by_role("main").get_by_role("button", name="LuxTrust").click()
    page.locator(".cards button[value='parent']").click()
    page.locator("button.go-on").click()
    page.get_by_role("button", name="Add a means of logging in").click()
    expect(page.get_by_role("heading", name="Add a means of logging in")).to_be_visible()
    page.get_by_role("link", name="Back").click()
    page.locator(".app-session button").first.click()
    expect(page.get_by_role("heading", name="You are logged out")).to_be_visible()
