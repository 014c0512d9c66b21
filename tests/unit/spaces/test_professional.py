"""Professional spaces: who makes them, how many, what the company is, how they end."""

from itertools import pairwise

import pytest

from services.contracts import professional as p
from services.contracts.errors import (
    InvalidField,
    NotAllowed,
    NotFound,
    SpaceLimitReached,
    StaleVersion,
)
from services.contracts.professional import FREE_SPACES
from services.contracts.space_access import OWNER
from services.spaces.domain.space import MOST_STEPS
from tests.unit.spaces.world import ANNE, LEA, TOM, World, person


def test_a_pro_certificate_brings_the_company_and_lets_several_in(world: World) -> None:
    card = world.opened(LEA)
    assert (card.company_id, card.company_name) == ("B123456", "Muster S.à r.l.")
    assert (card.role, card.takes_members) == ("administrator", True)
    assert "members:change" in card.may


def test_a_private_certificate_makes_a_space_for_one(world: World) -> None:
    card = world.opened(TOM, "Practice")
    assert (card.company_id, card.company_name, card.takes_members) == ("", "", False)
    assert "members:change" not in card.may


def test_a_company_that_a_private_certificate_claims_is_not_taken_over(world: World) -> None:
    card = world.opened(person("Tom Beispiel", 2, company_id="B1", company_name="Not his"), "Practice")
    assert (card.company_id, card.company_name) == ("", "")


def test_the_same_key_makes_one_space(world: World) -> None:
    assert world.opened(key="again") == world.opened(key="again")
    assert world.overview(LEA).opened == 1


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("x" * 101, "too_long"),
        ("a\x00b", "characters"),
        ("\u3164", "characters"),
    ],
)
def test_a_space_has_a_name_that_can_be_read(world: World, name: str, rule: str) -> None:
    with pytest.raises(InvalidField) as refused:
        world.opened(name=name)
    assert refused.value.details == {"field": "name", "rule": rule}
    assert world.overview(LEA).opened == 0


def test_ten_are_free_and_the_eleventh_is_refused(world: World) -> None:
    for number in range(FREE_SPACES):
        world.opened(name=f"Space {number}")
    with pytest.raises(SpaceLimitReached, match="10"):
        world.opened()
    assert (world.overview(LEA).opened, world.overview(LEA).limit) == (10, 10)


def test_ten_are_all_whatever_the_certificate(world: World) -> None:
    other_certificate = person("Léa Muster", 9, person_id=LEA.person_id)
    for number in range(FREE_SPACES):
        world.opened((LEA, other_certificate)[number % 2])
    with pytest.raises(SpaceLimitReached):
        world.opened(other_certificate)


def test_a_deleted_space_counts_until_its_grace_ends(world: World) -> None:
    cards = [world.opened() for _ in range(FREE_SPACES)]
    world.delete(cards[0].space_id)
    world.later(days=30, seconds=-1)
    with pytest.raises(SpaceLimitReached):
        world.opened()
    world.later(seconds=1)
    assert world.overview(LEA).opened == FREE_SPACES - 1
    assert world.opened().name == "Muster"


def test_spaces_of_others_do_not_count(world: World) -> None:
    space_id = world.opened(LEA).space_id
    world.joined(space_id, TOM)
    assert (world.overview(TOM).opened, len(world.overview(TOM).professional)) == (0, 1)


def test_who_left_the_space_that_he_made_has_made_it_all_the_same(world: World) -> None:
    space_id, _tom = world.shared()
    world.leave(space_id, LEA)
    assert (world.overview(LEA).opened, world.overview(LEA).professional) == (1, ())


def test_the_private_space_stands_with_the_others(world: World) -> None:
    assert world.overview(LEA).private is None
    world.open_own(LEA)
    card = world.overview(LEA).private
    assert card is not None
    assert (card.role, "members:see" in card.may) == (OWNER, False)


def test_a_trail_does_not_grow_without_end(world: World) -> None:
    space_id, names = world.opened(name="0").space_id, [str(number) for number in range(MOST_STEPS + 10)]
    for former, name in pairwise(names):
        world.mine.rename(p.RenameSpace(actor=LEA, space_id=space_id, former_name=former, name=name))
    steps = world.mine.steps(p.ListSteps(actor=LEA, space_id=space_id)).steps
    assert (len(steps), steps[0].about) == (MOST_STEPS, names[-1])


def test_a_space_is_renamed_by_who_read_its_name(world: World) -> None:
    space_id = world.opened().space_id
    rename = p.RenameSpace(actor=LEA, space_id=space_id, former_name="Muster", name="Muster & Co")
    assert world.mine.rename(rename).name == "Muster & Co"
    assert world.mine.rename(rename).name == "Muster & Co"
    late = p.RenameSpace(actor=LEA, space_id=space_id, former_name="Muster", name="Another")
    with pytest.raises(StaleVersion):
        world.mine.rename(late)


def test_a_deleted_space_can_be_restored_by_an_administrator_alone(world: World) -> None:
    space_id = world.opened().space_id
    world.joined(space_id, ANNE, "manager")
    card = world.delete(space_id)
    assert (card.state, card.gone_at) == ("deleted", world.clock.now().replace(month=12, day=23))
    assert world.overview(ANNE).professional == ()
    with pytest.raises(NotFound):
        world.mine.restore(p.RestoreSpace(actor=ANNE, space_id=space_id))
    assert world.mine.restore(p.RestoreSpace(actor=LEA, space_id=space_id)).state == "active"
    assert [one.role for one in world.overview(ANNE).professional] == ["manager"]


def test_deleting_twice_is_deleting_once(world: World) -> None:
    space_id = world.opened().space_id
    assert world.delete(space_id) == world.delete(space_id)
    assert [type(event).__name__ for event in world.spaces.told] == ["SpaceOpened", "SpaceDeleted"]


def test_nothing_is_left_of_a_space_after_its_grace(world: World) -> None:
    space_id = world.opened().space_id
    world.delete(space_id)
    world.later(days=30)
    with pytest.raises(NotFound):
        world.mine.restore(p.RestoreSpace(actor=LEA, space_id=space_id))
    for _replica in range(2):
        world.tending.sweep()
    assert world.spaces.spaces == {}
    assert [type(event).__name__ for event in world.spaces.told].count("SpaceGone") == 1


def test_the_trail_says_who_did_what(world: World) -> None:
    space_id, _tom = world.shared()
    world.change_role(space_id, LEA, TOM, "administrator", "reader")
    steps = world.mine.steps(p.ListSteps(actor=LEA, space_id=space_id)).steps
    assert [(step.what, step.actor_name, step.about, step.detail) for step in steps] == [
        ("role_changed", "Léa Muster", "Tom Beispiel", "reader"),
        ("accepted", "Tom Beispiel", "", "administrator"),
        ("invited", "Léa Muster", "Tom Beispiel", "administrator"),
        ("opened", "Léa Muster", "", ""),
    ]


def test_the_trail_is_kept_for_a_year(world: World) -> None:
    space_id = world.opened().space_id
    world.later(days=200)
    world.joined(space_id, TOM)
    world.later(days=165)
    world.tending.sweep()
    steps = world.mine.steps(p.ListSteps(actor=LEA, space_id=space_id)).steps
    assert [step.what for step in steps] == ["accepted", "invited"]


# --- more than ten ---


def full(world: World) -> None:
    for _ in range(FREE_SPACES):
        world.opened()


def asked(world: World) -> p.LimitRequest:
    world.limits.ask(p.AskForMoreSpaces(actor=LEA, reason="Eleven branches"))
    return world.limits.requests().requests[0]


def decision(request: p.LimitRequest, limit: int, staff_id: str = "s-1") -> p.DecideLimit:
    return p.DecideLimit(
        person_id=request.person_id,
        request_id=request.request_id,
        limit=limit,
        reason="Branches shown",
        staff_id=staff_id,
    )


def test_below_the_limit_nobody_asks_for_more(world: World) -> None:
    with pytest.raises(NotAllowed):
        asked(world)


def test_the_helpdesk_raises_the_limit_with_a_reason(world: World) -> None:
    full(world)
    request = asked(world)
    assert (request.name, request.opened, request.limit) == ("Léa Muster", 10, 10)
    assert world.overview(LEA).limit_request == "open"
    assert world.limits.decide(decision(request, 12)).requests == ()
    assert (world.overview(LEA).limit, world.overview(LEA).limit_request) == (12, "")
    assert world.opened().state == "active"


def test_a_refusal_is_told_and_one_may_ask_again(world: World) -> None:
    full(world)
    world.limits.decide(decision(asked(world), 0))
    assert (world.overview(LEA).limit, world.overview(LEA).limit_request) == (10, "refused")
    again = asked(world)
    assert [(step.what, step.actor, step.reason) for step in again.steps] == [
        ("asked", f"person:{LEA.person_id}", "Eleven branches"),
        ("refused", "staff:s-1", "Branches shown"),
        ("asked", f"person:{LEA.person_id}", "Eleven branches"),
    ]


def test_of_a_refusal_nothing_is_left_after_a_year(world: World) -> None:
    full(world)
    world.limits.decide(decision(asked(world), 0))
    world.later(days=364)
    world.limits.forget()
    assert world.overview(LEA).limit_request == "refused"
    world.later(days=1)
    world.limits.forget()
    assert world.wishes.limits == {}


def test_a_raised_limit_stays_without_its_steps(world: World) -> None:
    full(world)
    request = asked(world)
    world.limits.decide(decision(request, 12))
    world.later(days=365)
    world.limits.forget()
    (left,) = world.wishes.limits.values()
    assert (left.limit, left.steps) == (12, ())
    with pytest.raises(NotFound):
        world.limits.decide(decision(request, 12))


def test_asking_twice_is_asking_once(world: World) -> None:
    full(world)
    assert asked(world) == asked(world)
    assert len(world.limits.requests().requests) == 1


def test_the_same_decision_comes_twice_and_another_one_is_too_late(world: World) -> None:
    full(world)
    request = asked(world)
    world.limits.decide(decision(request, 12))
    world.limits.decide(decision(request, 12))
    assert len(world.wishes.told) == 1
    with pytest.raises(StaleVersion):
        world.limits.decide(decision(request, 20, "s-2"))
    assert world.overview(LEA).limit == 12


@pytest.mark.parametrize("limit", [-1, 1, 10, 101])
def test_a_limit_is_only_raised_and_not_without_end(world: World, limit: int) -> None:
    full(world)
    with pytest.raises(InvalidField, match="limit"):
        world.limits.decide(decision(asked(world), limit))


def test_a_decision_without_a_request_or_a_reason_is_refused(world: World) -> None:
    full(world)
    request = asked(world)
    no_reason = p.DecideLimit(
        person_id=LEA.person_id, request_id=request.request_id, limit=12, reason=" ", staff_id="s-1"
    )
    with pytest.raises(InvalidField, match="reason"):
        world.limits.decide(no_reason)
    other = p.DecideLimit(person_id=TOM.person_id, request_id="r-0", limit=12, reason="None", staff_id="s-1")
    with pytest.raises(NotFound):
        world.limits.decide(other)


@pytest.mark.parametrize(("limit", "raised"), [(12, True), (0, False)])
def test_the_answer_is_told_with_the_means_by_which_was_asked_and_without_its_reason(
    world: World, limit: int, raised: bool
) -> None:
    full(world)
    world.limits.decide(decision(asked(world), limit))
    told = world.wishes.told[-1]
    assert isinstance(told, p.SpaceLimitDecided)
    assert (told.limit, told.raised, told.credential_id) == (limit or 10, raised, LEA.credential_id)
    assert "branches" not in str(told)
