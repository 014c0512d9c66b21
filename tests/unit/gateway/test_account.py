"""What opens an account: adding and revoking it, each within minutes of a log-in."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from redis import RedisError

from gateway.ended_logins import EndedLogins, of_credential
from services.contracts.credentials import BeginLinking, RevokeCredential
from services.contracts.errors import LoginRefused, NotFound
from services.contracts.identity import BeginLogin, FinishLogin
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import NOW

LINK, OWN, SECOND = "/account/link", "credential-resident", "credential-second"


@pytest.fixture
def resident(browser: Any) -> Any:
    journey.log_in(browser)
    return browser


def revoke_page(credential_id: str) -> str:
    return f"/account/credentials/{credential_id}/revoke"


def come_back(browser: Any, left_by: Any, person: str) -> Any:
    """From the provider, as that person."""
    answer = journey.answer(browser, journey.login_id_of(left_by), person)
    return browser.get("/login/finish") if answer.status_code == 303 else answer


def link(browser: Any, person: str = "second") -> Any:
    return come_back(browser, browser.post(LINK, {"provider": "luxtrust"}), person)


def cookie(browser: Any) -> str:
    return str(browser.client.get_cookie("__Host-sid").value)


def minutes_pass(world: Any, minutes: int = 5) -> None:
    world.clock.set(NOW + timedelta(minutes=minutes))


def test_the_account_is_for_who_has_logged_in(browser: Any) -> None:
    assert browser.get("/account").location == "/login?next=/account"


def test_the_account_says_who_one_is_and_what_opens_it(resident: Any) -> None:
    page = resident.get("/account").text
    for said in ("Léa Muster", "resident@example.org", "LuxTrust", "ends in 9012", "used now", "Log out"):
        assert said in page
    assert page.count("10203040506070809012") == 1
    assert '<summary>Show the whole number</summary><span class="app-id">10203040506070809012<' in page


def test_a_newcomer_is_offered_to_register(browser: Any) -> None:
    journey.log_in(browser, "newcomer")
    page = browser.get("/account").text
    assert 'href="/account/register"' in page
    assert 'href="/account/link"' not in page


@pytest.mark.parametrize("path", [LINK, revoke_page(OWN), "/account/address"])
def test_changes_are_for_who_is_registered(browser: Any, path: str) -> None:
    journey.log_in(browser, "newcomer")
    assert browser.get(path).location == f"/account/register?next={path}"


# --- logging in again ---


@pytest.mark.parametrize("path", [LINK, revoke_page(OWN), "/account/address"])
def test_after_five_minutes_one_logs_in_again_and_comes_back_to_the_very_page(
    world: Any, resident: Any, path: str
) -> None:
    minutes_pass(world)
    for answer in (resident.get(path), resident.post(path, {})):
        assert answer.location == f"/account/login-again?next={path}"
    assert "Log in again" in resident.get(answer.location).text
    before = cookie(resident)
    left = resident.post("/account/login-again", {"provider": "luxtrust", "next": path})
    assert world.bus.asked[-1] == BeginLogin(
        provider="luxtrust", audience="citizen", person_id="person-resident"
    )
    assert come_back(resident, left, "resident").location == path
    assert cookie(resident) != before
    assert resident.get(path).status_code == 200


def test_just_before_five_minutes_the_log_in_is_fresh(world: Any, resident: Any) -> None:
    world.clock.set(NOW + timedelta(minutes=5, seconds=-1))
    assert resident.get(LINK).status_code == 200


def test_where_identity_finds_it_too_old_one_logs_in_again(world: Any, resident: Any) -> None:
    world.credentials.proofs_are_over()
    assert resident.post(LINK, {"provider": "luxtrust"}).location == f"/account/login-again?next={LINK}"
    assert resident.get(LINK).location == f"/account/login-again?next={LINK}"


def test_who_has_a_fresh_log_in_already_goes_on(resident: Any) -> None:
    assert resident.get(f"/account/login-again?next={LINK}").location == LINK
    assert resident.get("/account/login-again?next=//evil.example").location == "/account"


def test_somebody_else_s_log_in_is_refused_and_changes_nothing(world: Any, resident: Any) -> None:
    minutes_pass(world)
    left = resident.post("/account/login-again", {"provider": "luxtrust", "next": LINK})
    page = come_back(resident, left, "tom")
    assert page.status_code == 403
    assert "You have not logged in again" in page.text
    assert "somebody else has logged in" in page.text
    assert f'href="/account/login-again?next={LINK}"' in page.text
    assert "resident@example.org" in resident.get("/account").text
    assert resident.get(LINK).location.startswith("/account/login-again")


def test_we_do_not_rely_on_identity_alone_for_that(world: Any, resident: Any) -> None:
    minutes_pass(world)
    left = resident.post("/account/login-again", {"provider": "luxtrust", "next": LINK})
    world.identity.wanted.clear()
    assert come_back(resident, left, "tom").status_code == 403
    assert "resident@example.org" in resident.get("/account").text


# --- adding ---


def test_a_further_credential_opens_the_same_account(world: Any, resident: Any) -> None:
    before = cookie(resident)
    assert link(resident).location == "/account"
    assert cookie(resident) != before
    page = resident.get("/account").text
    assert "The means of logging in was added" in page
    assert page.count("used now") == 1
    other = world.browser()
    journey.log_in(other, "second")
    assert "resident@example.org" in other.get("/account").text


def test_the_session_stays_that_of_the_credential_which_opened_it(world: Any, resident: Any) -> None:
    link(resident)
    resident.post(revoke_page(SECOND))
    assert resident.get("/account").status_code == 200


def test_what_is_added_logs_out_whoever_it_had_opened_alone(world: Any, resident: Any) -> None:
    alone = world.browser()
    journey.log_in(alone, "second")
    link(resident)
    assert alone.get("/account").location.startswith("/login")


def test_adding_one_s_own_once_more_changes_nothing(world: Any, resident: Any) -> None:
    link(resident, "resident")
    assert "belongs to your account already" in resident.get("/account").text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("credential_of_other", "registered for another account"),
        ("other_national_number", "another national number"),
        ("revoked", "has been revoked"),
        ("too_many_credentials", "10 means of logging in already"),
        ("cancelled", "stopped before the end"),
        ("level_too_low", "not secure enough"),
    ],
)
def test_a_refusal_of_a_further_one_is_explained_and_one_may_try_again(
    world: Any, resident: Any, reason: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    left = resident.post(LINK, {"provider": "luxtrust"})
    world.bus.fault_of["finish_login"] = LoginRefused(reason)
    with caplog.at_level(logging.WARNING):
        page = come_back(resident, left, "second")
    assert page.status_code == 403
    assert "This means of logging in was not added" in page.text
    assert said in page.text
    assert f'href="{LINK}"' in page.text
    assert [record.reason for record in caplog.records if hasattr(record, "reason")] == [reason]


def test_there_are_only_so_many(world: Any, resident: Any) -> None:
    world.credentials.most = 1
    answer = resident.post(LINK, {"provider": "luxtrust"})
    assert answer.status_code == 409
    assert "You have 1 means of logging in already" in answer.text


def test_a_provider_that_is_not_there_is_no_way(world: Any, resident: Any) -> None:
    world.bus.fault_of["begin_linking"] = LoginRefused("provider_unreachable")
    page = resident.post(LINK, {"provider": "luxtrust"})
    assert page.status_code == 403
    assert "does not answer at the moment" in page.text


@pytest.mark.parametrize("page", [LINK, "/account/login-again"])
def test_a_provider_that_nobody_has_switched_on_is_told_of(world: Any, resident: Any, page: str) -> None:
    for method in ("begin_linking", "begin_login"):
        world.bus.fault_of[method] = NotFound("provider")
    answer = resident.post(page, {"provider": "abacus"})
    assert answer.status_code == 403
    assert "does not exist, or not any more" in answer.text
    assert f'href="{page}' in answer.text


def test_who_was_away_longer_than_a_session_waits_is_in_again(world: Any, resident: Any) -> None:
    left = resident.post(LINK, {"provider": "luxtrust"})
    resident.client.delete_cookie("__Host-sid")
    come_back(resident, left, "second")
    assert "resident@example.org" in resident.get("/account").text


def test_who_comes_to_the_browser_after_a_log_out_adds_nothing_to_that_account(
    world: Any, resident: Any, caplog: pytest.LogCaptureFixture
) -> None:
    left = resident.post(LINK, {"provider": "luxtrust"})
    resident.post("/logout")
    page = come_back(resident, left, "second")
    assert page.status_code == 403
    assert "This means of logging in was not added" in page.text
    assert [vars(record)["reason"] for record in caplog.records if "reason" in vars(record)] == ["logged_out"]
    assert world.bus.times(FinishLogin) == 1  # the resident's own, before
    assert "Log in" in resident.get(LINK, follow_redirects=True).text


@pytest.mark.parametrize("way", ["/account/sessions/end-all", revoke_page("credential-second")])
def test_an_answer_that_lay_here_while_what_it_opens_was_ended_opens_nothing(
    world: Any, resident: Any, way: str
) -> None:
    thief = world.browser()
    journey.log_in(thief)
    journey.answer(thief, journey.login_id_of(thief.post(LINK, {"provider": "luxtrust"})), "second")
    thief.client.delete_cookie("__Host-sid")
    assert resident.post(way).status_code == 303
    assert thief.get("/login/finish").status_code == 403
    assert thief.get("/account").location.startswith("/login")


@pytest.mark.parametrize("way", ["/account/sessions/end-all", revoke_page(SECOND)])
def test_what_a_thief_has_begun_to_add_ends_with_his_session(world: Any, resident: Any, way: str) -> None:
    link(resident)
    thief = world.browser()
    journey.log_in(thief, "second")
    left = thief.post(LINK, {"provider": "luxtrust"})
    resident.post(way)
    assert come_back(thief, left, "tom").status_code == 403
    assert "credential-tom" not in world.credentials.by_credential


def test_the_second_click_begins_anew_and_the_first_answer_is_refused(world: Any, resident: Any) -> None:
    first, second = (resident.post(LINK, {"provider": "luxtrust"}) for _click in range(2))
    assert world.bus.times(BeginLinking) == 2
    assert come_back(resident, second, "second").location == "/account"
    assert come_back(resident, first, "second").location == "/space"


# --- revoking ---


def test_revoking_says_first_what_it_means(resident: Any) -> None:
    link(resident)
    page = resident.get(revoke_page(SECOND)).text
    assert "Every session that was opened with it ends at once" in page
    assert "you will be logged out" not in page
    assert "you will be logged out" in resident.get(revoke_page(OWN)).text


def test_a_revoked_one_lets_nobody_in_and_its_sessions_are_over(world: Any, resident: Any) -> None:
    link(resident)
    other = world.browser()
    journey.log_in(other, "second")
    assert resident.post(revoke_page(SECOND)).location == "/account"
    assert other.get("/account").location.startswith("/login")
    left = other.post("/login/luxtrust", {"audience": "citizen"})
    page = come_back(other, left, "second")
    assert page.status_code == 403
    assert "has been revoked" in page.text
    assert "Nobody can log in with it any more" in resident.get("/account").text


def test_revoking_the_one_used_now_logs_out(resident: Any) -> None:
    link(resident)
    answer = resident.post(revoke_page(OWN))
    assert answer.location == "/login/ended?why=revoked"
    assert "Log in with another one of yours" in resident.get(answer.location).text
    assert resident.get("/account").location.startswith("/login")


def test_the_second_click_revokes_nothing_more(world: Any, resident: Any) -> None:
    link(resident)
    assert [resident.post(revoke_page(SECOND)).location for _click in range(2)] == ["/account", "/account"]
    assert world.bus.times(RevokeCredential) == 2
    assert resident.get(revoke_page(SECOND)).location == "/account"


def test_the_only_one_cannot_be_revoked(resident: Any) -> None:
    assert 'href="/account/credentials' not in resident.get("/account").text
    assert resident.post(revoke_page(OWN)).location == "/account"
    assert "your only registered means" in resident.get("/account").text


@pytest.fixture
def ended(world: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was ended, and how many revocations had been asked for by then."""
    told: list[tuple[str, int]] = []

    def end_now(_self: Any, *keys: str) -> None:
        told.extend((key, world.bus.times(RevokeCredential)) for key in keys)

    monkeypatch.setattr(EndedLogins, "end_now", end_now)
    return told


def test_sessions_end_before_and_after_so_that_none_outlives_a_crash(
    resident: Any, ended: list[tuple[str, int]]
) -> None:
    link(resident)
    ended.clear()
    resident.post(revoke_page(SECOND))
    assert ended == [(of_credential(SECOND), 0), (of_credential(SECOND), 1)]


def test_while_sessions_cannot_be_ended_nothing_is_revoked(
    world: Any, resident: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise RedisError

    link(resident)
    monkeypatch.setattr(EndedLogins, "end_now", away)
    assert resident.post(revoke_page(SECOND)).status_code == 503
    assert world.bus.times(RevokeCredential) == 0


@pytest.mark.parametrize("credential_id", [OWN, "credential-tom"])
def test_what_cannot_be_revoked_ends_no_session(
    world: Any, resident: Any, ended: list[tuple[str, int]], credential_id: str
) -> None:
    journey.log_in(world.browser(), "tom")
    resident.post(revoke_page(credential_id))
    assert (ended, world.bus.times(RevokeCredential)) == ([], 0)


def test_nobody_else_s_can_be_revoked(world: Any, resident: Any) -> None:
    journey.log_in(world.browser(), "tom")
    for answer in (resident.get(revoke_page("credential-tom")), resident.post(revoke_page("credential-tom"))):
        assert answer.status_code == 404


def test_a_person_who_is_another_one_s_credential_now_logs_in_again(world: Any, resident: Any) -> None:
    world.credentials.accounts.clear()
    answer = resident.get("/account")
    assert answer.location == "/login/ended?why=joined"
    assert "another account of yours" in resident.get(answer.location).text
