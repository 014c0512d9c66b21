"""What every store of claims must promise of offers from the waiting list."""

from __future__ import annotations

from dataclasses import replace

from services.booking.domain.claim import accepted, cancelled
from services.booking.ports import Claims
from services.booking.views import cancelled_event, lapsed_event, moved_event
from tests.unit.booking.builders import EIGHT, claim
from tests.unit.booking.claimed import book, offer_of


class OffersSuite:
    """Subclasses give a fixture `claims`."""

    def test_an_accepted_offer_becomes_the_next_version_and_its_old_time_free(self, claims: Claims) -> None:
        appointment = book(claims)
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
        appointment = book(claims)
        offer = offer_of(appointment)
        claims.insert(offer)
        after = accepted(appointment, offer, "citizen", EIGHT)
        assert claims.accept(offer, after, EIGHT, moved_event(after, EIGHT))
        assert not claims.accept(offer, after, EIGHT, moved_event(after, EIGHT))

    def test_an_offer_that_ran_out_or_was_given_back_is_not_accepted(self, claims: Claims) -> None:
        appointment = book(claims)
        offer = offer_of(appointment)
        claims.insert(offer)
        after = accepted(appointment, offer, "citizen", EIGHT)
        assert not claims.accept(offer, after, offer.held_until, moved_event(after, EIGHT))
        assert claims.lapse(offer, lapsed_event(offer, EIGHT))
        assert not claims.accept(offer, after, EIGHT, moved_event(after, EIGHT))
        assert claims.find(appointment.appointment_id) == appointment

    def test_of_accepting_and_another_change_of_one_version_one_wins(self, claims: Claims) -> None:
        appointment = book(claims)
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
