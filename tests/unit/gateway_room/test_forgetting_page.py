"""Operators see whether what is due is destroyed, and whether the stores agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.contracts.deletion import MOST_DUE, Comparison, Forgetting
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_deletion import AT

PAGE = "/console/forgetting/"
AGREED = Comparison(at=AT, objects=0, documents=0, keys=0, unknown=0)


def shown(world: World, state: Forgetting) -> str:
    world.deleted.state = state
    answer = world.staff("operator").get(PAGE)
    assert answer.status_code == 200
    return str(answer.text)


def test_before_the_first_comparison_it_says_so(world: World) -> None:
    assert "Not compared yet." in shown(world, Forgetting(due=0, due_since=None, compared=None))


def test_stores_that_agree_are_said_to(world: World) -> None:
    assert "they agree" in shown(world, Forgetting(due=0, due_since=None, compared=AGREED))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("objects", "destroyed"),
        ("keys", "destroyed"),
        ("documents", "the object store has lost something"),
        ("unknown", "is this the right database?"),
    ],
)
def test_each_thing_that_was_found_is_told_of(world: World, what: str, words: str) -> None:
    found = replace(AGREED, **{what: 3})
    page = shown(world, Forgetting(due=2, due_since=AT, compared=found))
    assert "they did not agree" in page
    assert words in page
    assert "The longest since" in page


def test_more_than_are_counted_are_not_told_as_a_number(world: World) -> None:
    assert f"{MOST_DUE} or more" in shown(world, Forgetting(due=MOST_DUE, due_since=AT, compared=None))


@pytest.mark.parametrize("role", ["agent", "supervisor", "helpdesk", "administrator", "auditor"])
def test_operators_alone_look(world: World, role: str) -> None:
    assert world.staff(role).get(PAGE).status_code == 403
