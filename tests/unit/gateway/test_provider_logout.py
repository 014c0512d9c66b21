"""Sessions that end because their provider says so, whichever browser they are in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from redis import RedisError

from services.contracts.identity import EndedByProvider
from tests.unit.gateway import journey
from tests.unit.gateway.fakes import NEVER

PLACE = "/login/staff/backchannel-logout"


def told(world: Any, token: str = "token", place: str = PLACE) -> Any:
    """The provider's server tells of a log-out: without cookies, token of ours or headers of a browser."""
    client = world.app.test_client(use_cookies=False)
    return client.post(place, base_url="https://localhost", data={"logout_token": token})


def ends(world: Any, *keys: str, until: int = 0) -> None:
    """Let `token` end these keys' log-ins, up to so many seconds after the provider's noon."""
    ended = EndedByProvider(session_keys=keys, proved_until=NEVER + timedelta(seconds=until))
    world.identity.logout_tokens["token"] = ended


def log_in(world: Any, *keys: str, at: int = 0, browser: Any = None) -> Any:
    """A browser with a log-in that one of `keys` ends."""
    world.identity.session_keys, world.identity.provider_clock = keys, NEVER + timedelta(seconds=at)
    browser = browser or world.browser()
    journey.log_in(browser)
    assert is_in(browser)
    return browser


def is_in(browser: Any) -> bool:
    return bool(browser.get("/space").status_code == 200)


def test_a_log_out_at_the_provider_ends_the_session_here(world: Any) -> None:
    anna = log_in(world, "anna", "anna-1")
    ends(world, "anna-1")
    assert told(world).status_code == 200
    assert not is_in(anna)


def test_other_sessions_go_on(world: Any) -> None:
    anna, ben = log_in(world, "anna", "anna-1"), log_in(world, "ben", "ben-1")
    ends(world, "anna-1")
    told(world)
    assert (is_in(anna), is_in(ben)) == (False, True)


def test_every_session_of_a_person_ends_where_none_is_named(world: Any) -> None:
    browsers = [log_in(world, "anna", f"anna-{number}") for number in range(3)]
    ends(world, "anna")
    told(world)
    assert not any(is_in(browser) for browser in browsers)


def test_who_logs_in_afterwards_stays_even_if_it_is_told_again(world: Any) -> None:
    anna = log_in(world, "anna", at=0)
    ends(world, "anna", until=10)
    told(world)
    log_in(world, "anna", at=11, browser=anna)
    told(world)
    assert is_in(anna)


def test_an_earlier_log_out_that_comes_late_revives_nothing(world: Any) -> None:
    anna = log_in(world, "anna", at=5)
    ends(world, "anna", until=10)
    told(world)
    ends(world, "anna", until=3)
    told(world)
    assert not is_in(anna)


def test_a_citizen_in_the_same_browser_is_logged_out_with_the_staff(world: Any) -> None:
    browser = log_in(world)
    world.identity.session_keys = ("anna",)
    journey.log_in(browser, "supervisor", "staff")
    assert is_in(browser)
    ends(world, "anna")
    told(world)
    assert not is_in(browser)


def test_who_logs_out_first_and_in_without_the_provider_is_left_alone(world: Any) -> None:
    browser = log_in(world, "anna")
    browser.post("/logout")
    log_in(world, browser=browser)
    ends(world, "anna")
    told(world)
    assert is_in(browser)


def test_a_token_that_is_not_believed_ends_nothing(world: Any) -> None:
    anna = log_in(world, "anna")
    for place in (PLACE, "/login/other/backchannel-logout"):
        answer = told(world, "made up", place)
        assert answer.status_code == 400
        assert answer.json["error"] == "invalid_request"
        assert answer.headers["Cache-Control"] == "no-store"
    assert is_in(anna)


def test_no_address_may_tell_of_too_many(world: Any) -> None:
    limit = world.app.extensions["runtime"].settings.limits["provider_logout"].free
    ends(world, "anna")
    answers = [told(world).status_code for _ in range(limit + 1)]
    assert answers == [200] * limit + [429]


def test_redis_learns_neither_keys_nor_persons(world: Any) -> None:
    ends(world, "anna-1")
    told(world)
    [(name, scores)] = world.redis.scores.items()
    assert "anna" not in name + str(scores)


def test_the_provider_is_asked_to_tell_it_again_while_it_cannot_be_noted(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_options: Any) -> None:
        raise RedisError

    ends(world, "anna")
    monkeypatch.setattr(world.redis, "pipeline", away)
    assert told(world).status_code == 503
