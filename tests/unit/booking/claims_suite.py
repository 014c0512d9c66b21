"""What every store of claims must promise; runs over the fake and over the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.booking.domain.claim import (
    CANCELLED,
    HoldRules,
    cancelled,
    lapsed,
    link_renewed,
    moved,
    renewed,
)
from services.booking.ports import Claims
from services.booking.scarcity import claim_time
from services.booking.views import (
    booked_event,
    cancelled_event,
    lapsed_event,
    link_renewed_event,
    moved_event,
)
from tests.unit.booking.builders import EIGHT, MONDAY, agent, claim
from tests.unit.booking.claimed import NEXT, book, booked, moved_on
from tests.unit.booking.listed_claims_suite import ListedClaimsSuite
from tests.unit.booking.offers_suite import OffersSuite

LATER = EIGHT + timedelta(minutes=10)


class ClaimsSuite(OffersSuite, ListedClaimsSuite):
    """Subclasses give a fixture `claims`."""

    def test_what_is_stored_is_what_is_read(self, claims: Claims) -> None:
        hold = claim()
        claims.insert(hold)
        assert claims.at(hold.claim_id) == hold
        appointment = booked(hold)
        claims.confirm(appointment, EIGHT, booked_event(appointment, EIGHT))
        assert claims.find(hold.appointment_id) == appointment

    def test_one_agents_time_is_claimed_once(self, claims: Claims) -> None:
        assert claims.insert(claim())
        assert not claims.insert(claim(appointment_id="appointment-2", hold_key="key-2"))
        assert claims.insert(claim(appointment_id="appointment-2", hold_key="key-2", agent_id="agent-b"))

    def test_a_holders_key_makes_one_hold(self, claims: Claims) -> None:
        assert claims.insert(claim())
        assert not claims.insert(claim(appointment_id="appointment-2", agent_id="agent-b"))
        found = claims.held_under("session-1", "key-1")
        assert found
        assert found.agent_id == "agent-a"
        assert claims.held_under("session-2", "key-1") is None

    def test_an_appointment_has_each_version_once(self, claims: Claims) -> None:
        assert claims.insert(claim())
        assert not claims.insert(claim(agent_id="agent-b", hold_key="key-2"))

    def test_a_hold_is_confirmed_by_its_holder_before_its_end(self, claims: Claims) -> None:
        hold = claim()
        claims.insert(hold)
        assert not claims.confirm(booked(replace(hold, holder="session-2")), EIGHT)
        assert not claims.confirm(booked(hold), hold.held_until)
        assert claims.confirm(booked(hold), hold.held_until - timedelta(milliseconds=1))
        assert not claims.confirm(booked(hold), EIGHT)

    def test_a_hold_is_renewed_from_the_state_that_was_read(self, claims: Claims) -> None:
        hold = claim()
        claims.insert(hold)
        longer = renewed(hold, HoldRules(), EIGHT + timedelta(minutes=5))
        assert claims.renew(longer, EIGHT + timedelta(minutes=5))
        assert not claims.renew(longer, EIGHT + timedelta(minutes=5))
        assert claims.at(hold.claim_id) == longer

    def test_a_renewed_hold_is_confirmed_with_its_renewal(self, claims: Claims) -> None:
        hold = claim()
        claims.insert(hold)
        longer = renewed(hold, HoldRules(), EIGHT + timedelta(minutes=5))
        assert claims.renew(longer, EIGHT)
        assert not claims.confirm(booked(hold), EIGHT)
        assert claims.confirm(booked(longer), EIGHT)
        assert [step.what for step in claims.trail(hold.appointment_id)] == ["held", "renewed", "booked"]

    def test_a_hold_is_remembered_where_it_was_made(self, claims: Claims) -> None:
        assert claims.as_made("appointment-1") is None
        claims.insert(claim())
        assert claims.as_made("appointment-1") == claim()

    def test_a_renewed_hold_does_not_lapse_by_what_was_read_before(self, claims: Claims) -> None:
        hold = claim()
        claims.insert(hold)
        claims.renew(renewed(hold, HoldRules(), EIGHT + timedelta(minutes=5)), EIGHT)
        assert not claims.lapse(hold, lapsed_event(hold, LATER))

    def test_a_hold_lapses_once_and_its_key_is_free_again(self, claims: Claims) -> None:
        hold = claim()
        claims.insert(hold)
        assert claims.lapse(hold, lapsed_event(hold, LATER))
        assert not claims.lapse(hold, lapsed_event(hold, LATER))
        assert claims.held_under("session-1", "key-1") is None

    def test_an_appointment_never_lapses(self, claims: Claims) -> None:
        appointment = book(claims)
        assert not claims.lapse(claim(), lapsed_event(appointment, LATER))
        assert claims.run_out(LATER) == []

    def test_what_ran_out_is_found_and_taken_over_once(self, claims: Claims) -> None:
        hold = claim()
        claims.insert(hold)
        assert claims.run_out(hold.held_until - timedelta(milliseconds=1)) == []
        assert claims.run_out(hold.held_until) == [hold]
        second = claim(
            appointment_id="appointment-2", hold_key="key-2", held_until=LATER + timedelta(minutes=9)
        )
        third = replace(second, appointment_id="appointment-3", hold_key="key-3")
        assert claim_time(claims, second, hold.held_until)
        assert not claim_time(claims, third, hold.held_until)
        assert claims.at(hold.claim_id) == second
        assert claims.find(hold.appointment_id) is None

    def test_a_live_hold_is_not_taken_over(self, claims: Claims) -> None:
        hold = claim()
        claims.insert(hold)
        second = claim(appointment_id="appointment-2", hold_key="key-2")
        assert not claim_time(claims, second, hold.held_until - timedelta(milliseconds=1))
        assert not claims.take_over(hold, second)

    def test_a_key_in_use_takes_nothing_over(self, claims: Claims) -> None:
        claims.insert(claim())
        other = claim(appointment_id="appointment-2", agent_id="agent-b", hold_key="key-2")
        claims.insert(other)
        claims.lapse(other, lapsed_event(other, LATER))
        assert not claims.take_over(other, claim(appointment_id="appointment-3", agent_id="agent-b"))

    def test_a_move_is_there_from_its_insertion_on(self, claims: Claims) -> None:
        appointment = book(claims)
        after = moved_on(appointment)
        assert claims.insert(after, moved_event(after, EIGHT))
        assert claims.find(appointment.appointment_id) == after
        assert claims.held_under("session-1", "key-1") == after
        assert claims.unsettled() == [appointment.appointment_id]

    def test_settling_removes_what_was_superseded_and_may_be_repeated(self, claims: Claims) -> None:
        appointment = book(claims)
        claims.insert(moved_on(appointment))
        for _ in range(2):
            settled = claims.settle(appointment.appointment_id)
            assert settled
            assert settled.version == 2
        assert claims.at(appointment.claim_id) is None
        assert claims.unsettled() == []
        assert claims.settle("unknown") is None

    def test_of_a_move_and_a_cancellation_at_once_one_wins(self, claims: Claims) -> None:
        appointment = book(claims)
        assert claims.insert(cancelled(appointment, "citizen", EIGHT))
        assert not claims.insert(moved_on(appointment))
        claims.settle(appointment.appointment_id)
        assert not claims.insert(moved_on(appointment))

    def test_a_change_that_comes_too_late_is_swept_away(self, claims: Claims) -> None:
        """A process slept between reading version 1 and inserting version 2; two moves came between."""
        appointment = book(claims)
        second = moved_on(appointment)
        third = replace(
            moved(second, agent("agent-b"), NEXT, MONDAY, "citizen", EIGHT), supersedes=second.claim_id
        )
        claims.insert(second)
        claims.settle(appointment.appointment_id)
        claims.insert(third)
        claims.settle(appointment.appointment_id)
        late = cancelled(appointment, "citizen", EIGHT)
        assert claims.insert(late, cancelled_event(late, EIGHT))
        settled = claims.settle(appointment.appointment_id)
        assert settled
        assert (settled.version, settled.agent_id) == (3, "agent-b")
        assert claims.at(late.claim_id) is None

    def test_an_amendment_is_the_next_version_where_it_stands(self, claims: Claims) -> None:
        appointment = book(claims)
        second = link_renewed(appointment, "agent-x", EIGHT)
        assert claims.amend(second, link_renewed_event(second, EIGHT))
        assert not claims.amend(second, link_renewed_event(second, EIGHT))
        assert claims.find(appointment.appointment_id) == second
        assert claims.unsettled() == [appointment.appointment_id]
        settled = claims.settle(appointment.appointment_id)
        assert settled
        assert settled.version == 2
        assert claims.at(appointment.claim_id) == replace(second, supersedes=None)
        assert claims.unsettled() == []

    def test_of_an_amendment_and_a_move_at_once_one_wins(self, claims: Claims) -> None:
        appointment = book(claims)
        assert claims.amend(link_renewed(appointment, "agent-x", EIGHT))
        assert not claims.insert(moved_on(appointment))
        other = book(claims, appointment_id="appointment-2", hold_key="key-2", agent_id="agent-b")
        assert claims.insert(cancelled(other, "citizen", EIGHT))
        assert not claims.amend(link_renewed(other, "agent-x", EIGHT))

    def test_an_amendment_that_comes_too_late_is_swept_away(self, claims: Claims) -> None:
        """Its author slept while two moves came between, of which the first has been removed already."""
        appointment = book(claims)
        last = replace(moved(moved_on(appointment), agent("agent-b"), NEXT, MONDAY, "citizen", EIGHT))
        assert claims.insert(last)
        assert claims.amend(link_renewed(appointment, "agent-x", EIGHT))
        assert claims.find(appointment.appointment_id) == last
        assert appointment.appointment_id in claims.unsettled()
        claims.settle(appointment.appointment_id)
        assert claims.at(appointment.claim_id) is None

    def test_the_trail_of_a_hold_outlives_it(self, claims: Claims) -> None:
        hold, other = claim(), claim(appointment_id="appointment-2", hold_key="key-2", agent_id="agent-b")
        for one in (hold, other):
            claims.insert(one)
            claims.lapse(lapsed(one, "platform", LATER))
            assert [step.what for step in claims.trail(one.appointment_id)] == ["held", "lapsed"]
        assert claim_time(claims, replace(hold, appointment_id="appointment-3", hold_key="key-3"), LATER)
        assert claims.clear_lapsed() == 1
        for one in (hold, other):
            assert claims.find(one.appointment_id) is None
            assert [step.what for step in claims.trail(one.appointment_id)] == ["held", "lapsed"]
        assert claims.trail("unknown") == ()

    def test_the_trail_goes_along_with_a_move(self, claims: Claims) -> None:
        appointment = book(claims)
        claims.insert(moved_on(appointment))
        claims.settle(appointment.appointment_id)
        assert [step.what for step in claims.trail(appointment.appointment_id)] == ["held", "booked", "moved"]

    def test_a_cancelled_appointment_claims_no_time(self, claims: Claims) -> None:
        appointment = book(claims)
        last = cancelled(appointment, "citizen", EIGHT)
        claims.insert(last, cancelled_event(last, EIGHT))
        claims.settle(appointment.appointment_id)
        assert claims.insert(claim(appointment_id="appointment-2", hold_key="key-2"))
        found = claims.find(appointment.appointment_id)
        assert found
        assert found.state == CANCELLED
