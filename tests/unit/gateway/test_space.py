"""The private space: one's own data and appointments."""

from __future__ import annotations

from typing import Any

from services.contracts.errors import StaleVersion
from tests.unit.gateway import journey


def test_a_space_is_made_and_changed(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    assert "Create my private space" in browser.get("/space").text
    browser.post("/space/open")
    assert 'value="Muster"' in browser.get("/space/data").text
    answer = browser.post("/space/data", {**journey.PERSON, "version": "1", "city": "Esch"})
    assert answer.location == "/space"
    page = browser.get("/space").text
    assert "Esch" in page
    assert "Luxembourg</dd>" in page.replace("\n", "").replace("  ", "")


def test_a_change_that_came_too_late_is_told_and_kept_on_the_page(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    browser.post("/space/open")
    world.bus.services[2].save_personal_data = _stale
    page = browser.post("/space/data", {**journey.PERSON, "version": "1", "city": "Esch"})
    assert page.status_code == 409
    assert "changed in the meantime" in page.text
    assert 'value="Esch"' in page.text


def test_wrong_data_are_told_at_the_field(browser: Any) -> None:
    journey.log_in(browser)
    browser.post("/space/open")
    page = browser.post("/space/data", {**journey.PERSON, "version": "1", "email": "nobody"})
    assert page.status_code == 422
    assert page.text.count("e-mail address like") == 2


def test_own_appointments_are_listed(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    page = browser.get("/space").text
    assert "Monday, 23 November 2026, 11:00" in page
    assert "/space/appointments/appointment-1" in page
    world.clock.advance(days=1)
    assert "/space/appointments/appointment-1" not in browser.get("/space").text


def _stale(_request: Any) -> None:
    raise StaleVersion("space")
