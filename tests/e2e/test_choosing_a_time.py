"""In a real browser: weeks of free times, the next one, a move, the end of the reserved time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.e2e.files_to_send import identity_card
from tests.e2e.journey import go_on, open_page, prove_address, type_person
from tests.e2e.mailbox import fresh_address
from tests.e2e.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
ZONE = ZoneInfo("Europe/Luxembourg")

NewContext = Callable[..., "BrowserContext"]


def _to_times(page: Page, origin: str) -> None:
    """The steps before the time, on the office calendar."""
    page.goto(f"{origin}/book/")
    page.get_by_label("No, go on without logging in").check()
    go_on(page)
    page.get_by_label("I consent").check()
    go_on(page)
    page.get_by_label("Information – documents").check()
    go_on(page)
    page.locator("input[value=video]").check()
    go_on(page)
    page.wait_for_url("**/book/time")


def _book(page: Page, origin: str) -> None:
    """The next free time of the office calendar, without a log-in."""
    email = fresh_address()
    _to_times(page, origin)
    page.get_by_role("button", name="Reserve this time").click()
    page.wait_for_url("**/book/person")
    type_person(page, email=email)
    go_on(page)
    prove_address(page, email)
    page.get_by_label("File").set_input_files(identity_card().chosen())
    page.get_by_role("button", name="Upload").click()
    go_on(page)
    page.get_by_role("button", name="Confirm and book").click()
    page.wait_for_url("**/book/done")


def _shown(page: Page) -> list[datetime]:
    """The times of the week that is shown, by the clocks in Luxembourg."""
    values = page.locator("button.app-slot").evaluate_all("all => all.map(each => each.value)")
    return [datetime.fromisoformat(value).astimezone(ZONE) for value in values]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_week_is_browsed_and_the_next_free_time_is_one_click_away(
    stage: World, new_context: NewContext, size: dict[str, int], scripts: bool
) -> None:
    page = open_page(new_context(viewport=size, locale="en", java_script_enabled=scripts))
    _to_times(page, stage.origin)
    page.get_by_role("link", name="French").click()
    first = _shown(page)
    assert first == sorted(first)
    assert len({starts_at.isocalendar().week for starts_at in first}) == 1
    assert page.locator(".app-week__day").count() == 7
    expect(page.locator(".app-week__day").last).to_contain_text("None")

    page.get_by_role("link", name="Next week").click()
    page.get_by_role("link", name="Afternoon").click()
    second = _shown(page)
    assert second[0].date() == second[0].date() - timedelta(days=second[0].weekday())
    assert all(first[0].date() < starts_at.date() and starts_at.hour >= 12 for starts_at in second)
    expect(page.get_by_role("link", name="French")).to_have_attribute("aria-current", "true")

    taken = page.get_by_role("button", name="Reserve this time")
    starts_at = datetime.fromisoformat(taken.get_attribute("value") or "").astimezone(ZONE)
    assert starts_at < second[0]
    assert starts_at.hour >= 12
    taken.click()
    page.wait_for_url("**/book/person")
    expect(page.locator("[data-deadline]")).to_contain_text(f"{starts_at:%H:%M}")
    page.go_back()
    page.get_by_role("button", name="Go on with this time").click()
    page.wait_for_url("**/book/person")


def test_an_appointment_is_moved_to_a_time_of_another_week(stage: World, new_context: NewContext) -> None:
    page = open_page(new_context(viewport=PHONE, locale="en"))
    _book(page, stage.origin)
    page.goto(f"{stage.origin}/appointment/move")
    page.get_by_role("link", name="Next week").click()
    page.get_by_role("link", name="Morning").click()
    slot = page.locator("button.app-slot").first
    starts_at = datetime.fromisoformat(slot.get_attribute("value") or "").astimezone(ZONE)
    assert starts_at.hour < 12
    slot.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move to this time?")
    page.get_by_role("link", name="Choose another time").click()
    assert starts_at in _shown(page), "the same week and part of the day again"
    page.locator(f"button.app-slot[value='{slot.get_attribute('value')}']").click()
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{starts_at:%H:%M}")


def test_the_reserved_time_warns_ends_and_keeps_what_was_typed(stage: World, new_context: NewContext) -> None:
    page = open_page(new_context(locale="en"))
    page.clock.install()
    _to_times(page, stage.origin)
    page.locator("button.app-slot").first.click()
    page.wait_for_url("**/book/person")
    page.locator("[name=first_name]").fill("Half typed")
    deadline, said = page.locator("[data-deadline]"), page.locator("[data-deadline-live]")

    page.clock.fast_forward("05:05")
    expect(said).to_have_text("5 minutes are left to finish.")
    page.clock.fast_forward("03:00")
    expect(said).to_have_text("2 minutes are left. You can have 10 more, once.")
    expect(deadline).to_have_class(re.compile("app-deadline--soon"))

    page.get_by_role("button", name="I need 10 more minutes").click()
    expect(page.get_by_text("Your time is now reserved until")).to_be_visible()
    expect(page.locator("[name=first_name]")).to_have_value("Half typed")
    page.locator("[name=last_name]").fill("Half typed, too")

    stage.travel(minutes=11)
    with page.expect_response("**/book/keep"):
        page.clock.fast_forward("10:01")
    expect(said).to_contain_text("Your time is no longer reserved.")
    page.get_by_role("button", name="Choose a time again").click()
    page.wait_for_url("**/book/time")
    page.get_by_role("button", name="Reserve it again").click()
    page.wait_for_url("**/book/person")
    expect(page.locator("[name=last_name]")).to_have_value("Half typed, too")


def test_a_second_tab_and_the_back_button_never_book_or_hold_twice(
    stage: World, new_context: NewContext
) -> None:
    context = new_context(locale="en")
    first = open_page(context)
    _to_times(first, stage.origin)
    first.locator("button.app-slot").first.click()
    first.wait_for_url("**/book/person")

    second = context.new_page()
    second.goto(f"{stage.origin}/book/time")
    chosen = second.locator("button.app-slot").nth(2)
    starts_at = datetime.fromisoformat(chosen.get_attribute("value") or "").astimezone(ZONE)
    chosen.dblclick()
    second.wait_for_url("**/book/person")

    first.reload()
    expect(first.locator("[data-deadline]")).to_contain_text(f"{starts_at:%H:%M}")
    first.go_back()
    first.get_by_role("button", name="Go on with this time").click()
    expect(first.locator("[data-deadline]")).to_contain_text(f"{starts_at:%H:%M}")
