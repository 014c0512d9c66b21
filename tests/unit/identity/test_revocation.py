"""Revoking, by the person and by the helpdesk; finding and reinstating."""

from dataclasses import replace

import pytest

from services.chassis import context
from services.contracts.credentials import Notice, ReinstateCredential, RevokeForPerson
from services.contracts.errors import (
    FreshLoginNeeded,
    InvalidField,
    LastCredential,
    LoginRefused,
    NationalNumberTaken,
    NotFound,
)
from services.contracts.identity import Principal
from tests.unit.identity.citizens import NOW, NUMBER, World, eidas, luxtrust, national_number

STAFF = "helpdesk-hanna"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lea(world: World) -> Principal:
    who = world.registered(luxtrust(1))
    world.link(who, luxtrust(2))
    return world.sign_in(luxtrust(1))


def second_of(world: World, who: Principal) -> str:
    return world.account(who).credentials[1].credential_id


def revoke_for(world: World, credential_id: str, reason: str = "The card is lost.") -> None:
    world.app.helpdesk.revoke(RevokeForPerson(credential_id=credential_id, staff_id=STAFF, reason=reason))


def reinstate(world: World, credential_id: str, reason: str = "It was found again.") -> None:
    world.app.helpdesk.reinstate(
        ReinstateCredential(credential_id=credential_id, staff_id=STAFF, reason=reason)
    )


# --- by the person ---


def test_a_revoked_credential_lets_nobody_in(world: World, lea: Principal) -> None:
    account = world.revoke(lea, second_of(world, lea))
    assert [(c.state, c.revoked_by, c.revoked_at) for c in account.credentials] == [
        ("registered", "", None),
        ("revoked", "person", NOW),
    ]
    for _ in range(2):
        with pytest.raises(LoginRefused, match="revoked"):
            world.sign_in(luxtrust(2))
    assert world.sign_in(luxtrust(1)).is_registered
    assert world.told()[-1] == "CredentialRevoked"


def test_revoking_again_changes_nothing(world: World, lea: Principal) -> None:
    second = second_of(world, lea)
    first = world.revoke(lea, second)
    world.clock.advance(seconds=1)
    assert world.revoke(lea, second) == first
    assert world.told().count("CredentialRevoked") == 1


def test_whoever_revokes_what_he_came_with_may_ask_twice(world: World, lea: Principal) -> None:
    account = world.revoke(lea, lea.credential_id)
    assert world.revoke(lea, lea.credential_id) == account
    with pytest.raises(FreshLoginNeeded):
        world.revoke(lea, second_of(world, lea))


def test_the_last_one_cannot_be_revoked_by_its_person(world: World, lea: Principal) -> None:
    world.revoke(lea, second_of(world, lea))
    with pytest.raises(LastCredential):
        world.revoke(lea, lea.credential_id)
    assert world.sign_in(luxtrust(1)).is_registered


def test_revoking_needs_a_fresh_log_in_with_what_is_registered_still(world: World, lea: Principal) -> None:
    second = world.sign_in(luxtrust(2))
    world.revoke(lea, second.credential_id)
    for proof in ("", "forged", second.proof):
        with pytest.raises(FreshLoginNeeded):
            world.revoke(replace(lea, proof=proof), lea.credential_id)


def test_nobody_revokes_what_is_not_his(world: World, lea: Principal) -> None:
    other = world.registered(luxtrust(3), number=national_number(300))
    for credential_id in (other.credential_id, "unknown"):
        with pytest.raises(NotFound, match="credential"):
            world.revoke(lea, credential_id)
    with pytest.raises(NotFound, match="person"):
        world.revoke(replace(lea, subject_id="nobody"), lea.credential_id)
    assert world.sign_in(luxtrust(3)).is_registered


# --- by the helpdesk ---


def test_the_helpdesk_revokes_the_last_one_too(world: World, lea: Principal) -> None:
    for credential in world.account(lea).credentials:
        revoke_for(world, credential.credential_id)
    account = world.account(lea)
    assert {(c.state, c.revoked_by) for c in account.credentials} == {("revoked", "helpdesk")}
    assert account.is_registered
    for shown in (luxtrust(1), luxtrust(2)):
        with pytest.raises(LoginRefused, match="revoked"):
            world.sign_in(shown)


def test_what_was_revoked_can_be_reinstated(world: World, lea: Principal) -> None:
    second = second_of(world, lea)
    world.revoke(lea, second)
    reinstate(world, second)
    reinstate(world, second)
    assert world.sign_in(luxtrust(2)).subject_id == lea.subject_id
    restored = world.account(lea).credentials[1]
    assert (restored.state, restored.revoked_at, restored.revoked_by) == ("registered", None, "")
    assert world.told()[-2:] == ["CredentialRevoked", "CredentialReinstated"]


def test_a_number_whose_last_credential_is_revoked_can_be_registered_by_who_has_it(
    world: World, lea: Principal
) -> None:
    first, second = (credential.credential_id for credential in world.account(lea).credentials)
    revoke_for(world, first)
    with pytest.raises(NationalNumberTaken):
        world.registered(luxtrust(3))
    revoke_for(world, second)
    newer = world.registered(luxtrust(3))
    assert newer.is_registered
    assert newer.subject_id != lea.subject_id
    with pytest.raises(NationalNumberTaken):
        reinstate(world, first)
    assert world.account(lea).credentials[0].revoked_at
    found = {account.person_id for account in world.app.helpdesk.find(NUMBER).accounts}
    assert found == {lea.subject_id, newer.subject_id}
    revoke_for(world, newer.credential_id)
    reinstate(world, first)
    assert world.sign_in(luxtrust(1)).subject_id == lea.subject_id


def test_what_was_never_registered_is_neither_revoked_nor_reinstated(world: World) -> None:
    seen = world.sign_in(luxtrust(1)).credential_id
    for credential_id in (seen, "unknown"):
        for act in (revoke_for, reinstate):
            with pytest.raises(NotFound, match="credential"):
                act(world, credential_id)


@pytest.mark.parametrize(("reason", "rule"), [("", "missing"), ("  ", "missing"), ("x" * 501, "too_long")])
def test_the_helpdesk_says_why(world: World, lea: Principal, reason: str, rule: str) -> None:
    for act in (revoke_for, reinstate):
        with pytest.raises(InvalidField) as refused:
            act(world, lea.credential_id, reason)
        assert refused.value.args == ("reason", rule)


def test_the_trail_says_who_did_what_by_which_door_and_why(world: World, lea: Principal) -> None:
    second = second_of(world, lea)
    with context.use(context.begin(origin="page:0123456789abcdef")):
        world.revoke(lea, second)
    with context.use(context.begin(origin="console:fedcba9876543210")):
        reinstate(world, second, "  Found  ")
    by_person, by_helpdesk = world.account(lea).trail[-2:]
    assert (by_person.what, by_person.actor, by_person.origin, by_person.reason) == (
        "revoked",
        f"person:{lea.subject_id}",
        "page:0123456789abcdef",
        "",
    )
    assert (by_helpdesk.what, by_helpdesk.actor, by_helpdesk.origin, by_helpdesk.reason) == (
        "reinstated",
        f"staff:{STAFF}",
        "console:fedcba9876543210",
        "Found",
    )


def test_the_trail_has_no_personal_data(world: World, lea: Principal) -> None:
    revoke_for(world, lea.credential_id)
    trail = repr(world.account(lea).trail)
    for private in ("Léa", "Muster", NUMBER, "lea.muster@example.org", f"{1:020}"):
        assert private not in trail


# --- finding ---


@pytest.mark.parametrize(
    "query",
    [NUMBER, f" {NUMBER} ", f"{NUMBER[:4]} {NUMBER[4:8]} {NUMBER[8:]}", f"{2:020}", "Lea.Muster@Example.org"],
)
def test_a_person_is_found_by_number_credential_or_address(world: World, lea: Principal, query: str) -> None:
    world.sign_in(luxtrust(3))
    assert [account.person_id for account in world.app.helpdesk.find(query).accounts] == [lea.subject_id]


def test_who_never_registered_is_found_by_what_the_provider_says(world: World) -> None:
    who = world.sign_in(eidas("DE/LU/77", national_number=NUMBER))
    for query in (NUMBER, "DE/LU/77"):
        assert [a.person_id for a in world.app.helpdesk.find(query).accounts] == [who.subject_id]


def test_an_address_that_waits_for_its_code_finds_nobody(world: World) -> None:
    world.ask(world.sign_in(luxtrust(1)))
    assert world.app.helpdesk.find("lea.muster@example.org").accounts == ()


def test_nobody_is_found_by_what_is_nobody_s(world: World, lea: Principal) -> None:
    for query in (national_number(999), f"{99:020}", "nobody@example.org", "Muster"):
        assert world.app.helpdesk.find(query).accounts == ()


@pytest.mark.parametrize(
    "query", ["", "  ", "Léa Muster", "1985041220100", "a@b@c", "x" * 300, "12", "a\x00bcd"]
)
def test_a_text_that_is_none_of_the_three_is_refused(world: World, query: str) -> None:
    with pytest.raises(InvalidField, match="query"):
        world.app.helpdesk.find(query)


def test_at_most_twenty_are_shown(world: World) -> None:
    for ssn in range(25):
        world.registered(luxtrust(ssn), number=national_number(ssn))
    assert len(world.app.helpdesk.find("lea.muster@example.org").accounts) == 20


# --- notices ---


def test_a_notice_says_where_to_and_about_what(world: World, lea: Principal) -> None:
    assert world.app.helpdesk.notice(lea.credential_id) == Notice(
        address="lea.muster@example.org", language="lb", method="luxtrust", number_end="0001"
    )


def test_there_is_nobody_to_write_to_before_the_registration(world: World) -> None:
    assert world.app.helpdesk.notice(world.sign_in(luxtrust(1)).credential_id).address == ""
    with pytest.raises(NotFound, match="credential"):
        world.app.helpdesk.notice("unknown")
