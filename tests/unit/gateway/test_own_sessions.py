"""One's own sessions: listed for their person alone, ended one by one or all at once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.device import device_of
from gateway.ended_logins import end_credential
from gateway.own_sessions import SessionIndex
from gateway.sessions import IDLE_SECONDS
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import make_world

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1"
)


def logged_in(world: Any, user_agent: str = "", person: str = "resident", audience: str = "citizen") -> Any:
    browser = world.browser()
    browser.client.environ_base["HTTP_USER_AGENT"] = user_agent
    journey.log_in(browser, person, audience)
    return browser


def handles(browser: Any, page: str = "/account") -> list[str]:
    return re.findall('name="handle" value="(.+?)"', browser.get(page).text)


def is_in(browser: Any) -> bool:
    return bool(browser.get("/account").status_code == 200)


def test_each_session_is_named_by_its_device_and_this_one_is_marked(world: Any) -> None:
    desk, phone = logged_in(world, FIREFOX), logged_in(world, IPHONE)
    for browser in (desk, phone):
        page = browser.get("/account").text
        assert "Firefox on Linux" in page
        assert "Safari on iPhone" in page
        assert page.count(">this session<") == 1
        assert "LuxTrust (high)" in page


def test_other_persons_sessions_are_not_listed(world: Any) -> None:
    one = logged_in(world)
    logged_in(world, person="tom")
    assert len(handles(one)) == 1


def test_another_session_is_ended_and_this_one_goes_on(world: Any) -> None:
    one, other = logged_in(world), logged_in(world)
    own, others = handles(one)
    assert one.post("/account/sessions/end", {"handle": others}).location == "/account"
    assert (is_in(one), is_in(other)) == (True, False)
    assert handles(one) == [own]
    assert one.post("/account/sessions/end", {"handle": others}).location == "/account"
    assert is_in(one)


def test_ending_this_one_logs_out(world: Any) -> None:
    one = logged_in(world)
    answer = one.post("/account/sessions/end", {"handle": handles(one)[0]})
    assert answer.location == "/login/ended?why=here&audience=citizen"
    assert not is_in(one)


def test_nobody_ends_another_person_s_session(world: Any) -> None:
    one, tom = logged_in(world), logged_in(world, person="tom")
    one.post("/account/sessions/end", {"handle": handles(tom)[0]})
    assert is_in(tom)


def test_logging_out_everywhere_ends_every_session_of_the_person_and_no_other(world: Any) -> None:
    browsers = [logged_in(world) for _number in range(3)]
    tom = logged_in(world, person="tom")
    answer = browsers[0].post("/account/sessions/end-all")
    assert "on this device and on all others" in browsers[0].get(answer.location).text
    assert not any(is_in(browser) for browser in browsers)
    assert is_in(tom)
    assert is_in(logged_in(world))


def test_a_session_that_no_list_names_ends_too(world: Any) -> None:
    one, other = logged_in(world), logged_in(world)
    world.redis.maps.clear()
    one.post("/account/sessions/end-all")
    assert not is_in(other)


def test_a_session_that_changed_its_id_is_listed_once_and_can_be_ended(world: Any) -> None:
    one, other = logged_in(world), logged_in(world)
    journey.log_in(other)
    assert len(handles(one)) == 2
    one.post("/account/sessions/end", {"handle": handles(other)[0]})
    assert not is_in(other)


def test_a_revoked_credential_takes_its_sessions_along(world: Any) -> None:
    one, tom = logged_in(world), logged_in(world, person="tom")
    with world.app.app_context():
        end_credential("credential-resident")
    assert (is_in(one), is_in(tom)) == (False, True)
    assert is_in(logged_in(world)), "after it was reinstated"


def test_a_log_in_that_was_away_while_its_credential_was_revoked_opens_nothing(world: Any) -> None:
    browser = world.browser()
    journey.answer(browser, journey.begin(browser))
    with world.app.app_context():
        end_credential("credential-resident")
    browser.get("/login/finish")
    assert not is_in(browser)


def test_what_was_not_used_for_a_quarter_of_an_hour_is_off_the_list(world: Any) -> None:
    one, _idle = logged_in(world), logged_in(world)
    world.redis.pass_by(IDLE_SECONDS - 60)
    assert len(handles(one)) == 2
    world.redis.pass_by(60)
    assert len(handles(one)) == 1
    [entries] = world.redis.maps.values()
    assert len(entries) == 1


def test_logging_out_takes_it_off_the_list(world: Any) -> None:
    one, other = logged_in(world), logged_in(world)
    other.post("/logout")
    [entries] = world.redis.maps.values()
    assert len(entries) == 1
    assert len(handles(one)) == 1


def test_redis_learns_neither_persons_nor_what_they_use(world: Any) -> None:
    logged_in(world, FIREFOX)
    logged_in(world, FIREFOX, "sam", "staff")
    kept = repr((world.redis.values, world.redis.maps, world.redis.scores))
    for told in ("resident", "sam", "Firefox", "luxtrust", "staff", "Muster"):
        assert told not in kept


def test_the_list_of_one_person_opens_with_no_other_key_and_on_no_other_day(world: Any) -> None:
    wall = [1_000_000.0]
    content = {"logins": {"citizen": {"owner": "person:1", "day": "1970-01-12", "handle": "h", "keys": {}}}}
    index = SessionIndex(world.redis, b"key", lambda: wall[0])
    index.put(content, "name")
    assert [entry["session"] for entry in index.entries("person:1")] == ["name"]
    assert list(index.entries("person:2")) == []
    assert list(SessionIndex(world.redis, b"another", lambda: wall[0]).entries("person:1")) == []
    wall[0] += 86400
    assert len(list(index.entries("person:1"))) == 1, "a session may live past midnight"
    wall[0] += 86400
    assert list(index.entries("person:1")) == []


# --- staff ---


def test_staff_see_and_end_their_own(world: Any) -> None:
    desk, home = (logged_in(world, FIREFOX, "supervisor", "staff") for _place in range(2))
    citizen = logged_in(world)
    assert len(handles(desk, "/console/sessions")) == 2
    other = handles(desk, "/console/sessions")[1]
    assert desk.post("/console/sessions/end", {"handle": other}).location == "/console/sessions"
    assert home.get("/console/sessions").location.startswith("/console/login")
    answer = desk.post("/console/sessions/end-all")
    assert 'href="/console/login"' in desk.get(answer.location).text
    assert desk.get("/console/sessions").location.startswith("/console/login")
    assert is_in(citizen)


def test_the_pages_of_sessions_are_for_who_has_logged_in(browser: Any) -> None:
    assert browser.get("/console/sessions").location.startswith("/console/login")
    assert browser.post("/account/sessions/end-all").location == "/login"


def test_a_page_of_farewell_says_no_more_than_it_knows(browser: Any) -> None:
    assert "You are logged out" in browser.get("/login/ended?why=%3Cb%3E").text


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (FIREFOX, "Firefox", "Linux"),
        (IPHONE, "Safari", "iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome", "Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge", "Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("Mozilla/5.0 (iPad; CPU OS 18_6) CriOS/140.0 Mobile Safari/604.1", "Chrome", "iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.6 Safari/605.1.15", "Safari", "macOS"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0 Safari/537.36", "Chrome", "ChromeOS"),
        ("curl/8.5.0", "", ""),
        ("", "", ""),
    ],
)
def test_a_device_has_the_names_that_its_owner_knows(user_agent: str, browser: str, system: str) -> None:
    found = device_of(user_agent)
    assert (found.browser, found.system) == (browser, system)


def test_a_device_that_is_not_known_is_called_so() -> None:
    world = make_world()
    assert "Unknown device" in logged_in(world, "curl/8.5.0").get("/account").text
