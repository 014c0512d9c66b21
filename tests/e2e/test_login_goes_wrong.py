"""What befalls people on the way to a log-in and back, in a real browser: each ends where it goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.e2e.world import World
from tests.sandbox import card_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

NewContext = Callable[..., "BrowserContext"]
ADDRESS_OF_SPACE = re.compile(r"/space$")


def leave(page: Page, stage: World, person: str = "resident") -> None:
    """As far as the provider's page."""
    page.goto(f"{stage.origin}/login?next=/space")
    page.locator(f"form[action='/login/{card_of(person)[0]}'] button").click()
    expect(page.locator(".cards")).to_be_visible()


def answer(page: Page, person: str = "resident") -> None:
    page.locator(f".cards button[value='{card_of(person)[1]}']").click()


def is_in(page: Page) -> None:
    expect(page).to_have_url(ADDRESS_OF_SPACE)
    expect(page.locator("header")).to_contain_text("Léa Muster")


def reads(page: Page, sentence: str) -> None:
    """A page of ours that says why, with a way on."""
    expect(page.get_by_role("heading", name="You are not logged in")).to_be_visible()
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_who_goes_back_half_way_begins_again(stage: World, new_context: NewContext) -> None:
    page = new_context(locale="en").new_page()
    leave(page, stage)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/login\?next="))
    page.locator("form[action='/login/luxtrust'] button").click()
    answer(page)
    is_in(page)


def test_of_two_tabs_the_later_one_counts_and_the_other_says_so(
    stage: World, new_context: NewContext
) -> None:
    context = new_context(locale="en")
    first, second = context.new_page(), context.new_page()
    leave(first, stage)
    leave(second, stage)
    answer(first)
    reads(first, "another log-in was begun in the meantime")
    answer(second)
    is_in(second)
    first.reload()
    is_in(first)


def test_going_back_and_answering_again_does_no_harm(stage: World, new_context: NewContext) -> None:
    page = new_context(locale="en").new_page()
    leave(page, stage)
    answer(page)
    is_in(page)
    with suppress(PlaywrightError):  # the browser asks, unless it has kept the provider's page
        page.go_back()
    page.goto(f"{stage.origin}/login/finish")
    is_in(page)


def test_an_answer_that_comes_twice_in_one_browser_leads_on(stage: World, new_context: NewContext) -> None:
    context = new_context(locale="en")
    page, sent = context.new_page(), []
    context.on("request", lambda request: sent.append(request) if "/callback" in request.url else None)
    leave(page, stage)
    answer(page)
    is_in(page)
    other = context.new_page()
    fields = "".join(
        f'<input name="{name}" value="{value}">' for name, value in (sent[0].post_data_json or {}).items()
    )
    other.set_content(f'<form method="post" action="{sent[0].url}">{fields}<button>Again</button></form>')
    other.get_by_role("button").click()
    is_in(other)


def test_who_takes_longer_than_ten_minutes_begins_again(stage: World, new_context: NewContext) -> None:
    page = new_context(locale="en").new_page()
    leave(page, stage)
    stage.travel(minutes=11)
    answer(page)
    reads(page, "The answer came too late")
    page.get_by_role("button", name="Try again").click()
    page.locator("form[action='/login/luxtrust'] button").click()
    answer(page)
    is_in(page)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This way of logging in does not exist"),
        ("de", "Diese Art der Anmeldung gibt es nicht"),
        ("fr", "Ce moyen de connexion n’existe pas"),
        ("lb", "Dës Manéier fir sech unzemelle gëtt et net"),
    ],
)
def test_a_provider_that_is_not_there_any_more_is_told_in_the_reader_s_language(
    stage: World, new_context: NewContext, language: str, sentence: str
) -> None:
    page = new_context(locale=language).new_page()
    page.goto(f"{stage.origin}/login?next=/space&lang={language}")
    form = page.locator("form[action='/login/luxtrust']")
    form.evaluate("form => form.setAttribute('action', '/login/former')")
    page.locator("form[action='/login/former'] button").click()
    expect(page.get_by_text(sentence)).to_be_visible()
    page.locator("main a.govuk-button").click()
    expect(page.locator("form[action='/login/luxtrust']")).to_be_visible()
