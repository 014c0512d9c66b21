"""Who waits, for how long, and what is told: pure rules over rooms, calls and slots."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.media.control.domain.admission import State
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.waiting import (
    As,
    WaitState,
    estimate,
    missing_since,
    queue,
    waiting_since,
    waits_as,
)

RULES = Rules()
T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE, SLOT = timedelta(minutes=1), timedelta(minutes=20)
AGENT, COLLEAGUE = Who(participant_id="agent-1", role="agent"), Who(participant_id="agent-2", role="agent")


def citizen_of(room: Room) -> Who:
    return Who(participant_id=f"citizen of {room.room_id}", role="citizen")


def booked(name: str, starts_at: datetime = T0, **changes: Any) -> Room:
    room = Room(
        room_id=name,
        opened_at=T0 - timedelta(days=1),
        state=State.BOOKED,
        starts_at=starts_at,
        ends_at=starts_at + SLOT,
        keeper_id="agent-1",
    )
    return replace(room, **changes)


def waiting(name: str, starts_at: datetime = T0, since: datetime = T0) -> Room:
    room = booked(name, starts_at)
    return room.joined(citizen_of(room), since)


def in_call(name: str, starts_at: datetime = T0) -> Room:
    return waiting(name, starts_at, starts_at).joined(AGENT, starts_at).admitted(starts_at, "agent-1")


def returned(name: str, away: datetime, back: datetime) -> Room:
    """The agent has gone, and the citizen comes back after that."""
    room = in_call(name)
    return room.left(citizen_of(room), away).left(AGENT, away).joined(citizen_of(room), back)


class TestWhoWaits:
    def test_nobody_who_has_not_joined(self) -> None:
        assert waits_as(booked("a")) is None

    def test_who_has_joined_until_he_is_let_in(self) -> None:
        assert (waits_as(waiting("a")), waiting_since(waiting("a"))) == (As.NEW, T0)
        assert waits_as(in_call("a")) is None

    def test_who_comes_back_and_finds_no_agent(self) -> None:
        back = T0 + 12 * MINUTE
        room = returned("a", T0 + 10 * MINUTE, back)
        assert (waits_as(room), waiting_since(room)) == (As.RETURNED, back)

    def test_who_has_stayed_waits_since_the_agent_has_gone(self) -> None:
        gone = T0 + 10 * MINUTE
        room = in_call("a").left(AGENT, gone)
        assert (waits_as(room), waiting_since(room)) == (As.RETURNED, gone)

    def test_nobody_waits_where_a_colleague_is_with_him(self) -> None:
        assert waits_as(in_call("a").joined(COLLEAGUE, T0).left(AGENT, T0)) is None

    def test_who_was_sent_back_waits_though_the_agent_is_there(self) -> None:
        at = T0 + 4 * MINUTE
        assert (waits_as(in_call("a").sent_back(at)), waiting_since(in_call("a").sent_back(at))) == (
            As.SENT_BACK,
            at,
        )

    def test_nobody_after_the_end(self) -> None:
        assert waits_as(waiting("a").ended(T0)) is None


class TestOrder:
    def test_by_arrival(self) -> None:
        late, early = waiting("late", since=T0 + 2 * MINUTE), waiting("early", since=T0 + MINUTE)
        assert [room.room_id for room in queue([late, early], T0 + 3 * MINUTE)] == ["early", "late"]

    def test_nobody_has_his_turn_before_his_slot(self) -> None:
        early_bird = waiting("next", T0 + SLOT, since=T0 + 6 * MINUTE)
        now = waiting("now", since=T0 + 8 * MINUTE)
        assert [room.room_id for room in queue([early_bird, now], T0 + 9 * MINUTE)] == ["now", "next"]

    def test_who_came_back_in_his_slot_goes_before_the_next(self) -> None:
        back = returned("back", T0 + 10 * MINUTE, T0 + 19 * MINUTE)
        following = waiting("next", T0 + SLOT, since=T0 + 18 * MINUTE)
        found = queue([following, back, booked("later")], T0 + 19 * MINUTE)
        assert [room.room_id for room in found] == ["back", "next"]

    @pytest.mark.parametrize("came_back", [T0 + 19 * MINUTE, T0 + 21 * MINUTE], ids=["before", "after"])
    @pytest.mark.parametrize("came", [T0 + 18 * MINUTE, T0 + 24 * MINUTE], ids=["early", "late"])
    def test_from_the_end_of_his_slot_on_the_next_goes_before_him(
        self, came_back: datetime, came: datetime
    ) -> None:
        back = returned("back", T0 + 10 * MINUTE, came_back)
        following = waiting("next", T0 + SLOT, since=came)
        assert [room.room_id for room in queue([back, following], T0 + 25 * MINUTE)] == ["next", "back"]

    def test_who_was_sent_back_has_no_longer_claim_than_who_went(self) -> None:
        back = in_call("back").sent_back(T0 + 10 * MINUTE)
        following = waiting("next", T0 + SLOT, since=T0 + SLOT)
        assert [room.room_id for room in queue([back, following], T0 + SLOT)] == ["next", "back"]

    def test_who_was_never_let_in_keeps_his_turn_after_his_slot(self) -> None:
        unlucky = waiting("unlucky", since=T0)
        following = waiting("next", T0 + SLOT, since=T0 + SLOT)
        assert [room.room_id for room in queue([following, unlucky], T0 + SLOT)] == ["unlucky", "next"]

    def test_an_early_bird_does_not_keep_out_who_came_back(self) -> None:
        back = returned("back", T0 + 10 * MINUTE, T0 + 21 * MINUTE)
        early_bird = waiting("next", T0 + 2 * SLOT, since=T0 + SLOT)
        assert [room.room_id for room in queue([early_bird, back], T0 + 22 * MINUTE)] == ["back", "next"]


class TestMissing:
    @pytest.mark.parametrize(("seconds", "missing"), [(-1, False), (0, True), (1, True)])
    def test_from_five_minutes_after_the_start_on(self, seconds: int, missing: bool) -> None:
        now = T0 + 5 * MINUTE + timedelta(seconds=seconds)
        for room in (booked("a"), waiting("a")):
            assert bool(missing_since(room, now, RULES)) is missing

    def test_not_where_an_agent_is(self) -> None:
        assert missing_since(waiting("a").joined(COLLEAGUE, T0), T0 + 6 * MINUTE, RULES) is None

    def test_not_after_somebody_was_let_in(self) -> None:
        assert missing_since(in_call("a").left(AGENT, T0), T0 + 6 * MINUTE, RULES) is None

    def test_not_where_the_agent_has_waited_and_no_citizen_came(self) -> None:
        gone = booked("a").joined(AGENT, T0).left(AGENT, T0 + 10 * MINUTE)
        assert missing_since(gone, T0 + 11 * MINUTE, RULES) is None
        came = gone.joined(citizen_of(gone), T0 + 12 * MINUTE)
        assert missing_since(came, T0 + 12 * MINUTE, RULES) == T0 + 5 * MINUTE

    def test_not_where_it_is_over(self) -> None:
        assert missing_since(booked("a"), T0 + SLOT, RULES) is None
        assert missing_since(waiting("a"), T0 + SLOT + 29 * MINUTE, RULES) is not None
        assert missing_since(waiting("a"), T0 + SLOT + 30 * MINUTE, RULES) is None


class TestEstimate:
    def expected(self, *others: Room, now: datetime, mine: Room | None = None) -> tuple[str, int, Any]:
        found = estimate(mine or waiting("mine", T0 + SLOT, since=T0 + 10 * MINUTE), others, now, RULES)
        return found.state, found.ahead, found.expected_at

    def test_a_free_agent_takes_him_at_his_slot(self) -> None:
        assert self.expected(now=T0 + 12 * MINUTE) == (WaitState.FREE, 0, T0 + SLOT)

    def test_an_agent_in_a_call_needs_its_slot_and_a_minute(self) -> None:
        expected = T0 + SLOT + MINUTE
        assert self.expected(in_call("before"), now=T0 + 12 * MINUTE) == (WaitState.BUSY, 0, expected)

    def test_of_a_slot_that_is_exceeded_nobody_knows_the_end(self) -> None:
        assert self.expected(in_call("before"), now=T0 + SLOT) == (WaitState.UNKNOWN, 0, None)

    def test_who_came_before_is_taken_before(self) -> None:
        before = waiting("before", since=T0 + 12 * MINUTE)
        now = T0 + 13 * MINUTE
        assert self.expected(before, now=now) == (WaitState.BUSY, 1, now + SLOT + MINUTE)

    def test_who_came_back_has_no_length(self) -> None:
        back = returned("back", T0 + 10 * MINUTE, T0 + 12 * MINUTE)
        assert self.expected(back, now=T0 + 13 * MINUTE) == (WaitState.UNKNOWN, 1, None)

    def test_the_slots_between_are_the_calendars(self) -> None:
        mine = waiting("mine", T0 + 2 * SLOT, since=T0 + 15 * MINUTE)
        calls = in_call("before"), booked("between", T0 + SLOT)
        expected = T0 + 2 * SLOT + 2 * MINUTE
        assert self.expected(*calls, now=T0 + 16 * MINUTE, mine=mine) == (WaitState.BUSY, 0, expected)

    def test_who_came_back_after_his_slot_keeps_nobody_waiting(self) -> None:
        back = returned("back", T0 + 10 * MINUTE, T0 + 21 * MINUTE)
        mine = waiting("mine", T0 + 2 * SLOT, since=T0 + SLOT)
        assert self.expected(back, now=T0 + 22 * MINUTE, mine=mine) == (WaitState.FREE, 0, T0 + 2 * SLOT)

    def test_the_minute_of_wrapping_up_follows_the_call_and_not_the_slot(self) -> None:
        ended = T0 + 15 * MINUTE
        mine = waiting("mine", T0 + 15 * MINUTE, since=T0 + 10 * MINUTE)
        call = in_call("before").ended(ended)
        now = ended + timedelta(seconds=20)
        assert self.expected(call, now=now, mine=mine) == (WaitState.BUSY, 0, ended + MINUTE)
        assert self.expected(call, now=ended + MINUTE, mine=mine)[0] is WaitState.FREE

    def test_a_slot_to_which_nobody_came_needs_no_wrapping_up(self) -> None:
        mine = waiting("mine", T0 + SLOT, since=T0 + SLOT)
        assert self.expected(booked("before"), now=T0 + SLOT, mine=mine) == (WaitState.FREE, 0, T0 + SLOT)

    def test_who_comes_later_changes_nothing(self) -> None:
        after = waiting("after", T0 + 2 * SLOT, since=T0 + 9 * MINUTE)
        assert self.expected(after, now=T0 + 12 * MINUTE) == (WaitState.FREE, 0, T0 + SLOT)

    def test_an_agent_who_is_there_is_said_to_be_there(self) -> None:
        assert self.expected(now=T0, mine=waiting("mine").joined(COLLEAGUE, T0))[0] is WaitState.HERE

    def test_where_nobody_came_in_time_no_instant_is_promised(self) -> None:
        assert self.expected(now=T0 + 5 * MINUTE, mine=waiting("mine")) == (WaitState.MISSING, 0, None)

    def test_it_can_be_switched_off_but_not_what_is_wrong(self) -> None:
        off = replace(RULES, estimates_wait=False)
        assert estimate(waiting("mine"), (), T0 + 5 * MINUTE, off).state is WaitState.MISSING
        assert estimate(waiting("mine"), (), T0, off).state is WaitState.OFF


class TestEstimateOfWhoCameBackAfterHisSlot:
    NOW = T0 + 22 * MINUTE

    def expected(self, *others: Room) -> tuple[str, int, Any]:
        mine = returned("mine", T0 + 10 * MINUTE, T0 + 21 * MINUTE)
        found = estimate(mine, others, self.NOW, RULES)
        return found.state, found.ahead, found.expected_at

    def test_a_free_agent_may_take_him_at_once(self) -> None:
        assert self.expected(booked("later", T0 + 2 * SLOT)) == (WaitState.FREE, 0, self.NOW)

    def test_he_is_taken_after_the_call_that_is_on(self) -> None:
        assert self.expected(in_call("next", T0 + SLOT)) == (WaitState.BUSY, 0, T0 + 2 * SLOT + MINUTE)

    def test_whoever_has_his_slot_meanwhile_goes_before_him(self) -> None:
        call, waits = in_call("on", T0 + 10 * MINUTE), waiting("next", T0 + SLOT, since=T0 + SLOT)
        free = T0 + 30 * MINUTE + MINUTE
        assert self.expected(call) == (WaitState.BUSY, 0, free)
        assert self.expected(call, waits) == (WaitState.UNKNOWN, 1, None), "his own half hour is over by then"

    def test_a_calendar_without_a_gap_promises_nothing(self) -> None:
        following = booked("after", T0 + 2 * SLOT)
        assert self.expected(in_call("next", T0 + SLOT), following) == (WaitState.UNKNOWN, 0, None)

    def test_an_early_bird_does_not_keep_him_waiting(self) -> None:
        assert self.expected(waiting("next", T0 + 2 * SLOT, since=self.NOW)) == (WaitState.FREE, 0, self.NOW)
