"""What every store of tickets must promise; runs over the fake and over the real one."""

from __future__ import annotations

from datetime import timedelta

from services.booking.ports import Ticket, Tickets
from tests.unit.booking.builders import EIGHT

A_DAY = timedelta(days=1)


class TicketsSuite:
    """Subclasses give a fixture `tickets`."""

    def test_a_ticket_is_taken_once(self, tickets: Tickets) -> None:
        assert tickets.take("owner", 1, "a", EIGHT)
        assert not tickets.take("owner", 1, "b", EIGHT)
        assert tickets.take("owner", 2, "b", EIGHT)
        assert tickets.take("other", 1, "b", EIGHT)
        assert tickets.of("owner") == {1: "a", 2: "b"}
        assert tickets.of("nobody") == {}

    def test_an_appointment_has_one_ticket_of_an_owner(self, tickets: Tickets) -> None:
        assert tickets.take("owner", 1, "a", EIGHT)
        assert not tickets.take("owner", 2, "a", EIGHT)
        assert tickets.take("owner", 2, "b", EIGHT)
        assert not tickets.pass_on("owner", 2, "b", "a")

    def test_a_ticket_is_passed_on_by_one_of_many(self, tickets: Tickets) -> None:
        tickets.take("owner", 1, "a", EIGHT)
        assert tickets.pass_on("owner", 1, "a", "b")
        assert not tickets.pass_on("owner", 1, "a", "c")
        assert not tickets.pass_on("owner", 2, "a", "c")
        assert tickets.of("owner") == {1: "b"}

    def test_a_ticket_is_looked_at_a_day_after_it_was_taken(self, tickets: Tickets) -> None:
        tickets.take("owner", 1, "a", EIGHT)
        assert list(tickets.to_look_at(EIGHT + A_DAY - timedelta(seconds=1))) == []
        assert list(tickets.to_look_at(EIGHT + A_DAY)) == [Ticket("owner", 1, "a")]

    def test_a_ticket_that_is_needed_is_looked_at_again_then(self, tickets: Tickets) -> None:
        tickets.take("owner", 1, "a", EIGHT)
        tickets.look_again(Ticket("owner", 1, "a"), EIGHT + 3 * A_DAY)
        assert list(tickets.to_look_at(EIGHT + 3 * A_DAY - timedelta(seconds=1))) == []
        assert list(tickets.to_look_at(EIGHT + 3 * A_DAY)) == [Ticket("owner", 1, "a")]

    def test_a_ticket_that_was_passed_on_meanwhile_is_not_given_up(self, tickets: Tickets) -> None:
        tickets.take("owner", 1, "a", EIGHT)
        tickets.pass_on("owner", 1, "a", "b")
        tickets.give_up(Ticket("owner", 1, "a"))
        assert tickets.of("owner") == {1: "b"}
        tickets.give_up(Ticket("owner", 1, "b"))
        assert tickets.of("owner") == {}
