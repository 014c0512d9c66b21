"""What every store of tickets must promise; runs over the fake and over the real one."""

from __future__ import annotations

from services.booking.ports import Tickets


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
