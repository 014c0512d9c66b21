"""The helpdesk finds a person, sees the means of logging in, revokes and reinstates; nobody else does."""

from __future__ import annotations

import html
import logging
from dataclasses import replace
from typing import Any

import pytest
from redis import RedisError

from gateway.ended_logins import EndedLogins, of_credential
from services.contracts.credentials import FindAccounts, ReinstateCredential, RevokeForPerson
from services.contracts.errors import ServiceUnavailable
from tests.unit.gateway import desk
from tests.unit.gateway.helped_accounts import ABROAD, CARD, PERSON, FakeAccounts

PAGE = f"/console/persons/{PERSON}/"
REVOKE, REINSTATE = f"{PAGE}{CARD}/revoke", f"{PAGE}{CARD}/reinstate"
REASON = {"reason": "Card lost, said the caller"}
YES = {**REASON, "confirmed": "yes"}


@pytest.fixture
def accounts(world: Any) -> FakeAccounts:
    desk.open_desk(world)
    found = FakeAccounts()
    world.bus.services.insert(0, found)
    return found


@pytest.fixture
def helpdesk(world: Any, accounts: FakeAccounts) -> Any:
    return desk.member(world, "helpdesk")


@pytest.fixture
def ended(world: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was ended, and how many revocations had been asked for by then."""
    told: list[tuple[str, int]] = []

    def end_now(_self: Any, *keys: str) -> None:
        told.extend((key, world.bus.times(RevokeForPerson)) for key in keys)

    monkeypatch.setattr(EndedLogins, "end_now", end_now)
    return told


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_who_does_not_help_sees_no_account_and_changes_none(
    world: Any, accounts: FakeAccounts, role: str
) -> None:
    member = desk.member(world, role)
    assert "/console/persons/" not in member.get("/console/").text
    for path in ("/console/persons/", PAGE, REVOKE, REINSTATE):
        assert member.get(path).status_code == 403
    for path in ("/console/persons/", REVOKE, REINSTATE):
        assert member.post(path, {"query": "x", **YES}).status_code == 403
    kinds = (FindAccounts, RevokeForPerson, ReinstateCredential)
    assert [world.bus.times(kind) for kind in kinds] == [0, 0, 0]


@pytest.mark.parametrize("role", ["helpdesk", "administrator"])
def test_who_helps_finds_the_page_in_the_menu(world: Any, accounts: FakeAccounts, role: str) -> None:
    member = desk.member(world, role)
    assert member.get("/console/persons/").status_code == 200
    assert 'href="/console/persons/"' in member.get("/console/persons/").text


@pytest.mark.parametrize(
    ("path", "heading", "name"),
    [
        ("/console/persons/", "Find a person's account", "query"),
        ("/console/search/", "Find an appointment", "text"),
    ],
)
def test_a_search_is_a_form_that_posts_to_its_own_page(
    helpdesk: Any, path: str, heading: str, name: str
) -> None:
    page = html.unescape(helpdesk.get(path).text)
    assert f"<title>{heading} – Agent console" in page
    assert f"{heading}</h1>" in page
    assert f'<form method="post" action="{path}"' in page
    assert f'name="{name}"' in page


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("1985 0412 20100", "1985041220100"),
        ("1000 0000-0000 0000 1234", "10000000000000001234"),
        (" Lea@mail.example ", "Lea@mail.example"),
        ("DE/LU/5678", "DE/LU/5678"),
    ],
)
def test_one_who_is_found_is_opened(world: Any, helpdesk: Any, typed: str, asked: str) -> None:
    answer = helpdesk.post("/console/persons/", {"query": typed})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert FindAccounts(query=asked) in world.bus.asked


def test_several_are_listed_and_what_was_typed_is_in_no_address(
    helpdesk: Any, accounts: FakeAccounts
) -> None:
    accounts.found = 3
    answer = helpdesk.post("/console/persons/", {"query": "lea@mail.example"})
    assert answer.text.count(f'href="{PAGE}"') == 3
    assert "lea@mail.example" not in "".join(line for line in answer.text.splitlines() if "href" in line)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [("", 422, "This entry is missing"), ("neither", 422, "none of the three"), ("a@b.lu", 200, "Nobody")],
)
def test_what_is_not_found_is_said(
    helpdesk: Any, accounts: FakeAccounts, typed: str, status: int, said: str
) -> None:
    accounts.found = 0
    answer = helpdesk.post("/console/persons/", {"query": typed})
    assert (answer.status_code, said in answer.text) == (status, True)


def test_the_account_shows_each_means_and_its_history_in_words(helpdesk: Any) -> None:
    page = helpdesk.get(PAGE).text
    for said in ("10000000000000001234", "DE/LU/5678", "lea.muster@mail.example", "1985041220100"):
        assert said in page
    assert "<strong>revoked</strong> – LuxTrust, ends in 1234 – Ben Demo" in page
    assert "<strong>registered</strong> – LuxTrust, ends in 1234 – the person" in page


def test_the_account_shows_whether_the_person_could_be_told(helpdesk: Any, accounts: FakeAccounts) -> None:
    page = helpdesk.get(PAGE).text
    assert accounts.noticed == (CARD, ABROAD)
    assert "<strong>Means of logging in revoked by the helpdesk</strong> – could not be sent" in page
    assert page.index("could not be sent") < page.index(
        "<strong>Means of logging in registered</strong> – sent"
    )


def test_the_log_keeps_who_looked_and_not_for_what(helpdesk: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        opened = helpdesk.post("/console/persons/", {"query": "1985041220100"})
        helpdesk.get(opened.location)
        helpdesk.post("/console/persons/", {"query": "neither"})
    kept = [vars(record) for record in caplog.records if "staff_id" in vars(record)]
    assert [(one["message"], one.get("found"), one.get("person_id")) for one in kept] == [
        ("account looked for", 1, None),
        ("account opened", None, PERSON),
        ("account looked for", 0, None),
    ]
    assert len({one["staff_id"] for one in kept}) == 1
    assert not any("1985041220100" in str(one) or "Muster" in str(one) for one in kept)


def test_the_account_is_shown_while_nobody_knows_of_its_mails(world: Any, helpdesk: Any) -> None:
    world.bus.fault_of["list_notices"] = ServiceUnavailable("notify")
    answer = helpdesk.get(PAGE)
    assert (answer.status_code, "cannot be shown at the moment" in answer.text) == (200, True)


def test_a_reason_is_text_and_no_markup(helpdesk: Any) -> None:
    page = helpdesk.get(PAGE).text
    assert "Lost on &lt;b&gt;Friday&lt;/b&gt;" in page


@pytest.mark.parametrize("path", ["/console/persons/nobody/", f"{PAGE}nothing/revoke", f"{PAGE}{CARD}/burn"])
def test_what_is_not_there_is_not_found(helpdesk: Any, path: str) -> None:
    assert helpdesk.get(path).status_code == 404


def test_means_of_somebody_else_is_not_revoked_by_this_page(world: Any, helpdesk: Any) -> None:
    assert helpdesk.post(f"{PAGE}somebody-elses/revoke", YES).status_code == 404
    assert world.bus.times(RevokeForPerson) == 0


@pytest.mark.parametrize(("reason", "said"), [("", "This entry is missing"), ("x" * 501, "at most 500")])
def test_nothing_is_revoked_without_a_reason(world: Any, helpdesk: Any, reason: str, said: str) -> None:
    answer = helpdesk.post(REVOKE, {"reason": reason, "confirmed": "yes"})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert world.bus.times(RevokeForPerson) == 0


def test_nothing_is_revoked_before_it_is_confirmed(world: Any, helpdesk: Any) -> None:
    answer = helpdesk.post(REVOKE, REASON)
    assert "Revoke this means of logging in?" in answer.text
    assert REASON["reason"] in answer.text
    assert world.bus.times(RevokeForPerson) == 0


def test_the_revocation_has_its_author_and_reason_and_ends_what_is_open(
    world: Any, helpdesk: Any, ended: list[tuple[str, int]]
) -> None:
    answer = helpdesk.post(REVOKE, YES)
    assert (answer.status_code, answer.location) == (303, PAGE)
    (wanted,) = (asked for asked in world.bus.asked if isinstance(asked, RevokeForPerson))
    assert (wanted.credential_id, wanted.reason) == (CARD, REASON["reason"])
    assert wanted.staff_id
    assert ended == [(of_credential(CARD), 0), (of_credential(CARD), 1)]
    page = helpdesk.get(PAGE).text
    assert "Nobody can log in with it any more" in page
    assert f"{CARD}/reinstate" in page
    assert f"{ABROAD}/revoke" in page


def test_a_second_click_does_the_same_again(helpdesk: Any, ended: list[tuple[str, int]]) -> None:
    assert [helpdesk.post(REVOKE, YES).status_code for _ in range(2)] == [303, 303]


def test_while_sessions_cannot_be_ended_nothing_is_revoked(
    world: Any, helpdesk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise RedisError

    monkeypatch.setattr(EndedLogins, "end_now", away)
    assert helpdesk.post(REVOKE, YES).status_code == 503
    assert world.bus.times(RevokeForPerson) == 0


def test_what_identity_finds_wrong_stands_at_the_reason(helpdesk: Any) -> None:
    answer = helpdesk.post(REVOKE, {"reason": "refuse me", "confirmed": "yes"})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text


def test_reinstating_asks_first_and_ends_nothing(
    world: Any, helpdesk: Any, accounts: FakeAccounts, ended: list[tuple[str, int]]
) -> None:
    helpdesk.post(REVOKE, YES)
    ended.clear()
    assert "Make this means of logging in valid again?" in helpdesk.post(REINSTATE, REASON).text
    assert helpdesk.post(REINSTATE, YES).status_code == 303
    assert (world.bus.times(ReinstateCredential), ended) == (1, [])
    assert "Made valid again" in helpdesk.get(PAGE).text


def test_where_another_account_has_the_number_by_now_it_is_said(world: Any, helpdesk: Any) -> None:
    answer = helpdesk.post(REINSTATE, {"reason": "number taken", "confirmed": "yes"})
    assert answer.status_code == 409
    assert "Another account has registered this national number" in answer.text


def test_the_last_means_is_revoked_with_a_warning(helpdesk: Any, accounts: FakeAccounts) -> None:
    assert "only registered means" not in helpdesk.get(REVOKE).text
    accounts.account = replace(accounts.account, credentials=accounts.account.credentials[:1])
    assert "only registered means" in helpdesk.get(REVOKE).text


def test_it_is_said_when_nobody_can_be_told(helpdesk: Any, accounts: FakeAccounts) -> None:
    assert "The person is told by mail" in helpdesk.get(REVOKE).text
    accounts.account = replace(accounts.account, address="")
    assert "nobody is told" in helpdesk.get(REVOKE).text
