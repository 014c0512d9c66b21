"""What every store of attendances must promise; runs over the fake and over the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.booking.domain.attendance import Attendance, Fact
from services.booking.domain.life import Transition
from services.booking.ports import Attendances
from tests.unit.booking.builders import EIGHT

LATER = EIGHT + timedelta(minutes=10)


class AttendancesSuite:
    """Subclasses give a fixture `attendances`."""

    def test_a_fact_is_kept_beside_those_that_were_known(self, attendances: Attendances) -> None:
        came, over = fact("e-1", Transition.ARRIVED, EIGHT), fact("e-2", Transition.ENDED_HELD, LATER)
        assert attendances.add("a", Attendance(), over)
        assert attendances.add("a", Attendance((over,)), came)
        assert attendances.add("b", Attendance(), came)
        assert attendances.of(["a", "b", "c"]) == {"a": Attendance((came, over)), "b": Attendance((came,))}

    def test_a_fact_says_which_identity_copy_it_is_about(self, attendances: Attendances) -> None:
        seen = replace(fact("e-1", Transition.IDENTITY_SEEN, EIGHT), document_id="document-1")
        assert attendances.add("a", Attendance(), seen)
        assert attendances.of(["a"]) == {"a": Attendance((seen,))}

    def test_of_two_facts_added_to_the_same_state_one_is(self, attendances: Attendances) -> None:
        came, over = fact("e-1", Transition.ARRIVED, EIGHT), fact("e-2", Transition.ENDED_HELD, LATER)
        assert attendances.add("a", Attendance(), came)
        assert not attendances.add("a", Attendance(), over)
        assert attendances.add("a", Attendance((came,)), over)
        assert not attendances.add("a", Attendance((came,)), fact("e-3", Transition.IN_CALL, LATER))
        assert attendances.of(["a"]) == {"a": Attendance((came, over))}


def fact(fact_id: str, what: Transition, at: datetime) -> Fact:
    return Fact(fact_id=fact_id, at=at, what=what, who="agent-a", version=1, origin="console")
