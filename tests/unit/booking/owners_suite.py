"""What every store of owners and joins must promise; runs over the fakes and over the real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.booking.domain.claim import cancelled, confirmed, passed_on
from services.booking.domain.erasure import erased
from services.booking.domain.keeping import KEPT, PERSONS_KEPT
from services.booking.domain.sought import email_key
from services.booking.joining import Joins, Owners
from services.booking.ports import Claims
from services.booking.views import booked_event, erased_event, moved_event, owner_changed_event
from tests.unit.booking.builders import EIGHT, claim
from tests.unit.booking.claimed import DETAILS, moved_on

UNTIL = EIGHT + timedelta(hours=10)
SECOND = timedelta(seconds=1)


class OwnersSuite:
    """Subclasses give fixtures `claims` and `owners`, over the same store."""

    def _book(self, claims: Claims, person_id: str = "former") -> None:
        hold = claim()
        after = confirmed(hold, DETAILS, person_id, EIGHT)
        assert claims.insert(hold)
        assert claims.confirm(after, EIGHT, booked_event(after, EIGHT))

    def test_who_passes_on_changes_owner_and_trail_and_nothing_else(
        self, claims: Claims, owners: Owners
    ) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        after = passed_on(before, "person", EIGHT, "page")
        assert owners.pass_on(after, "former", owner_changed_event(after, "former", EIGHT))
        assert claims.find("appointment-1") == after
        assert (after.version, after.trail[-1].what) == (1, "owner_changed")
        assert [found.appointment_id for found in claims.of_person("person")] == ["appointment-1"]
        assert owners.claims_of("former") == claims.of_person("former") == []

    def test_it_is_passed_on_once(self, claims: Claims, owners: Owners) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        after = passed_on(before, "person", EIGHT)
        assert owners.pass_on(after, "former")
        assert not owners.pass_on(after, "former")
        found = claims.find("appointment-1")
        assert found is not None
        assert len(found.trail) == len(after.trail)

    def test_what_is_searched_for_stays_searchable(self, claims: Claims, owners: Owners) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        owners.pass_on(passed_on(before, "person", EIGHT), "former")
        assert claims.unsettled() == []
        assert claims.offered() == []
        assert claims.counted(before.day, before.day)

    def test_both_versions_of_one_that_moves_are_passed_on(self, claims: Claims, owners: Owners) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        after = moved_on(before)
        assert claims.insert(after, moved_event(after, EIGHT))
        for version in owners.claims_of("former"):
            assert owners.pass_on(passed_on(version, "person", EIGHT), "former")
        settled = claims.settle("appointment-1")
        assert settled is not None
        assert (settled.version, settled.person_id) == (2, "person")

    def test_a_cancelled_one_is_passed_on_too(self, claims: Claims, owners: Owners) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        claims.insert(cancelled(before, "citizen", EIGHT))
        claims.settle("appointment-1")
        (last,) = owners.claims_of("former")
        assert owners.pass_on(passed_on(last, "person", EIGHT), "former")
        assert [found.state for found in claims.of_person("person")] == ["cancelled"]

    def test_who_read_another_version_changes_nothing(self, claims: Claims, owners: Owners) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        other = replace(passed_on(before, "person", EIGHT), version=2)
        assert not owners.pass_on(other, "former")
        assert owners.claims_of("former") == [before]

    def test_who_is_erased_is_found_by_nothing_and_named_in_nothing(
        self, claims: Claims, owners: Owners
    ) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        persons_go = before.ends_at + PERSONS_KEPT
        assert list(owners.due(persons_go - SECOND)) == []
        assert list(owners.due(persons_go)) == [before]
        after = erased(before, EIGHT)
        assert owners.erase(after, erased_event(after, EIGHT))
        assert claims.find("appointment-1") == after
        assert owners.claims_of("former") == claims.of_person("former") == []
        assert list(owners.due(persons_go + SECOND)) == []
        assert list(owners.due(before.ends_at + KEPT)) == [after]
        assert claims.found_by(email_key(DETAILS.applicant["email"])) == []
        assert claims.counted(before.day, before.day), "figures stay"

    def test_an_erased_one_is_removed_as_it_was_read_and_not_otherwise(
        self, claims: Claims, owners: Owners
    ) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        after = erased(before, EIGHT)
        assert owners.erase(after)
        owners.remove(replace(after, version=2))
        assert claims.find("appointment-1") == after

    def test_only_the_version_that_was_read_is_erased(self, claims: Claims, owners: Owners) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        assert not owners.erase(replace(erased(before, EIGHT), version=2))
        assert owners.claims_of("former") == [before]

    def test_a_cancelled_one_is_erased_too(self, claims: Claims, owners: Owners) -> None:
        self._book(claims)
        (before,) = owners.claims_of("former")
        claims.insert(cancelled(before, "citizen", EIGHT))
        claims.settle("appointment-1")
        (last,) = owners.claims_of("former")
        assert owners.erase(erased(last, EIGHT))
        assert claims.of_person("former") == []


class JoinsSuite:
    """Subclasses give a fixture `joins`."""

    def test_the_same_is_noted_once(self, joins: Joins) -> None:
        first = joins.note("former", "person", UNTIL)
        assert joins.note("former", "person", UNTIL + timedelta(hours=1)) == first
        assert joins.watched() == [first]
        assert not first.is_settled

    def test_it_is_settled_unless_something_new_was_found(self, joins: Joins) -> None:
        first = joins.note("former", "person", UNTIL)
        second = joins.begin(first)
        joins.settle(first)
        assert [join.is_settled for join in joins.watched()] == [False]
        joins.settle(second)
        assert [join.is_settled for join in joins.watched()] == [True]

    def test_two_who_find_something_at_once_begin_one_round(self, joins: Joins) -> None:
        first = joins.note("former", "person", UNTIL)
        assert joins.begin(first) == joins.begin(first)

    def test_what_is_not_settled_stays_watched(self, joins: Joins) -> None:
        join = joins.note("former", "person", UNTIL)
        joins.close(join, UNTIL)
        assert joins.watched() == [join]
        joins.settle(join)
        joins.close(joins.watched()[0], UNTIL)
        assert joins.watched() == []
        assert joins.note("former", "person", UNTIL).is_settled
