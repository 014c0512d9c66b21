"""The life of an appointment: every pair of state and transition, who may, and until when."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from services.booking.domain.life import OPEN, OVER, TABLE, WAITED_FOR, State, Transition, after, lived, may
from services.booking.domain.slots import Slot
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH

SLOT = Slot(FIRST_SLOT, FIRST_SLOT + LENGTH)
MOMENT = timedelta(milliseconds=1)

S, T = State, Transition
OF_PAPERS = (
    *(T.IDENTITY_SEEN, T.IDENTITY_MATCHES, T.IDENTITY_DIFFERS, T.IDENTITY_UNREADABLE),
    *(T.CASE_FILE_BEGUN, T.CASE_FILE_FILED, T.CASE_FILE_DROPPED, T.CASE_FILE_UNSETTLED),
)
"""What an agent does with an identity copy or a document changes no state."""
POSSIBLE = {
    (S.NEW, T.HELD): S.HOLD,
    (S.HOLD, T.RENEWED): S.HOLD,
    (S.HOLD, T.LAPSED): S.LAPSED,
    (S.HOLD, T.BOOKED): S.BOOKED,
    (S.BOOKED, T.MOVED): S.BOOKED,
    (S.BOOKED, T.REASSIGNED): S.BOOKED,
    (S.BOOKED, T.DISPLACED): S.DISPLACED,
    (S.BOOKED, T.CANCELLED): S.CANCELLED,
    (S.BOOKED, T.LINK_RENEWED): S.BOOKED,
    (S.BOOKED, T.OWNER_CHANGED): S.BOOKED,
    (S.BOOKED, T.ERASED): S.BOOKED,
    (S.BOOKED, T.ARRIVED): S.ARRIVED,
    (S.BOOKED, T.IN_CALL): S.IN_CALL,
    (S.BOOKED, T.ENDED_HELD): S.HELD,
    (S.BOOKED, T.ENDED_NO_SHOW): S.NO_SHOW,
    (S.BOOKED, T.ENDED_TECHNICAL_FAILURE): S.TECHNICAL_FAILURE,
    (S.DISPLACED, T.MOVED): S.BOOKED,
    (S.DISPLACED, T.REASSIGNED): S.BOOKED,
    (S.DISPLACED, T.RESTORED): S.BOOKED,
    (S.DISPLACED, T.CANCELLED): S.CANCELLED,
    (S.DISPLACED, T.LINK_RENEWED): S.DISPLACED,
    (S.DISPLACED, T.OWNER_CHANGED): S.DISPLACED,
    (S.DISPLACED, T.ERASED): S.DISPLACED,
    (S.DISPLACED, T.ARRIVED): S.ARRIVED,
    (S.DISPLACED, T.IN_CALL): S.IN_CALL,
    (S.DISPLACED, T.ENDED_HELD): S.HELD,
    (S.DISPLACED, T.ENDED_NO_SHOW): S.NO_SHOW,
    (S.DISPLACED, T.ENDED_TECHNICAL_FAILURE): S.TECHNICAL_FAILURE,
    (S.ARRIVED, T.MOVED): S.BOOKED,
    (S.ARRIVED, T.REASSIGNED): S.ARRIVED,
    (S.ARRIVED, T.CANCELLED): S.CANCELLED,
    (S.ARRIVED, T.LINK_RENEWED): S.ARRIVED,
    (S.ARRIVED, T.OWNER_CHANGED): S.ARRIVED,
    (S.ARRIVED, T.ERASED): S.ARRIVED,
    (S.ARRIVED, T.IN_CALL): S.IN_CALL,
    (S.ARRIVED, T.ENDED_HELD): S.HELD,
    (S.ARRIVED, T.ENDED_NO_SHOW): S.NO_SHOW,
    (S.ARRIVED, T.ENDED_TECHNICAL_FAILURE): S.TECHNICAL_FAILURE,
    (S.IN_CALL, T.MOVED): S.BOOKED,
    (S.IN_CALL, T.CANCELLED): S.CANCELLED,
    (S.IN_CALL, T.LINK_RENEWED): S.IN_CALL,
    (S.IN_CALL, T.OWNER_CHANGED): S.IN_CALL,
    (S.IN_CALL, T.ERASED): S.IN_CALL,
    (S.CANCELLED, T.OWNER_CHANGED): S.CANCELLED,
    (S.CANCELLED, T.ERASED): S.CANCELLED,
    (S.IN_CALL, T.ENDED_HELD): S.HELD,
    (S.IN_CALL, T.ENDED_NO_SHOW): S.NO_SHOW,
    (S.IN_CALL, T.ENDED_TECHNICAL_FAILURE): S.TECHNICAL_FAILURE,
    **{(state, step): state for state in OPEN for step in OF_PAPERS},
}
REOPENED = {
    T.LINK_RENEWED: None,
    T.OWNER_CHANGED: None,
    T.ERASED: None,
    T.ARRIVED: S.ARRIVED,
    T.IN_CALL: S.IN_CALL,
    T.ENDED_HELD: S.HELD,
    T.ENDED_NO_SHOW: S.NO_SHOW,
    T.ENDED_TECHNICAL_FAILURE: S.TECHNICAL_FAILURE,
    **dict.fromkeys(OF_PAPERS),
}
"""From an end that was taken back, whichever it was; None: it stays."""


@pytest.mark.parametrize(("state", "transition"), list(product(State, Transition)))
def test_each_pair_of_state_and_transition(state: State, transition: Transition) -> None:
    if state in OVER:
        expected = (REOPENED[transition] or state) if transition in REOPENED else None
    else:
        expected = POSSIBLE.get((state, transition))
    assert after(state, transition) == expected


@pytest.mark.parametrize("state", [State.LAPSED, State.CANCELLED])
def test_nothing_but_another_owner_or_none_comes_after_the_end_of_an_appointment(state: State) -> None:
    possible = [transition for transition in Transition if after(state, transition)]
    assert possible == ([T.OWNER_CHANGED, T.ERASED] if state is State.CANCELLED else [])


def test_every_transition_stands_in_the_table_and_every_state_is_reached() -> None:
    assert set(TABLE) == set(Transition)
    reached = {State.NEW} | {there for leads in TABLE.values() for there in leads.values()}
    assert reached == set(State)


def test_a_life_is_what_all_its_transitions_lead_to() -> None:
    assert lived([T.HELD, T.RENEWED, T.BOOKED, T.MOVED, T.ARRIVED, T.IN_CALL, T.ENDED_HELD]) is S.HELD
    assert lived([T.ENDED_HELD, T.ENDED_NO_SHOW], S.IN_CALL) is S.NO_SHOW
    assert lived([T.IN_CALL, T.ARRIVED], S.BOOKED) is S.IN_CALL


CHANGES = (T.MOVED, T.CANCELLED)
BEFORE_T0, T0 = SLOT.starts_at - MOMENT, SLOT.starts_at
BEFORE_T1, T1 = SLOT.ends_at - MOMENT, SLOT.ends_at


@pytest.mark.parametrize(("change", "state"), list(product(CHANGES, WAITED_FOR)))
def test_the_citizen_may_change_it_until_its_start(change: Transition, state: State) -> None:
    assert may("citizen", change, state, SLOT, BEFORE_T0)
    assert not may("citizen", change, state, SLOT, T0)


@pytest.mark.parametrize(
    ("change", "state"), list(product(CHANGES, [state for state in State if state not in WAITED_FOR]))
)
def test_the_citizen_may_change_nothing_once_he_has_come(change: Transition, state: State) -> None:
    assert not may("citizen", change, state, SLOT, EIGHT)


@pytest.mark.parametrize("change", Transition)
@pytest.mark.parametrize("state", State)
def test_a_member_of_the_space_may_what_the_citizen_may(change: Transition, state: State) -> None:
    for now in (EIGHT, BEFORE_T0, T0, BEFORE_T1, T1):
        of_citizen = may("citizen", change, state, SLOT, now)
        assert may("member:person-2", change, state, SLOT, now) == of_citizen


@pytest.mark.parametrize(("change", "state"), list(product(CHANGES, OPEN)))
def test_staff_may_change_it_until_the_end_of_the_slot(change: Transition, state: State) -> None:
    assert may("agent-a", change, state, SLOT, BEFORE_T1)
    assert not may("agent-a", change, state, SLOT, T1)


@pytest.mark.parametrize(("change", "state"), list(product(CHANGES, OVER)))
def test_what_is_over_is_changed_by_nobody(change: Transition, state: State) -> None:
    assert not may("agent-a", change, state, SLOT, EIGHT)


@pytest.mark.parametrize("change", [T.REASSIGNED, T.DISPLACED, T.RESTORED])
def test_the_citizen_does_not_choose_the_agent(change: Transition) -> None:
    state = State.DISPLACED if change is T.RESTORED else State.BOOKED
    assert not may("citizen", change, state, SLOT, EIGHT)
    assert may("agent-a", change, state, SLOT, BEFORE_T1)
    assert may("platform", change, state, SLOT, EIGHT)
    assert not may("agent-a", change, state, SLOT, T1)


@pytest.mark.parametrize("actor", ["citizen", "agent-a"])
@pytest.mark.parametrize(
    "news", [T.ARRIVED, T.IN_CALL, T.ENDED_HELD, T.ENDED_NO_SHOW, T.ENDED_TECHNICAL_FAILURE]
)
def test_what_happens_in_the_consultation_nobody_can_ask_for(actor: str, news: Transition) -> None:
    assert not may(actor, news, State.BOOKED, SLOT, T0)
    assert may("platform", news, State.BOOKED, SLOT, T1)


def test_a_link_may_be_renewed_as_long_as_it_opens_something() -> None:
    assert all(may("agent-a", T.LINK_RENEWED, state, SLOT, T1) for state in (*OPEN, *OVER))
    assert not may("agent-a", T.LINK_RENEWED, State.CANCELLED, SLOT, EIGHT)
