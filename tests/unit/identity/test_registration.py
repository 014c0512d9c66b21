"""Registering: an address proved by a mail, a national number that nobody else has."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.contracts.errors import (
    AddressCodeExpired,
    AddressCodeWrong,
    FreshLoginNeeded,
    InvalidField,
    MailedTooOften,
    NationalNumberTaken,
    NotFound,
    ServiceTimeout,
    ServiceUnavailable,
)
from services.identity.domain.registration import ATTEMPTS, CODE_LIFETIME
from tests.unit.identity.citizens import NOW, NUMBER, World, eidas, luxtrust, national_number


@pytest.fixture
def world() -> World:
    return World()


# --- the plain way ---


def test_a_credential_is_seen_until_its_person_registers(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    assert not who.is_registered
    (credential,) = world.account(who).credentials
    assert (credential.state, credential.credential_id) == ("seen", who.credential_id)
    assert (world.account(who).is_registered, world.account(who).address) == (False, "")


def test_the_digits_of_the_mail_register(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    sent = world.ask(who)
    assert (sent.expires_at, sent.attempts_left) == (NOW + CODE_LIFETIME, ATTEMPTS)
    account = world.type_code(who)
    assert (account.is_registered, account.address, account.national_number, account.language) == (
        True,
        "lea.muster@example.org",
        NUMBER,
        "lb",
    )
    assert account.credentials[0].state == "registered"
    assert [(step.what, step.actor) for step in account.trail] == [("registered", f"person:{who.subject_id}")]
    again = world.sign_in(luxtrust(1))
    assert (again.is_registered, again.subject_id, again.national_number) == (True, who.subject_id, NUMBER)
    assert world.told() == ["CredentialRegistered"]


def test_the_end_of_a_code_is_an_instant_that_every_store_keeps_as_it_is(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    world.clock.set(NOW + timedelta(microseconds=123_456))
    assert world.ask(who).expires_at == NOW + CODE_LIFETIME


def test_the_code_may_be_grouped_and_typed_twice(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    code = world.mail.last_code
    first = world.type_code(who, f" {code[:3]} {code[3:]} ")
    assert world.type_code(who, code) == first
    assert world.told() == ["CredentialRegistered"]


def test_the_store_never_sees_the_code(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    assert world.mail.last_code not in repr(world.persons.persons)


# --- what may be registered ---


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("address", "", "missing"),
        ("address", "nobody", "format"),
        ("address", f"{'x' * 250}@example.org", "too_long"),
        ("address", "a\x00b@example.org", "characters"),
        ("national_number", "", "missing"),
        ("national_number", "123", "format"),
        ("national_number", "1985023020135", "date"),
        ("national_number", "1985041220100", "check_digit"),
        ("language", "xx", "unknown"),
        ("language", "", "unknown"),
        ("request_key", "", "missing"),
        ("request_key", "x" * 129, "too_long"),
    ],
)
def test_what_cannot_be_registered_is_told_by_field(world: World, field: str, value: str, rule: str) -> None:
    with pytest.raises(InvalidField) as refused:
        world.ask(world.sign_in(luxtrust(1)), **{field: value})
    assert refused.value.args == (field, rule)
    assert world.mail.sent == {}


def test_who_came_by_eidas_needs_no_national_number(world: World) -> None:
    who = world.registered(eidas("DE/LU/1"), number="")
    assert (who.is_registered, who.national_number) == (True, "")
    assert world.account(who).is_registered


def test_who_came_by_eidas_may_have_one(world: World) -> None:
    assert world.registered(eidas("DE/LU/1"), number=NUMBER).national_number == NUMBER


def test_many_persons_have_no_number(world: World) -> None:
    persons = {world.registered(eidas(f"DE/LU/{number}"), number="").subject_id for number in range(3)}
    assert len(persons) == 3


def test_a_number_that_the_provider_says_stands(world: World) -> None:
    who = world.sign_in(luxtrust(1, national_number=NUMBER))
    with pytest.raises(InvalidField, match="fixed"):
        world.ask(who, number=national_number(300))
    world.ask(who, number="")
    assert world.type_code(who).national_number == NUMBER


def test_nobody_is_merged_by_name_and_date_of_birth(world: World) -> None:
    one, other = world.registered(luxtrust(1)), world.sign_in(luxtrust(2))
    assert (one.name, one.birth_date) == (other.name, other.birth_date)
    assert one.subject_id != other.subject_id
    world.ask(other, number=national_number(202))
    world.type_code(other)
    assert world.account(one).credentials != world.account(other).credentials


# --- a number that somebody else has ---


def test_a_number_of_another_registered_person_is_refused_before_a_mail_goes_out(world: World) -> None:
    world.registered(luxtrust(1))
    mails = len(world.mail.sent)
    with pytest.raises(NationalNumberTaken):
        world.ask(world.sign_in(luxtrust(2)))
    assert len(world.mail.sent) == mails


def test_of_two_who_have_a_code_for_the_same_number_the_first_gets_it(world: World) -> None:
    one, other = world.sign_in(luxtrust(1)), world.sign_in(luxtrust(2))
    world.ask(one)
    code_of_one = world.mail.last_code
    world.ask(other)
    world.type_code(other)
    with pytest.raises(NationalNumberTaken):
        world.type_code(one, code_of_one)
    assert not world.account(one).is_registered


def test_a_number_that_was_only_asked_for_is_free(world: World) -> None:
    world.ask(world.sign_in(luxtrust(1)))
    assert world.registered(luxtrust(2)).is_registered


# --- codes ---


def test_wrong_codes_are_counted_and_the_last_one_ends_it(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    for left in range(ATTEMPTS - 1, 0, -1):
        with pytest.raises(AddressCodeWrong) as wrong:
            world.type_code(who, world.wrong_code())
        assert wrong.value.args == (str(left),)
    for code in (world.wrong_code(), world.mail.last_code):
        with pytest.raises(AddressCodeExpired):
            world.type_code(who, code)
    assert not world.account(who).is_registered


@pytest.mark.parametrize(("seconds", "good"), [(1799, True), (1800, False)])
def test_a_code_is_good_for_half_an_hour(world: World, seconds: int, good: bool) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    world.clock.advance(seconds=seconds)
    if good:
        assert world.type_code(who).is_registered
    else:
        with pytest.raises(AddressCodeExpired):
            world.type_code(who)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345x", "١٢٣٤٥٦"])
def test_what_is_no_code_costs_no_attempt(world: World, code: str) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    with pytest.raises(InvalidField, match="code"):
        world.type_code(who, code)
    assert world.type_code(who).is_registered


def test_without_a_mail_no_code_is_good(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    with pytest.raises(AddressCodeExpired):
        world.type_code(who, "000000")


def test_a_new_code_makes_the_one_before_worthless(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    before = world.mail.last_code
    world.ask(who)
    if before != world.mail.last_code:
        with pytest.raises(AddressCodeWrong):
            world.type_code(who, before)
    assert world.type_code(who).is_registered


def test_the_same_key_sends_one_mail_and_gives_no_attempt_back(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who, request_key="key")
    with pytest.raises(AddressCodeWrong):
        world.type_code(who, world.wrong_code())
    assert world.ask(who, request_key="key").attempts_left == ATTEMPTS - 1
    assert len(world.mail.sent) == 1
    assert world.type_code(who).is_registered
    world.ask(who, request_key="key", proof=world.sign_in(luxtrust(1)).proof)
    assert len(world.mail.sent) == 1


def test_going_back_to_a_key_of_before_costs_another_mail(world: World) -> None:
    who = world.sign_in(luxtrust(1))
    for key in ("one", "two", "one", "two"):
        world.ask(who, request_key=key)
    assert len(world.mail.sent) == 4


@pytest.mark.parametrize(
    "fault", [MailedTooOften("5"), ServiceUnavailable("mail"), InvalidField("address", "format")]
)
def test_where_no_mail_goes_out_the_code_of_before_stays_good(world: World, fault: Exception) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    world.mail.faults = [fault]
    with pytest.raises(type(fault)):
        world.ask(who)
    assert world.type_code(who).is_registered


def test_codes_that_were_tried_while_no_mail_went_out_stay_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    wrong = world.wrong_code()

    def guessed_meanwhile(_number: str) -> None:
        for _try in range(ATTEMPTS - 1):
            with pytest.raises(AddressCodeWrong):
                world.type_code(who, wrong)

    monkeypatch.setattr(world.persons, "with_number", guessed_meanwhile)
    world.mail.faults = [MailedTooOften("5")]
    with pytest.raises(MailedTooOften):
        world.ask(who)
    pending = world.persons.persons[who.subject_id].pending
    assert pending
    assert (pending.is_sent, pending.attempts_left) == (True, 1)


def test_where_it_is_not_known_whether_the_mail_went_out_the_same_key_tries_the_same_again(
    world: World,
) -> None:
    who = world.sign_in(luxtrust(1))
    world.mail.faults = [ServiceTimeout("notify")]
    with pytest.raises(ServiceTimeout):
        world.ask(who, request_key="key")
    pending = world.persons.persons[who.subject_id].pending
    assert pending
    with pytest.raises(AddressCodeExpired):  # a code that may never have been mailed is none
        world.type_code(who, world.app.registration.codes.of(who.subject_id, pending))
    world.ask(who, request_key="key")
    assert list(world.mail.sent) == [pending.nonce]
    assert world.type_code(who).is_registered


# --- whose it is ---


def test_nobody_registers_another_s_credential(world: World) -> None:
    one, other = world.sign_in(luxtrust(1)), world.sign_in(luxtrust(2))
    for stolen in (replace(one, credential_id=other.credential_id), replace(one, credential_id="unknown")):
        with pytest.raises(NotFound, match="credential"):
            world.ask(stolen)
    with pytest.raises(NotFound, match="person"):
        world.ask(replace(one, subject_id="nobody"))
    world.ask(one)
    with pytest.raises(NotFound, match="credential"):
        world.type_code(replace(other, credential_id=one.credential_id))
    with pytest.raises(AddressCodeExpired):
        world.type_code(other)


# --- another address ---


def test_another_address_needs_a_fresh_log_in_and_a_code(world: World) -> None:
    who = world.registered(luxtrust(1))
    wanted = {"address": "lea@example.org", "language": "fr", "number": ""}
    for proof in ("", "forged", world.registered(luxtrust(2), number=national_number(202)).proof):
        with pytest.raises(FreshLoginNeeded):
            world.ask(who, **wanted, proof=proof)  # type: ignore[arg-type]
    world.ask(who, **wanted)  # type: ignore[arg-type]
    assert world.account(who).address == "lea.muster@example.org"
    account = world.type_code(who)
    assert (account.address, account.language, account.national_number) == ("lea@example.org", "fr", NUMBER)
    assert [step.what for step in account.trail] == ["registered", "address_changed"]
    assert world.told().count("CredentialRegistered") == 2


def test_a_credential_that_was_revoked_meanwhile_changes_no_address(world: World) -> None:
    first = world.registered(luxtrust(1))
    second = world.link(first, luxtrust(2))
    world.ask(second, number="", address="finder@example.org")
    world.revoke(world.sign_in(luxtrust(1)), second.credential_id)
    for code in (world.mail.last_code, world.wrong_code()):
        with pytest.raises(AddressCodeExpired):
            world.type_code(second, code)
    with pytest.raises(FreshLoginNeeded):
        world.ask(second, number="", proof=world.sign_in(luxtrust(1)).proof)
    assert world.account(first).address == "lea.muster@example.org"


def test_a_registered_number_cannot_be_changed(world: World) -> None:
    who = world.registered(luxtrust(1))
    with pytest.raises(InvalidField, match="fixed"):
        world.ask(who, number=national_number(300))


@pytest.mark.parametrize(("seconds", "fresh"), [(299, True), (300, False)])
def test_a_log_in_is_fresh_for_five_minutes(world: World, seconds: int, fresh: bool) -> None:
    who = world.registered(luxtrust(1))
    world.clock.advance(seconds=seconds)
    if fresh:
        assert world.ask(who).attempts_left == ATTEMPTS
    else:
        with pytest.raises(FreshLoginNeeded):
            world.ask(who)


def test_proofs_are_secrets_of_which_digests_are_kept(world: World) -> None:
    first, second = world.sign_in(luxtrust(1)), world.sign_in(luxtrust(1))
    assert first.proof != second.proof
    assert len(first.proof) >= 43, "256 bits"
    assert not {first.proof, second.proof} & set(world.proofs.proofs)


# --- what is forgotten ---


def test_steps_are_kept_for_a_year_and_unconfirmed_wishes_for_a_day(world: World) -> None:
    who, other = world.registered(luxtrust(1)), world.sign_in(luxtrust(2))
    world.ask(other, number=national_number(202))
    world.app.sweep()
    assert world.persons.persons[other.subject_id].pending
    world.clock.advance(days=2)
    world.app.sweep()
    assert world.persons.persons[other.subject_id].pending is None
    assert len(world.account(who).trail) == 1
    world.clock.set(NOW + timedelta(days=365, seconds=1))
    world.app.sweep()
    assert world.account(who).trail == ()
    assert world.account(who).is_registered
