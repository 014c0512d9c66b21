"""Linking a further credential, by whoever has just logged in with a registered one."""

from dataclasses import replace

import pytest

from services.contracts.credentials import MOST_CREDENTIALS, BeginLinking, PersonsJoined
from services.contracts.errors import (
    FreshLoginNeeded,
    LoginRefused,
    NotAllowed,
    NotFound,
    TooManyCredentials,
)
from services.contracts.identity import Principal
from services.identity.domain.login import Identified
from services.identity.domain.person import Person
from tests.unit.identity.citizens import NUMBER, World, eidas, luxtrust, national_number, pro


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lea(world: World) -> Principal:
    return world.registered(luxtrust(1))


def refusal(world: World, who: Principal, further: Identified) -> str:
    with pytest.raises(LoginRefused) as refused:
        world.link(who, further)
    return refused.value.details["reason"]


def test_a_further_credential_opens_the_same_person(world: World, lea: Principal) -> None:
    linked = world.link(lea, pro(2))
    assert (linked.subject_id, linked.is_registered, linked.kind, linked.company_name) == (
        lea.subject_id,
        True,
        "pro",
        "Muster Sàrl",
    )
    assert world.sign_in(pro(2)).subject_id == lea.subject_id
    account = world.account(lea)
    assert [(c.kind, c.state, c.company_id) for c in account.credentials] == [
        ("private", "registered", ""),
        ("pro", "registered", "B000001"),
    ]
    assert [step.what for step in account.trail] == ["registered", "linked"]
    assert world.told() == ["CredentialRegistered", "CredentialRegistered"]


def test_what_was_seen_alone_is_joined_and_its_former_person_closed(world: World, lea: Principal) -> None:
    former = world.sign_in(luxtrust(2))
    assert former.subject_id != lea.subject_id
    assert world.link(lea, luxtrust(2)).subject_id == lea.subject_id
    joined = [event for event in world.persons.told if isinstance(event, PersonsJoined)]
    assert [(event.person_id, event.former_id) for event in joined] == [(lea.subject_id, former.subject_id)]
    with pytest.raises(NotFound, match="person"):
        world.account(former)
    assert [step.what for step in world.account(lea).trail] == ["registered", "linked", "person_joined"]
    assert world.persons.persons[lea.subject_id].joining == ()


def test_a_proof_of_the_former_person_is_worth_nothing(world: World, lea: Principal) -> None:
    former = world.sign_in(luxtrust(2))
    world.ask(former, number=national_number(300))
    code = world.mail.last_code
    world.link(lea, luxtrust(2))
    with pytest.raises(NotFound):
        world.type_code(former, code)


def test_linking_what_is_linked_changes_nothing(world: World, lea: Principal) -> None:
    world.link(lea, luxtrust(2))
    told, trail = world.told(), world.account(lea).trail
    assert world.link(lea, luxtrust(2)).is_registered
    assert world.link(lea, luxtrust(1)).is_registered
    assert (world.told(), world.account(lea).trail) == (told, trail)


# --- who may ---


def test_only_who_is_registered_and_has_just_logged_in_may_link(world: World, lea: Principal) -> None:
    with pytest.raises(NotAllowed, match="link"):
        world.link(world.sign_in(luxtrust(2)), luxtrust(3))
    for proof in ("", "forged", world.sign_in(luxtrust(2)).proof):
        with pytest.raises(FreshLoginNeeded):
            world.link(replace(lea, proof=proof), luxtrust(3))
    with pytest.raises(NotFound, match="person"):
        world.link(replace(lea, subject_id="nobody"), luxtrust(3))


def test_a_person_has_at_most_ten(world: World, lea: Principal) -> None:
    for ssn in range(2, MOST_CREDENTIALS + 1):
        world.link(lea, luxtrust(ssn))
    with pytest.raises(TooManyCredentials) as refused:
        world.link(lea, luxtrust(99))
    assert refused.value.args == (str(MOST_CREDENTIALS),)
    last = world.account(lea).credentials[-1].credential_id
    world.revoke(lea, last)
    assert world.link(lea, luxtrust(99)).is_registered


def test_the_eleventh_of_two_tabs_is_refused_when_it_comes_back(world: World, lea: Principal) -> None:
    asked = BeginLinking(person_id=lea.subject_id, proof=lea.proof, provider="any")
    for ssn in range(2, MOST_CREDENTIALS):
        world.link(lea, luxtrust(ssn))
    proved_by = world.app.check_linking(asked)
    world.link(lea, luxtrust(98))
    with pytest.raises(LoginRefused, match="too_many_credentials"):
        world.come_back(luxtrust(99), lea, proved_by)
    assert len(world.account(lea).credentials) == MOST_CREDENTIALS


def test_a_credential_that_was_revoked_meanwhile_links_nothing(world: World, lea: Principal) -> None:
    """Whoever has found a card, and has begun to add one of his own, is late."""
    world.link(lea, luxtrust(2))
    proved_by = world.app.check_linking(
        BeginLinking(person_id=lea.subject_id, proof=lea.proof, provider="any")
    )
    world.revoke(world.sign_in(luxtrust(2)), lea.credential_id)
    with pytest.raises(LoginRefused, match="revoked"):
        world.come_back(luxtrust(3), lea, proved_by)
    assert world.persons.known(luxtrust(3).credential) is None, "nothing is stored of it"


# --- what may not be linked ---


def test_another_person_s_credential_is_refused(world: World, lea: Principal) -> None:
    other = world.registered(luxtrust(2), number=national_number(300))
    assert refusal(world, lea, luxtrust(2)) == "credential_of_other"
    assert world.sign_in(luxtrust(2)).subject_id == other.subject_id


def test_a_revoked_one_is_refused_whoever_s_it_is(world: World, lea: Principal) -> None:
    linked = world.link(lea, luxtrust(2))
    world.revoke(lea, linked.credential_id)
    other = world.registered(luxtrust(3), number=national_number(300))
    assert refusal(world, lea, luxtrust(2)) == "revoked"
    assert refusal(world, other, luxtrust(2)) == "revoked"


def test_one_that_says_another_national_number_is_refused(world: World, lea: Principal) -> None:
    number = national_number(300)
    assert refusal(world, lea, luxtrust(2, national_number=number)) == "other_national_number"
    assert world.persons.known(luxtrust(2).credential) is None, "nothing is stored of it"
    assert world.link(lea, luxtrust(3, national_number=NUMBER)).is_registered


def test_a_number_that_the_further_one_says_becomes_the_person_s(world: World) -> None:
    jonas = world.registered(eidas("DE/LU/1"), number="")
    assert world.link(jonas, luxtrust(2, national_number=NUMBER)).national_number == NUMBER
    assert world.account(jonas).national_number == NUMBER


def test_unless_somebody_else_has_it(world: World, lea: Principal) -> None:
    jonas = world.registered(eidas("DE/LU/1"), number="")
    assert refusal(world, jonas, luxtrust(2, national_number=NUMBER)) == "other_national_number"
    assert world.account(jonas).national_number == ""


def test_a_low_level_is_refused_when_linking_too(world: World, lea: Principal) -> None:
    assert refusal(world, lea, eidas("DE/LU/1", level="low")) == "level_too_low"


# --- proving again ---


def test_only_the_one_who_is_expected_proves_again_who_he_is(world: World, lea: Principal) -> None:
    assert world.sign_in(luxtrust(1), lea.subject_id).proof
    stranger = world.sign_in(luxtrust(2))
    for shown in (luxtrust(2), luxtrust(3)):
        with pytest.raises(LoginRefused, match="other_person"):
            world.sign_in(shown, lea.subject_id)
    assert world.persons.known(luxtrust(3).credential) is None, "nothing is stored of it"
    assert world.sign_in(luxtrust(2)).subject_id == stranger.subject_id


def test_with_any_of_the_credentials(world: World, lea: Principal) -> None:
    world.link(lea, luxtrust(2))
    assert world.sign_in(luxtrust(2), lea.subject_id).subject_id == lea.subject_id


# --- where a process dies ---


class Died(Exception):
    """The process ended here."""


@pytest.mark.parametrize("step", ["see", "save", "close", "give", "settled"])
def test_wherever_a_process_dies_the_link_is_made_whole_or_not_at_all(
    world: World, lea: Principal, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = world.sign_in(luxtrust(2))

    def die(*args: object) -> None:
        raise Died

    def die_when_settled(before: Person, after: Person, *events: object) -> bool:
        if before.joining:
            raise Died
        return type(world.persons).save(world.persons, before, after, *events)  # type: ignore[arg-type]

    with monkeypatch.context() as dying:
        dying.setattr(
            *(world.persons, "save", die_when_settled) if step == "settled" else (world.persons, step, die)
        )
        with pytest.raises(Died):
            world.link(lea, luxtrust(2))
    decided = step in ("close", "give", "settled")
    home = lea if decided else former
    assert world.sign_in(luxtrust(2)).subject_id == home.subject_id
    assert world.sign_in(luxtrust(2)).is_registered == decided
    world.app.sweep()
    assert world.sign_in(luxtrust(2)).subject_id == home.subject_id
    assert world.told().count("PersonsJoined") == decided
    assert (world.persons.get(former.subject_id) is None) == decided
