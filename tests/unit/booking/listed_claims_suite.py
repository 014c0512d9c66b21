"""What every store of claims must promise of what it finds."""

from __future__ import annotations

from datetime import timedelta

from services.booking.domain.slots import Slot
from services.booking.domain.sought import keys
from services.booking.domain.taken import Claimed, TakenDay
from services.booking.ports import AgentOnDay, Claims
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, MONDAY, claim
from tests.unit.booking.claimed import NEXT, book, moved_on


class ListedClaimsSuite:
    """Subclasses give a fixture `claims`."""

    def test_taken_is_what_is_booked_or_held_now(self, claims: Claims) -> None:
        appointment = book(claims)
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

    def test_lists_show_an_appointment_once_while_it_moves(self, claims: Claims) -> None:
        after = moved_on(book(claims))
        claims.insert(after)
        assert claims.booked_on(MONDAY) == [after]
        assert claims.booked_on(MONDAY, "agent-z") == []
        assert claims.of_person("person-1") == [after]
        assert claims.of_person("person-2") == []
        assert claims.of_space("space-1") == [after]
        assert claims.of_space("space-2") == []

    def test_an_appointment_is_found_by_its_keys_once_while_it_moves(self, claims: Claims) -> None:
        after = moved_on(book(claims))
        claims.insert(after)
        (key,) = keys(after.details)
        assert claims.found_by(key) == [after]
        assert claims.found_by("another") == []

    def test_appointments_are_counted_by_agent_and_day_once_while_they_move(self, claims: Claims) -> None:
        claims.insert(moved_on(book(claims)))
        claims.insert(claim(appointment_id="only-held", hold_key="key-2", agent_id="agent-b"))
        sunday, place = MONDAY - timedelta(days=1), AgentOnDay(MONDAY, "agent-a", "agent-a Demo")
        assert dict(claims.counted(sunday, MONDAY)) == {place: 1}
        assert dict(claims.counted(sunday, sunday)) == {}
