"""What every store of claims must promise; runs over the fake and over the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.booking.domain.attendance import Attendance, Fact
from services.booking.domain.claim import (
    CANCELLED,
    Claim,
    Details,
    HoldRules,
    accepted,
    cancelled,
    confirmed,
    lapsed,
    link_renewed,
    moved,
    renewed,
)
from services.booking.domain.life import Transition
from services.booking.domain.slots import Slot
from services.booking.domain.sought import keys
from services.booking.domain.taken import Claimed, TakenDay
from services.booking.ports import AgentOnDay, Attendances, Claims, Tickets
from services.booking.scarcity import claim_time
from services.booking.views import (
    booked_event,
    cancelled_event,
    lapsed_event,
    link_renewed_event,
    moved_event,
)
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, MONDAY, agent, claim

LATER = EIGHT + timedelta(minutes=10)
NEXT = Slot(FIRST_SLOT + LENGTH, FIRST_SLOT + 2 * LENGTH)
DETAILS = Details(
    space_id="space-1",
    company_name="Muster S.A.",
    applicant={"first_name": "Léa", "email": "lea.muster@example.org"},
    insured=None,
    assurance_method="none",
    assurance_level="",
    mail_language="fr",
    identity_copy_id="copy-1",
    consented_at=EIGHT,
)


def booked(hold: Claim, person_id: str = "person-1") -> Claim:
    return confirmed(hold, DETAILS, person_id, EIGHT)


def offer_of(appointment: Claim) -> Claim:
    """The time after it, held to be offered to it."""
    return claim(
        appointment_id="offer-1",
        holder=f"earlier|{appointment.appointment_id}",
        hold_key="offer-key-1",
        offered_to=appointment.appointment_id,
        starts_at=NEXT.starts_at,
        ends_at=NEXT.ends_at,
    )


def moved_on(appointment: Claim) -> Claim:
    return moved(appointment, agent("agent-a"), NEXT, MONDAY, "citizen", EIGHT)


class ClaimsSuite:
    """Subclasses give a fixture `claims`."""

    def _book(self, claims: Claims, **changes: object) -> Claim:
        hold = claim(**changes)
        assert claims.insert(hold)
        assert claims.confirm(booked(hold), EIGHT, booked_event(booked(hold), EIGHT))
        return booked(hold)

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
        appointment = self._book(claims)
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
        appointment = self._book(claims)
        after = moved_on(appointment)
        assert claims.insert(after, moved_event(after, EIGHT))
        assert claims.find(appointment.appointment_id) == after
        assert claims.held_under("session-1", "key-1") == after
        assert claims.unsettled() == [appointment.appointment_id]

    def test_settling_removes_what_was_superseded_and_may_be_repeated(self, claims: Claims) -> None:
        appointment = self._book(claims)
        claims.insert(moved_on(appointment))
        for _ in range(2):
            settled = claims.settle(appointment.appointment_id)
            assert settled
            assert settled.version == 2
        assert claims.at(appointment.claim_id) is None
        assert claims.unsettled() == []
        assert claims.settle("unknown") is None

    def test_of_a_move_and_a_cancellation_at_once_one_wins(self, claims: Claims) -> None:
        appointment = self._book(claims)
        assert claims.insert(cancelled(appointment, "citizen", EIGHT))
        assert not claims.insert(moved_on(appointment))
        claims.settle(appointment.appointment_id)
        assert not claims.insert(moved_on(appointment))

    def test_a_change_that_comes_too_late_is_swept_away(self, claims: Claims) -> None:
        """A process slept between reading version 1 and inserting version 2; two moves came between."""
        appointment = self._book(claims)
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
        appointment = self._book(claims)
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
        appointment = self._book(claims)
        assert claims.amend(link_renewed(appointment, "agent-x", EIGHT))
        assert not claims.insert(moved_on(appointment))
        other = self._book(claims, appointment_id="appointment-2", hold_key="key-2", agent_id="agent-b")
        assert claims.insert(cancelled(other, "citizen", EIGHT))
        assert not claims.amend(link_renewed(other, "agent-x", EIGHT))

    def test_an_amendment_that_comes_too_late_is_swept_away(self, claims: Claims) -> None:
        """Its author slept while two moves came between, of which the first has been removed already."""
        appointment = self._book(claims)
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
        appointment = self._book(claims)
        claims.insert(moved_on(appointment))
        claims.settle(appointment.appointment_id)
        assert [step.what for step in claims.trail(appointment.appointment_id)] == ["held", "booked", "moved"]

    def test_a_cancelled_appointment_claims_no_time(self, claims: Claims) -> None:
        appointment = self._book(claims)
        last = cancelled(appointment, "citizen", EIGHT)
        claims.insert(last, cancelled_event(last, EIGHT))
        claims.settle(appointment.appointment_id)
        assert claims.insert(claim(appointment_id="appointment-2", hold_key="key-2"))
        found = claims.find(appointment.appointment_id)
        assert found
        assert found.state == CANCELLED

    def test_taken_is_what_is_booked_or_held_now(self, claims: Claims) -> None:
        appointment = self._book(claims)
        hold = claim(
            appointment_id="appointment-2",
            hold_key="key-2",
            starts_at=NEXT.starts_at,
            ends_at=NEXT.ends_at,
        )
        claims.insert(hold)
        first, second = claims.days("office", [MONDAY])[MONDAY].by_agent["agent-a"].claimed
        assert first == Claimed("agent-a", appointment.slot)
        assert second == Claimed("agent-a", hold.slot, hold.held_until)
        wide = Slot(FIRST_SLOT - LENGTH, NEXT.ends_at)
        assert list(claims.touching("agent-a", MONDAY, wide, EIGHT)) == [appointment.slot, hold.slot]
        assert list(claims.touching("agent-a", MONDAY, wide, hold.held_until)) == [appointment.slot]
        assert list(claims.touching("agent-a", MONDAY, NEXT, hold.held_until)) == []
        assert list(claims.touching("agent-b", MONDAY, wide, EIGHT)) == []
        ids = [appointment.claim_id, hold.claim_id, "agent-z|any"]
        assert claims.vacant(ids, EIGHT) == {"agent-z|any"}
        assert claims.vacant(ids, hold.held_until) == {"agent-z|any", hold.claim_id}
        tomorrow = MONDAY + timedelta(days=1)
        assert claims.days("office", [tomorrow]) == {tomorrow: TakenDay()}

    def test_an_accepted_offer_becomes_the_next_version_and_its_old_time_free(self, claims: Claims) -> None:
        appointment = self._book(claims)
        offer = offer_of(appointment)
        assert claims.insert(offer)
        after = accepted(appointment, offer, "citizen", EIGHT)
        assert claims.accept(offer, after, EIGHT, moved_event(after, EIGHT))
        assert claims.settle(appointment.appointment_id) == after
        assert claims.at(offer.claim_id) == replace(after, supersedes=None)
        assert claims.at(appointment.claim_id) is None
        assert claims.find("offer-1") is None
        assert claims.offered() == []
        assert claims.run_out(offer.held_until) == []

    def test_an_offer_is_accepted_once(self, claims: Claims) -> None:
        appointment = self._book(claims)
        offer = offer_of(appointment)
        claims.insert(offer)
        after = accepted(appointment, offer, "citizen", EIGHT)
        assert claims.accept(offer, after, EIGHT, moved_event(after, EIGHT))
        assert not claims.accept(offer, after, EIGHT, moved_event(after, EIGHT))

    def test_an_offer_that_ran_out_or_was_given_back_is_not_accepted(self, claims: Claims) -> None:
        appointment = self._book(claims)
        offer = offer_of(appointment)
        claims.insert(offer)
        after = accepted(appointment, offer, "citizen", EIGHT)
        assert not claims.accept(offer, after, offer.held_until, moved_event(after, EIGHT))
        assert claims.lapse(offer, lapsed_event(offer, EIGHT))
        assert not claims.accept(offer, after, EIGHT, moved_event(after, EIGHT))
        assert claims.find(appointment.appointment_id) == appointment

    def test_of_accepting_and_another_change_of_one_version_one_wins(self, claims: Claims) -> None:
        appointment = self._book(claims)
        offer, cancellation = offer_of(appointment), cancelled(appointment, "citizen", EIGHT)
        claims.insert(offer)
        after = accepted(appointment, offer, "citizen", EIGHT)
        assert claims.insert(cancellation, cancelled_event(cancellation, EIGHT))
        assert not claims.accept(offer, after, EIGHT, moved_event(after, EIGHT))
        assert claims.offered() == [offer]

    def test_only_holds_of_the_waiting_list_are_offers(self, claims: Claims) -> None:
        hold, offer = claim(), offer_of(claim())
        claims.insert(hold)
        claims.insert(offer)
        assert claims.offered() == [offer]
        claims.lapse(offer, lapsed_event(offer, EIGHT))
        assert claims.offered() == []

    def test_lists_show_an_appointment_once_while_it_moves(self, claims: Claims) -> None:
        after = moved_on(self._book(claims))
        claims.insert(after)
        assert claims.booked_on(MONDAY) == [after]
        assert claims.booked_on(MONDAY, "agent-z") == []
        assert claims.of_person("person-1") == [after]
        assert claims.of_person("person-2") == []
        assert claims.of_space("space-1") == [after]
        assert claims.of_space("space-2") == []

    def test_an_appointment_is_found_by_its_keys_once_while_it_moves(self, claims: Claims) -> None:
        after = moved_on(self._book(claims))
        claims.insert(after)
        (key,) = keys(after.details)
        assert claims.found_by(key) == [after]
        assert claims.found_by("another") == []

    def test_appointments_are_counted_by_agent_and_day_once_while_they_move(self, claims: Claims) -> None:
        claims.insert(moved_on(self._book(claims)))
        claims.insert(claim(appointment_id="only-held", hold_key="key-2", agent_id="agent-b"))
        sunday, place = MONDAY - timedelta(days=1), AgentOnDay(MONDAY, "agent-a", "agent-a Demo")
        assert dict(claims.counted(sunday, MONDAY)) == {place: 1}
        assert dict(claims.counted(sunday, sunday)) == {}


class AttendancesSuite:
    """Subclasses give a fixture `attendances`."""

    def test_a_fact_is_kept_beside_those_that_were_known(self, attendances: Attendances) -> None:
        came, over = fact("e-1", Transition.ARRIVED, EIGHT), fact("e-2", Transition.ENDED_HELD, LATER)
        assert attendances.add("a", Attendance(), over)
        assert attendances.add("a", Attendance((over,)), came)
        assert attendances.add("b", Attendance(), came)
        assert attendances.of(["a", "b", "c"]) == {"a": Attendance((came, over)), "b": Attendance((came,))}

    def test_of_two_facts_added_to_the_same_state_one_is(self, attendances: Attendances) -> None:
        came, over = fact("e-1", Transition.ARRIVED, EIGHT), fact("e-2", Transition.ENDED_HELD, LATER)
        assert attendances.add("a", Attendance(), came)
        assert not attendances.add("a", Attendance(), over)
        assert attendances.add("a", Attendance((came,)), over)
        assert not attendances.add("a", Attendance((came,)), fact("e-3", Transition.IN_CALL, LATER))
        assert attendances.of(["a"]) == {"a": Attendance((came, over))}


class TicketsSuite:
    """Subclasses give a fixture `tickets`."""

    def test_a_ticket_is_taken_once(self, tickets: Tickets) -> None:
        assert tickets.take("owner", 1, "a")
        assert not tickets.take("owner", 1, "b")
        assert tickets.take("owner", 2, "b")
        assert tickets.take("other", 1, "b")
        assert tickets.of("owner") == {1: "a", 2: "b"}
        assert tickets.of("nobody") == {}

    def test_an_appointment_has_one_ticket_of_an_owner(self, tickets: Tickets) -> None:
        assert tickets.take("owner", 1, "a")
        assert not tickets.take("owner", 2, "a")
        assert tickets.take("owner", 2, "b")
        assert not tickets.pass_on("owner", 2, "b", "a")

    def test_a_ticket_is_passed_on_by_one_of_many(self, tickets: Tickets) -> None:
        tickets.take("owner", 1, "a")
        assert tickets.pass_on("owner", 1, "a", "b")
        assert not tickets.pass_on("owner", 1, "a", "c")
        assert not tickets.pass_on("owner", 2, "a", "c")
        assert tickets.of("owner") == {1: "b"}


def fact(fact_id: str, what: Transition, at: datetime) -> Fact:
    return Fact(fact_id=fact_id, at=at, what=what, who="agent-a", version=1, origin="console")
