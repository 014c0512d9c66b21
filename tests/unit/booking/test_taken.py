"""What is free by bitmasks is what is free by the plain arithmetic of intervals."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.booking.adapters import days as adapter
from services.booking.domain.slots import Slot, without
from services.booking.domain.taken import Board, Claimed, TakenDay, WorkingDay
from services.booking.ports import StoredDay
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, MONDAY

AGENTS = ("agent-a", "agent-b", "agent.c $")
MINUTE = timedelta(minutes=1)


def slot(minute: int, minutes: int = 20) -> Slot:
    return Slot(EIGHT + minute * MINUTE, EIGHT + (minute + minutes) * MINUTE)


def claims(first: int = 0, last: int = 240) -> st.SearchStrategy[list[Claimed]]:
    """Without two of one agent that begin at once, which no store lets happen."""
    claim = st.builds(
        Claimed,
        st.sampled_from(AGENTS),
        st.builds(slot, st.integers(first, last), st.integers(1, 60)),
        st.none() | st.integers(-5, 5).map(lambda minutes: EIGHT + minutes * MINUTE),
    )
    return st.lists(claim, max_size=12, unique_by=lambda one: one.key)


GRIDS = st.fixed_dictionaries({a: st.integers(0, 19).map(lambda n: _grid(n)) for a in AGENTS})


def _grid(begins: int) -> list[Slot]:
    return [slot(begins + 20 * number) for number in range(9)]


def honest(agent: str, own: list[Slot], taken: list[Claimed], now: datetime) -> list[Slot]:
    """The slow way, one claim after the other: several may overlap here, as after changed hours."""
    left = own
    for one in taken:
        if one.agent_id == agent and one.binds(now):
            left = list(without(left, [one.slot]))
    return left


@given(GRIDS, claims(), claims(-60, 0))
def test_free_is_what_is_worked_and_touched_by_no_claim(
    grids: dict[str, list[Slot]], today: list[Claimed], evening: list[Claimed]
) -> None:
    board = Board(WorkingDay(grids), TakenDay.of(today), TakenDay.of(evening), EIGHT)
    for agent, own in grids.items():
        free = honest(agent, own, today + evening, EIGHT)
        assert list(board.working.at(board.free([agent]))) == free
        assert [one for one in own if board.is_free(agent, one)] == free
    expected = {one for agent in AGENTS for one in honest(agent, grids[agent], today + evening, EIGHT)}
    assert list(board.working.at(board.free(AGENTS))) == sorted(expected)


@given(claims(), claims())
def test_a_day_changed_is_the_day_made_anew(before: list[Claimed], after: list[Claimed]) -> None:
    gone = {one.key: None for one in before}
    changed = TakenDay.of(before).changed({**gone, **{one.key: one for one in after}})
    assert changed == TakenDay.of(after)


@given(claims(-90, 1500))
def test_a_day_is_read_as_it_was_written(taken: list[Claimed]) -> None:
    day = TakenDay.of(taken)
    written = {"_id": f"office|{MONDAY}", "rev": "r", "taken": adapter._texts(MONDAY, day)}
    assert adapter._stored(written) == StoredDay("r", day)


def test_a_hold_blocks_its_time_until_its_end() -> None:
    first = Slot(FIRST_SLOT, FIRST_SLOT + LENGTH)
    taken = TakenDay.of([Claimed("agent-a", first, EIGHT + MINUTE)])
    working = WorkingDay({"agent-a": [first]})
    boards = [Board(working, taken, TakenDay(), at) for at in (EIGHT, EIGHT + MINUTE)]
    assert [board.is_free("agent-a", first) for board in boards] == [False, True]
    assert [board.load("agent-a") for board in boards] == [1, 0]


def test_later_slots_are_those_that_begin_later() -> None:
    working = WorkingDay({"agent-a": _grid(0)})
    assert list(working.at(working.after(slot(20).starts_at))) == _grid(0)[2:]
    assert WorkingDay({}).after(EIGHT) == 0
