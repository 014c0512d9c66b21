"""What every store of persons must promise; runs over the fake and over the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.contracts.credentials import PersonsJoined
from services.contracts.errors import NationalNumberTaken
from services.contracts.rights import TOLD_AGAIN_HOURS, PersonGone
from services.identity.domain.credential import REGISTERED, Held, KnownCredential
from services.identity.domain.leaving import gone, leaving
from services.identity.domain.login import Identified
from services.identity.domain.person import (
    Act,
    FormerAddress,
    Person,
    linked,
    registered,
    reinstated,
    revoked,
)
from services.identity.domain.registration import Pending, Wanted
from services.identity.ports import HeldByOther, Persons
from tests.unit.identity.citizens import NOW, NUMBER, eidas, luxtrust, national_number, pro

LATER = NOW + timedelta(hours=1)
SECOND = timedelta(seconds=1)
ACT = Act(NOW, "person:somebody", "page:0123456789abcdef", "because")


def waiting(person: Person, number: str = NUMBER, address: str = "Lea.Muster@example.org") -> Pending:
    return Pending("key", "nonce", Wanted(person.credential_id, address, number, "lb"), LATER, 3, True)


def registration(persons: Persons, shown: Identified, number: str = NUMBER) -> Person:
    """Somebody who is registered, as stored."""
    before = persons.log_in(shown, NOW)
    assert persons.save(before, registered(before, waiting(before, number), ACT))
    return stored(persons, before.person_id)


def stored(persons: Persons, person_id: str) -> Person:
    found = persons.get(person_id)
    assert found is not None
    return found


def known(persons: Persons, shown: Identified) -> KnownCredential:
    found = persons.known(shown.credential)
    assert found is not None
    return found


class PersonsSuite:
    """Subclasses give a fixture `persons`, empty."""

    def test_a_credential_claims_one_person_for_good(self, persons: Persons) -> None:
        first = persons.log_in(luxtrust(1), NOW)
        again = persons.log_in(luxtrust(1), LATER)
        other = persons.log_in(luxtrust(2), NOW)
        assert again == first
        assert len({first.person_id, other.person_id}) == len({first.credential_id, other.credential_id}) == 2
        assert (known(persons, luxtrust(1)).seen_at, known(persons, luxtrust(1)).last_used_at) == (NOW, LATER)

    def test_what_is_stored_is_what_is_read(self, persons: Persons) -> None:
        before = persons.log_in(pro(1), NOW)
        after = replace(registered(before, waiting(before), ACT), joining=("credential",))
        assert persons.save(before, after)
        assert stored(persons, before.person_id) == replace(after, version=1)
        assert known(persons, pro(1)).shown == pro(1)

    def test_the_last_word_of_the_provider_counts(self, persons: Persons) -> None:
        persons.log_in(luxtrust(1), NOW)
        married = luxtrust(1, last_name="Exemple", national_number=NUMBER)
        assert persons.log_in(married, LATER).identified == married
        assert known(persons, married).shown == married

    def test_a_log_in_changes_nothing_that_was_registered(self, persons: Persons) -> None:
        person = registration(persons, luxtrust(1))
        assert persons.log_in(luxtrust(1), LATER) == person

    def test_only_over_the_version_that_was_read(self, persons: Persons) -> None:
        before = persons.log_in(luxtrust(1), NOW)
        after = registered(before, waiting(before), ACT)
        assert persons.save(before, after)
        assert not persons.save(before, after)
        first = stored(persons, before.person_id)
        assert persons.save(first, replace(first, language="fr"))
        assert not persons.save(first, replace(first, language="de"))
        assert stored(persons, before.person_id).language == "fr"

    def test_a_person_that_is_not_there_is_not_saved(self, persons: Persons) -> None:
        assert not persons.save(Person("nobody", luxtrust(1)), Person("nobody", luxtrust(1)))
        assert persons.get("nobody") is None

    def test_no_two_are_registered_with_one_number(self, persons: Persons) -> None:
        one = registration(persons, luxtrust(1))
        other = persons.log_in(luxtrust(2), NOW)
        with pytest.raises(NationalNumberTaken):
            persons.save(other, registered(other, waiting(other), ACT))
        assert not stored(persons, other.person_id).is_registered
        assert persons.with_number(NUMBER) == one

    def test_whose_last_credential_is_revoked_leaves_the_number_and_is_still_found_by_it(
        self, persons: Persons
    ) -> None:
        one = registration(persons, luxtrust(1))
        assert persons.save(one, revoked(one, one.credential_id, "helpdesk", ACT))
        assert persons.with_number(NUMBER) is None
        other = registration(persons, luxtrust(2))
        assert {one.person_id, other.person_id} == {p.person_id for p in persons.with_any_number(NUMBER, 20)}
        without = stored(persons, one.person_id)
        assert without.national_number == NUMBER
        with pytest.raises(NationalNumberTaken):
            persons.save(without, reinstated(without, one.credential_id, ACT))

    def test_many_have_no_number(self, persons: Persons) -> None:
        for number in range(3):
            assert registration(persons, eidas(f"DE/LU/{number}"), number="").is_registered

    def test_a_credential_is_registered_for_one_person_alone(self, persons: Persons) -> None:
        one, other = (
            registration(persons, luxtrust(1)),
            registration(persons, luxtrust(2), national_number(300)),
        )
        further = persons.see(luxtrust(3), NOW)
        assert persons.save(one, linked(one, further.credential_id, "", ACT, seen_alone=False))
        for taken in (further.credential_id, one.credential_id):
            with pytest.raises(HeldByOther):
                persons.save(other, linked(other, taken, "", ACT, seen_alone=False))
        assert persons.home_of(further) == one.person_id

    def test_a_revoked_one_stays_its_person_s(self, persons: Persons) -> None:
        one, other = (
            registration(persons, luxtrust(1)),
            registration(persons, luxtrust(2), national_number(300)),
        )
        assert persons.save(one, revoked(one, one.credential_id, "helpdesk", ACT))
        with pytest.raises(HeldByOther):
            persons.save(other, linked(other, one.credential_id, "", ACT, seen_alone=False))

    def test_a_linked_credential_is_at_home_from_the_one_write_on(self, persons: Persons) -> None:
        former = persons.log_in(luxtrust(2), NOW - timedelta(hours=1))
        person = registration(persons, luxtrust(1))
        assert persons.save(person, linked(person, former.credential_id, "", ACT, seen_alone=True))
        assert persons.home_of(known(persons, luxtrust(2))) == person.person_id
        assert persons.log_in(luxtrust(2), LATER).person_id == person.person_id
        assert [c.credential_id for c in persons.credentials_of(stored(persons, person.person_id))] == [
            former.credential_id,
            person.credential_id,
        ]
        assert [p.person_id for p in persons.joining(5)] == [person.person_id]

    def test_a_closed_person_is_gone_with_all_that_was_known_of_it(self, persons: Persons) -> None:
        former, person = persons.log_in(luxtrust(2), NOW), registration(persons, luxtrust(1))
        assert persons.save(former, replace(former, pending=waiting(former)))
        assert persons.save(person, linked(person, former.credential_id, "", ACT, seen_alone=True))
        for _ in range(2):
            persons.close(former.person_id, self._joined(person, former.person_id))
            persons.give(former.credential_id, person.person_id)
        assert persons.get(former.person_id) is None
        assert not persons.save(former, former)
        assert persons.log_in(luxtrust(2), LATER).person_id == person.person_id
        assert known(persons, luxtrust(2)).claimed_for == person.person_id

    def test_a_person_that_never_was_is_never_made_after_it_was_closed(self, persons: Persons) -> None:
        person, further = registration(persons, luxtrust(1)), persons.see(luxtrust(2), NOW)
        assert persons.save(person, linked(person, further.credential_id, "", ACT, seen_alone=False))
        persons.close(further.claimed_for, self._joined(person, further.claimed_for))
        assert persons.log_in(luxtrust(2), NOW).person_id == person.person_id
        assert persons.get(further.claimed_for) is None

    def test_persons_are_found_by_what_is_theirs(self, persons: Persons) -> None:
        person = registration(persons, luxtrust(1))
        said = persons.log_in(eidas("DE/LU/7", national_number=NUMBER), NOW)
        assert {p.person_id for p in persons.with_any_number(NUMBER, 5)} == {person.person_id, said.person_id}
        assert len(persons.with_any_number(NUMBER, 1)) == 1
        assert persons.with_address("lea.muster@EXAMPLE.org", 5) == (person,)
        assert persons.with_address("nobody@example.org", 5) == ()
        assert [c.credential_id for c in persons.with_credential_number("DE/LU/7", 5)] == [said.credential_id]
        assert persons.credential(said.credential_id) == known(persons, said.identified)
        assert persons.credential("unknown") is persons.known(luxtrust(9).credential) is None
        assert persons.with_number(national_number(999)) is None

    def test_old_steps_and_old_wishes_are_forgotten(self, persons: Persons) -> None:
        person = registration(persons, luxtrust(1))
        late = replace(
            person,
            trail=(*person.trail, replace(ACT, at=LATER).step("revoked", "x")),
            former_addresses=(FormerAddress("change", "lea@example.org", "x", NOW),),
        )
        assert persons.save(person, late)
        other = persons.log_in(luxtrust(2), NOW)
        assert persons.save(other, replace(other, pending=waiting(other)))
        persons.forget(NOW - SECOND, LATER - SECOND, NOW - SECOND)
        assert stored(persons, person.person_id) == replace(late, version=2)
        assert stored(persons, other.person_id).pending
        persons.forget(NOW, LATER, NOW)
        assert [step.what for step in stored(persons, person.person_id).trail] == ["revoked"]
        assert stored(persons, person.person_id).former_addresses == ()
        assert stored(persons, other.person_id).pending is None

    def test_who_has_never_registered_and_not_come_for_long_leaves(self, persons: Persons) -> None:
        idle, registered = persons.log_in(luxtrust(2), NOW), registration(persons, luxtrust(1))
        persons.let_go(NOW - SECOND, LATER)
        assert persons.leaving_until(LATER, 5) == ()
        persons.let_go(NOW, LATER)
        assert [one.person_id for one in persons.leaving_until(LATER, 5)] == [idle.person_id]
        assert stored(persons, registered.person_id).gone_at is None

    def test_who_comes_again_and_again_stays(self, persons: Persons) -> None:
        person = persons.log_in(luxtrust(2), NOW)
        persons.log_in(luxtrust(2), LATER)
        persons.let_go(LATER - SECOND, LATER)
        assert stored(persons, person.person_id).gone_at is None

    def test_a_credential_whose_first_login_died_half_way_goes_and_no_other(self, persons: Persons) -> None:
        person, linked = registration(persons, luxtrust(1)), luxtrust(3)
        seen = persons.see(linked, NOW)
        held = Held(seen.credential_id, REGISTERED, NOW)
        assert persons.save(person, replace(person, held=(*person.held, held)))
        persons.see(luxtrust(2), NOW)
        persons.drop_homeless(NOW - SECOND)
        assert persons.known(luxtrust(2).credential)
        persons.drop_homeless(NOW)
        assert persons.known(luxtrust(2).credential) is None
        assert known(persons, luxtrust(1))
        assert known(persons, linked)

    def test_of_an_erased_person_ids_are_left_and_nothing_opens_it(self, persons: Persons) -> None:
        person = registration(persons, luxtrust(1))
        further = persons.log_in(luxtrust(2), NOW)
        person = self._leaving(persons, person)
        assert persons.leaving_until(NOW, 5) == ()
        assert [one.person_id for one in persons.leaving_until(LATER, 5)] == [person.person_id]
        for _ in range(2):
            persons.erase(gone(person, (person.credential_id,), ACT), self._gone(person), LATER)
            persons.erase_credentials()
        assert persons.get(person.person_id) is persons.known(luxtrust(1).credential) is None
        assert persons.leaving_until(LATER, 5) == persons.with_any_number(NUMBER, 5) == ()
        assert persons.with_address("lea.muster@example.org", 5) == ()
        assert stored(persons, further.person_id) == further
        assert registration(persons, luxtrust(1)).person_id != person.person_id

    def test_only_whose_grace_has_ended_is_erased(self, persons: Persons) -> None:
        person = self._leaving(persons, registration(persons, luxtrust(1)))
        persons.erase(gone(person, (person.credential_id,), ACT), self._gone(person), NOW)
        persons.erase_credentials()
        assert stored(persons, person.person_id) == person
        assert known(persons, luxtrust(1))

    def test_an_erasure_is_told_again_some_times_and_no_more(self, persons: Persons) -> None:
        person = self._leaving(persons, registration(persons, luxtrust(1)))
        persons.erase(gone(person, (person.credential_id,), ACT), self._gone(person), LATER)
        due = (person.person_id, (person.credential_id,))
        for hours in TOLD_AGAIN_HOURS:
            at = LATER + timedelta(hours=hours)
            assert persons.to_be_told_again(at - timedelta(seconds=1), 5) == ()
            assert persons.to_be_told_again(at, 5) == (due,)
            persons.tell_again(person.person_id, self._gone(person), at)
        assert persons.to_be_told_again(LATER + timedelta(days=400), 5) == ()

    def _leaving(self, persons: Persons, person: Person) -> Person:
        """Until LATER."""
        assert persons.save(person, leaving(person, person.credential_id, LATER - NOW, ACT))
        return stored(persons, person.person_id)

    @staticmethod
    def _gone(person: Person) -> PersonGone:
        return PersonGone(
            event_id="gone",
            occurred_at=LATER,
            person_id=person.person_id,
            credential_ids=(person.credential_id,),
        )

    @staticmethod
    def _joined(person: Person, former_id: str) -> PersonsJoined:
        return PersonsJoined(
            event_id=f"event-{former_id}", occurred_at=NOW, person_id=person.person_id, former_id=former_id
        )
