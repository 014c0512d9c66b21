"""One procedure: who may change a draft from what he read, and what booking's news make of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest

from services.contracts.errors import InvalidField, ProcedureOver, StaleVersion
from services.contracts.procedures import CANCELLED, DISCARDED, DONE, MOST_CONTENT, SUBMITTED
from services.spaces.domain.procedure import (
    NAMED,
    NOTHING,
    UNTOUCHED,
    Content,
    Procedure,
    Who,
    checked_content,
    checked_id,
    checked_kind,
)
from tests.unit.spaces.procedure_suite import NOW, procedure

TOM = Who("p-2", "Tom Beispiel")
LATER, NEXT_WEEK = NOW + timedelta(hours=1), NOW + timedelta(days=7)
OTHER = Content("review", "information", "{}")
Told = Callable[[Procedure], Procedure]

BOOKED: Told = lambda one: one.booked("a-1", 1, LATER, NOW)  # noqa: E731 - a name for a piece of news
MOVED: Told = lambda one: one.booked("a-1", 2, NEXT_WEEK, LATER)  # noqa: E731
MOVED_AGAIN: Told = lambda one: one.booked("a-1", 3, NEXT_WEEK + timedelta(days=1), LATER)  # noqa: E731
CALLED_OFF: Told = lambda one: one.cancelled("a-1", LATER)  # noqa: E731
OVER: Told = lambda one: one.done("a-1", NEXT_WEEK)  # noqa: E731


def test_a_save_says_who_changed_it_and_when() -> None:
    after = procedure().saved(1, OTHER, TOM, LATER)
    assert (after.content, after.changed_by, after.changer, after.changed_at) == (OTHER, *_said(TOM), LATER)
    assert after.begun_by == "p-1"


def _said(who: Who) -> tuple[str, str]:
    return who.person_id, who.name


def test_what_another_device_has_saved_since_is_not_overwritten() -> None:
    with pytest.raises(StaleVersion, match="procedure"):
        procedure().saved(0, OTHER, TOM, LATER)


def test_saving_what_stands_there_changes_nothing_whatever_was_read() -> None:
    assert procedure().saved(0, procedure().content, TOM, LATER) == procedure()


@pytest.mark.parametrize("told", [BOOKED, CALLED_OFF, OVER])
def test_what_became_an_appointment_is_neither_saved_nor_discarded(told: Told) -> None:
    over = told(procedure())
    for attempt in (lambda: over.saved(1, OTHER, TOM, LATER), lambda: over.discarded(LATER)):
        with pytest.raises(ProcedureOver, match=over.state):
            attempt()


def test_of_a_discarded_draft_nothing_is_left_but_that() -> None:
    gone = procedure().discarded(LATER)
    assert (gone.state, gone.content, gone.begun_by, gone.changed_by, gone.changer) == (
        (DISCARDED, NOTHING) + ("",) * 3
    )
    assert gone.discarded(NEXT_WEEK) == gone
    with pytest.raises(ProcedureOver, match="discarded"):
        gone.saved(1, OTHER, TOM, LATER)


def test_once_it_is_booked_nothing_that_was_typed_is_left() -> None:
    booked = BOOKED(procedure())
    assert booked.content == Content("", "information", "")
    assert (booked.state, booked.appointment_id, booked.starts_at) == (SUBMITTED, "a-1", LATER)
    assert booked.place == 0


def test_a_draft_that_was_discarded_while_it_was_booked_is_booked() -> None:
    assert BOOKED(procedure().discarded(NOW)).state == SUBMITTED


def test_of_two_appointments_the_first_counts() -> None:
    booked = BOOKED(procedure())
    second = booked.booked("a-2", 9, NEXT_WEEK, LATER).cancelled("a-2", LATER).done("a-2", LATER)
    assert second == booked


@pytest.mark.parametrize(
    ("news", "state"),
    [
        ((BOOKED, MOVED, MOVED_AGAIN), SUBMITTED),
        ((BOOKED, MOVED, CALLED_OFF), CANCELLED),
        ((BOOKED, MOVED, OVER), DONE),
        ((BOOKED, MOVED, OVER, CALLED_OFF), CANCELLED),
    ],
)
def test_news_end_the_same_twice_and_in_any_order(news: tuple[Told, ...], state: str) -> None:
    ends = set()
    for order in itertools.permutations(news * 2):
        one = procedure()
        for told in order:
            one = told(one)
        ends.add((one.state, one.starts_at, one.appointment_id))
    expected = NEXT_WEEK + timedelta(days=1) if MOVED_AGAIN in news else NEXT_WEEK
    assert ends == {(state, expected, "a-1")}


def test_a_draft_goes_when_nobody_has_touched_it_for_ninety_days() -> None:
    draft = procedure().saved(1, OTHER, TOM, LATER)
    assert draft.tended(LATER + UNTOUCHED - timedelta(seconds=1)) == draft
    assert draft.tended(LATER + UNTOUCHED) is None


def test_a_device_that_was_away_is_told_for_ninety_days_that_it_was_discarded() -> None:
    gone = procedure().discarded(NOW)
    assert gone.tended(NOW + UNTOUCHED - timedelta(seconds=1)) == gone
    assert gone.tended(NOW + UNTOUCHED) is None


def test_an_appointment_ahead_stays_as_it_is() -> None:
    booked = BOOKED(procedure())
    assert booked.due_at() == LATER + NAMED
    assert booked.tended(LATER) == booked


@pytest.mark.parametrize("ended", [OVER, CALLED_OFF])
def test_a_year_after_the_end_it_says_only_what_a_list_shows(ended: Told) -> None:
    done = ended(BOOKED(procedure()))
    assert done.ended_at is not None
    assert done.tended(done.ended_at + NAMED - timedelta(seconds=1)) == done
    tended = done.tended(done.ended_at + NAMED)
    assert tended is not None
    assert (tended.begun_by, tended.changed_by, tended.changer) == ("", "", "")
    assert "a-1" not in str(tended)
    assert (tended.state, tended.starts_at, tended.content.about) == (done.state, LATER, "information")
    assert tended.due_at() is None


def test_of_whose_end_nobody_tells_says_no_more_a_year_after_it_began() -> None:
    booked = BOOKED(procedure())
    assert booked.tended(LATER + NAMED - timedelta(seconds=1)) == booked
    tended = booked.tended(LATER + NAMED)
    assert tended is not None
    assert "a-1" not in str(tended)
    assert tended.due_at() is None


def test_what_who_is_gone_has_typed_last_goes_with_him() -> None:
    assert procedure().without("p-1").content == Content("", "information", "{}")
    by_tom = procedure().saved(1, OTHER, TOM, LATER)
    assert by_tom.without("p-1").content == OTHER
    assert BOOKED(by_tom).without("p-2").content == Content("", "information", "")


def test_who_is_gone_is_named_nowhere() -> None:
    draft = procedure().saved(1, OTHER, TOM, LATER)
    without_tom, without_lea = draft.without("p-2"), draft.without("p-1")
    assert (without_tom.begun_by, without_tom.changed_by, without_tom.changer) == ("p-1", "", "")
    assert (without_lea.begun_by, without_lea.changer) == ("", "Tom Beispiel")
    assert draft.without("p-3") == draft


@pytest.mark.parametrize("bad", ["", "short", "x" * 65, "a" * 19, "<script>alert(1)</script>", "é" * 30])
def test_an_id_that_somebody_could_guess_or_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(InvalidField, match="procedure_id"):
        checked_id(bad)


@pytest.mark.parametrize(
    ("step", "about", "text", "field"),
    [
        ("", "", "{}", "step"),
        ("../review", "", "{}", "step"),
        ("person", "Two words", "{}", "about"),
        ("person", "", "", "content"),
        ("person", "", "[]", "content"),
        ("person", "", '{"a": ', "content"),
        ("person", "", '{"a": "\ud800"}', "content"),
        ("person", "", "[" * 10_000, "content"),
        ("person", "", '{"a": "' + "x" * MOST_CONTENT + '"}', "content"),
    ],
)
def test_content_that_is_no_json_object_of_bounded_length_is_refused(
    step: str, about: str, text: str, field: str
) -> None:
    with pytest.raises(InvalidField, match=field):
        checked_content(step, about, text)


def test_another_kind_of_procedure_is_refused() -> None:
    with pytest.raises(InvalidField, match="kind"):
        checked_kind("complaint")
