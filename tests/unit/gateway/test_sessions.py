"""Sessions: sealed, bound to the cookie, renewed at log-in, and ended for good."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sessions import ABSOLUTE_SECONDS, RedisSessions, SealedStore, new_secret_id
from tests.unit.gateway import journey
from tests.unit.gateway.fakes import FakeRedis


def _cookie(browser: Any) -> Any:
    return browser.client.get_cookie("__Host-sid")


def test_redis_sees_neither_the_id_nor_the_content(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    browser.post("/book/person", journey.PERSON)
    stored = b"".join(name.encode() + value for name, value in world.redis.values.items())
    assert _cookie(browser).value.encode() not in stored
    assert b"Muster" not in stored
    assert b"booking" not in stored


def test_the_cookie_is_for_this_host_over_tls_and_for_no_script(browser: Any) -> None:
    browser.post("/book/login", {"way": "without"})
    cookie = _cookie(browser)
    assert cookie.secure
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.path == "/"
    assert not cookie.domain or cookie.domain == "localhost"


def test_looking_at_pages_makes_no_session(world: Any, browser: Any) -> None:
    browser.get("/")
    assert _cookie(browser) is None
    assert world.redis.values == {}


def test_the_id_changes_at_log_in_and_the_draft_stays(browser: Any) -> None:
    journey.consent(browser)
    before = _cookie(browser).value
    journey.log_in(browser)
    assert _cookie(browser).value != before
    assert browser.get("/book/").location == "/book/subject"


def test_the_old_id_opens_nothing_after_log_in(world: Any, browser: Any) -> None:
    journey.consent(browser)
    before = _cookie(browser).value
    journey.log_in(browser)
    thief = world.browser()
    thief.client.set_cookie("__Host-sid", before, domain="localhost")
    assert thief.get("/space").location.startswith("/login")


def test_somebody_else_s_log_in_finds_nothing_of_the_one_before(browser: Any) -> None:
    journey.log_in(browser, audience="staff")
    journey.log_in(browser, "newcomer")
    journey.consent(browser)
    typed = {"email": "newcomer@example.org", "national_number": journey.PERSON["national_number"]}
    assert browser.post("/account/register", {**typed, "request_key": "key-1"}).location == "/account/code"
    journey.log_in(browser, "tom")
    assert browser.get("/account/code").location == "/account"
    assert browser.get("/book/").location == "/book/welcome"
    assert browser.get("/console/sessions").status_code == 200


def test_one_s_own_log_in_again_leaves_everything_where_it_was(browser: Any) -> None:
    journey.log_in(browser)
    journey.consent(browser)
    journey.log_in(browser)
    assert browser.get("/book/").location == "/book/subject"


def test_logging_out_ends_the_session_on_the_server(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    kept = _cookie(browser).value
    assert browser.get("/space").status_code == 200
    browser.post("/logout")
    browser.client.set_cookie("__Host-sid", kept, domain="localhost")
    assert browser.get("/space").location.startswith("/login")
    assert world.redis.values == {}


def test_an_ended_session_is_not_revived_by_a_late_save() -> None:
    store, secret_id = SealedStore(FakeRedis(), "session", 60), new_secret_id()
    assert store.save(secret_id, {"a": 1}, new=True)
    store.delete(secret_id)
    assert not store.save(secret_id, {"a": 2}, new=False)
    assert store.load(secret_id) is None


def test_a_session_ends_after_its_absolute_time_however_busy(world: Any, browser: Any) -> None:
    wall = [0.0]
    store = SealedStore(world.redis, "session", 900)
    world.app.session_interface = RedisSessions(store, "__Host-sid", lambda: wall[0])
    journey.consent(browser)
    wall[0] = ABSOLUTE_SECONDS - 1
    assert browser.get("/book/").location == "/book/subject"
    wall[0] = ABSOLUTE_SECONDS
    assert browser.get("/book/").location == "/book/login"


@pytest.mark.parametrize("change", ["room", "level"])
def test_only_a_log_in_begins_the_absolute_time_anew(world: Any, browser: Any, change: str) -> None:
    wall = [0.0]
    store = SealedStore(world.redis, "session", 900)
    world.app.session_interface = RedisSessions(store, "__Host-sid", lambda: wall[0])
    journey.as_far_as_review(browser)
    wall[0] = ABSOLUTE_SECONDS - 1
    before = _cookie(browser).value
    if change == "room":
        browser.post("/book/review")  # what one has booked opens its room
    else:
        journey.log_in(browser)
    assert _cookie(browser).value != before
    wall[0] = ABSOLUTE_SECONDS
    goes_on = browser.get("/space").status_code == 200
    assert goes_on == (change == "level")


def test_ids_of_one_purpose_open_nothing_of_another() -> None:
    redis, secret_id = FakeRedis(), new_secret_id()
    SealedStore(redis, "session", 60).save(secret_id, {"a": 1}, new=True)
    assert SealedStore(redis, "login", 60).load(secret_id) is None


def test_a_changed_byte_makes_the_content_unreadable() -> None:
    redis, secret_id = FakeRedis(), new_secret_id()
    store = SealedStore(redis, "session", 60)
    store.save(secret_id, {"a": 1}, new=True)
    [(name, sealed)] = redis.values.items()
    redis.values[name] = sealed[:-1] + bytes([sealed[-1] ^ 1])
    assert store.load(secret_id) is None


def test_a_malformed_id_is_no_id() -> None:
    store = SealedStore(FakeRedis(), "session", 60)
    assert store.load("") is None
    assert store.load("é" * 43) is None
    assert store.load("x" * 10_000) is None
