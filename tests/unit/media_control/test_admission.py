"""Who may do what at each boundary second: the time rules as tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.media import PHASES
from services.media.control.domain.admission import Action, Facts, Phase, State, admission
from services.media.control.domain.rules import Rules

RULES = Rules()
T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
T1 = T0 + timedelta(minutes=20)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
EVERYTHING = frozenset(Action)

CITIZEN = Facts(
    state=State.BOOKED,
    starts_at=T0,
    ends_at=T1,
    ended_at=None,
    admitted=False,
    citizen_joined=False,
    gone=False,
    role="citizen",
    joined=False,
    used=False,
)
JOINED = replace(CITIZEN, citizen_joined=True, joined=True)
IN_CALL = replace(JOINED, admitted=True)
AGENT_OUTSIDE = replace(CITIZEN, role="agent")
AGENT_WITH_CITIZEN = replace(AGENT_OUTSIDE, citizen_joined=True, joined=True)
AGENT_IN_CALL = replace(AGENT_WITH_CITIZEN, admitted=True)


def phases_around(facts: Facts, boundary: datetime) -> list[Phase]:
    """A second before, at, and a second after the boundary."""
    return [admission(boundary + n * SECOND, facts, RULES).phase for n in (-1, 0, 1)]


def leave_around(facts: Facts, boundary: datetime, action: Action) -> list[bool]:
    return [admission(boundary + n * SECOND, facts, RULES).allows(action) for n in (-1, 0, 1)]


@pytest.mark.parametrize(
    ("facts", "boundary", "phases"),
    [
        (CITIZEN, T0 - 15 * MINUTE, "early open open"),
        (CITIZEN, T0, "open open open"),
        (CITIZEN, T0 + 5 * MINUTE, "open open open"),
        (CITIZEN, T1, "open late late"),
        (CITIZEN, T1 + 30 * MINUTE, "late late late"),
        (CITIZEN, T1 + timedelta(hours=24), "late forgotten forgotten"),
        (JOINED, T0, "waiting waiting waiting"),
        (JOINED, T0 + 5 * MINUTE, "waiting waiting waiting"),
        (JOINED, T1, "waiting waiting waiting"),
        (JOINED, T1 + 30 * MINUTE, "waiting documents documents"),
        (JOINED, T1 + 30 * MINUTE + timedelta(hours=24), "documents forgotten forgotten"),
        (IN_CALL, T0 - 5 * MINUTE, "admitted admitted admitted"),
        (IN_CALL, T1, "admitted admitted admitted"),
        (IN_CALL, T1 + 30 * MINUTE, "admitted documents documents"),
        (IN_CALL, T1 + 30 * MINUTE + timedelta(hours=24), "documents forgotten forgotten"),
        (AGENT_OUTSIDE, T0 - 15 * MINUTE, "early open open"),
        (AGENT_OUTSIDE, T1, "open late late"),
        (AGENT_WITH_CITIZEN, T1, "waiting waiting waiting"),
        (AGENT_IN_CALL, T1 + 30 * MINUTE, "admitted documents documents"),
    ],
)
def test_phase_changes_exactly_at_the_boundary(facts: Facts, boundary: datetime, phases: str) -> None:
    assert phases_around(facts, boundary) == phases.split()


@pytest.mark.parametrize(
    ("facts", "action", "boundary", "leave"),
    [
        (CITIZEN, Action.JOIN, T0 - 15 * MINUTE, [False, True, True]),
        (CITIZEN, Action.JOIN, T1, [True, False, False]),
        (CITIZEN, Action.CHECK, T0 - 15 * MINUTE, [True, True, True]),
        (CITIZEN, Action.CHECK, T1, [True, False, False]),
        (JOINED, Action.CHECK, T1 + 30 * MINUTE, [True, False, False]),
        (JOINED, Action.JOIN, T1 + 30 * MINUTE, [True, False, False]),
        (IN_CALL, Action.CONNECT, T1 + 30 * MINUTE, [True, False, False]),
        (IN_CALL, Action.WRITE, T1 + 30 * MINUTE, [True, False, False]),
        (IN_CALL, Action.SHARE, T1 + 30 * MINUTE, [True, False, False]),
        (IN_CALL, Action.READ, T1 + 30 * MINUTE, [True, True, True]),
        (IN_CALL, Action.READ, T1 + 30 * MINUTE + timedelta(hours=24), [True, False, False]),
        (AGENT_OUTSIDE, Action.JOIN, T0 - 15 * MINUTE, [False, True, True]),
        (AGENT_WITH_CITIZEN, Action.ADMIT, T1 + 30 * MINUTE, [True, False, False]),
        (AGENT_IN_CALL, Action.END, T1 + 30 * MINUTE, [True, False, False]),
    ],
)
def test_leave_changes_exactly_at_the_boundary(
    facts: Facts, action: Action, boundary: datetime, leave: list[bool]
) -> None:
    assert leave_around(facts, boundary, action) == leave


def test_an_end_is_taken_back_until_half_an_hour_after_the_slot() -> None:
    ended = replace(AGENT_IN_CALL, ended_at=T0 + 10 * MINUTE)
    assert leave_around(ended, T1 + 30 * MINUTE, Action.REOPEN) == [True, False, False]


def test_content_is_kept_for_24_hours_from_the_agents_end() -> None:
    ended = replace(IN_CALL, ended_at=T0 + 10 * MINUTE)
    end = T0 + 10 * MINUTE + timedelta(hours=24)
    assert phases_around(ended, end) == ["documents", "forgotten", "forgotten"]


def test_a_citizen_never_ends_admits_or_reopens() -> None:
    for minutes in range(-30, 26 * 60, 5):
        for facts in (CITIZEN, JOINED, IN_CALL, replace(IN_CALL, ended_at=T0)):
            may = admission(T0 + minutes * MINUTE, facts, RULES).may
            assert not may & {Action.ADMIT, Action.END, Action.REOPEN}


def test_nobody_may_anything_after_forgetting_nor_more_than_check_before_the_waiting_room_opens() -> None:
    for facts in (CITIZEN, JOINED, IN_CALL, AGENT_IN_CALL):
        before = admission(T0 - 15 * MINUTE - SECOND, facts, RULES).may
        assert before == ({Action.CHECK} if facts.role == "citizen" else frozenset())
        assert admission(T1 + timedelta(hours=25), facts, RULES).may == frozenset()


def test_an_agent_admits_only_when_a_citizen_has_joined() -> None:
    assert not admission(T0, AGENT_OUTSIDE, RULES).allows(Action.ADMIT)
    assert admission(T0, AGENT_WITH_CITIZEN, RULES).allows(Action.ADMIT)


def test_an_agent_outside_reads_nothing() -> None:
    outside = replace(AGENT_IN_CALL, joined=False)
    assert admission(T0, outside, RULES).may == {Action.JOIN, Action.ADMIT, Action.TAKE_OVER}


@pytest.mark.parametrize("citizen_joined", [False, True])
def test_an_agent_outside_follows_an_empty_room_and_nothing_that_was_said_there(citizen_joined: bool) -> None:
    outside = replace(AGENT_OUTSIDE, citizen_joined=citizen_joined)
    assert admission(T0, outside, RULES).allows(Action.FOLLOW)
    assert not admission(T0, replace(outside, used=True), RULES).allows(Action.FOLLOW)
    assert admission(T0, replace(outside, used=True, joined=True), RULES).allows(Action.FOLLOW)


def test_an_agent_who_never_was_there_sees_nothing_after_the_end() -> None:
    outside = replace(AGENT_IN_CALL, joined=False, ended_at=T0 + MINUTE)
    assert admission(T0 + 2 * MINUTE, outside, RULES).may == frozenset()


def test_a_colleague_may_take_over_after_the_slot_when_the_citizen_waits() -> None:
    colleague = replace(AGENT_OUTSIDE, citizen_joined=True)
    assert {Action.JOIN, Action.ADMIT} <= admission(T1 + 10 * MINUTE, colleague, RULES).may


def test_a_second_citizen_who_comes_after_the_slot_is_late_but_reads_afterwards() -> None:
    second = replace(CITIZEN, citizen_joined=True, admitted=True)
    assert admission(T1, second, RULES).phase is Phase.LATE
    assert admission(T1 + 30 * MINUTE, second, RULES).phase is Phase.DOCUMENTS


def test_the_draft_is_for_the_identity_copy_and_nothing_else() -> None:
    draft = replace(CITIZEN, state=State.DRAFT, starts_at=None, ends_at=None)
    assert admission(T0, draft, RULES).may == {Action.PROVE}
    assert admission(T0, replace(draft, role="agent"), RULES).may == frozenset()


@pytest.mark.parametrize("state", [State.CANCELLED, State.LAPSED])
def test_nothing_may_be_done_in_a_room_that_was_given_up(state: State) -> None:
    for facts in (CITIZEN, IN_CALL, AGENT_IN_CALL):
        assert admission(T0, replace(facts, state=state), RULES).may == frozenset()


def test_what_is_gone_stays_gone_even_if_the_clock_is_put_back() -> None:
    assert admission(T0, replace(IN_CALL, gone=True), RULES).phase is Phase.FORGOTTEN
    assert admission(T0, replace(CITIZEN, gone=True), RULES).phase is Phase.LATE


def test_the_words_are_those_of_the_contract() -> None:
    assert set(Phase) - {Phase.DRAFT} == set(PHASES)


ORDER = list(Phase)
ANY_FACTS = st.builds(
    replace,
    st.just(CITIZEN),
    ended_at=st.none() | st.integers(-10, 45).map(lambda n: T0 + n * MINUTE),
    admitted=st.booleans(),
    citizen_joined=st.booleans(),
    gone=st.booleans(),
    role=st.sampled_from(["citizen", "agent"]),
    joined=st.booleans(),
    used=st.booleans(),
)


@given(ANY_FACTS, st.integers(-3600, 100_000), st.integers(0, 100_000))
def test_with_the_same_facts_time_leads_only_forward(facts: Facts, second: int, later: int) -> None:
    first = admission(T0 + second * SECOND, facts, RULES).phase
    then = admission(T0 + (second + later) * SECOND, facts, RULES).phase
    assert ORDER.index(first) <= ORDER.index(then)


@given(ANY_FACTS, st.integers(-3600, 200_000))
def test_nobody_acts_in_a_call_that_is_not_on(facts: Facts, second: int) -> None:
    verdict = admission(T0 + second * SECOND, facts, RULES)
    if verdict.phase is not Phase.ADMITTED:
        assert not verdict.may & {Action.CONNECT, Action.WRITE, Action.END}
    if verdict.phase in (Phase.EARLY, Phase.LATE, Phase.FORGOTTEN, Phase.CANCELLED):
        assert verdict.may <= {Action.CHECK}
    if verdict.phase in (Phase.LATE, Phase.FORGOTTEN, Phase.CANCELLED):
        assert verdict.may == frozenset()


LUXEMBOURG = ZoneInfo("Europe/Luxembourg")


@pytest.mark.parametrize(
    ("evening", "name"),
    [
        (datetime(2026, 10, 25, 1, 50, tzinfo=LUXEMBOURG), "an hour twice"),
        (datetime(2027, 3, 28, 1, 50, tzinfo=LUXEMBOURG), "an hour left out"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_night_of_the_clock_change_shifts_no_boundary(evening: datetime, name: str) -> None:
    t0 = evening.astimezone(UTC)
    t1 = t0 + 20 * MINUTE
    night = replace(CITIZEN, starts_at=t0, ends_at=t1)
    assert phases_around(night, t0 - 15 * MINUTE) == ["early", "open", "open"]
    assert phases_around(night, t1) == ["open", "late", "late"]
    joined = replace(night, citizen_joined=True, joined=True, admitted=True)
    assert phases_around(joined, t1 + 30 * MINUTE) == ["admitted", "documents", "documents"]
    forgotten = t1 + 30 * MINUTE + timedelta(hours=24)
    assert phases_around(joined, forgotten) == ["documents", "forgotten", "forgotten"]


def test_local_and_utc_instants_are_the_same_to_admission() -> None:
    local = (T0 - 15 * MINUTE).astimezone(LUXEMBOURG)
    assert admission(local, CITIZEN, RULES) == admission(T0 - 15 * MINUTE, CITIZEN, RULES)
