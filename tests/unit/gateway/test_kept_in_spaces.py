"""What is kept is listed, discarded and shared in the space where it lies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.gateway import journey
from tests.unit.gateway.kept import (
    ELEVEN,
    HERE,
    KEPT,
    as_far_as_review,
    as_far_as_time,
    drafts,
    only,
    resumed,
    tell_booked,
    with_space,
)
from tests.unit.gateway.kept import desktop as desktop  # a fixture
from tests.unit.gateway.kept import phone as phone  # a fixture
from tests.unit.gateway.people import created, joined, logged_in
from tests.unit.gateway.people import spaces as spaces  # a fixture

# --- in the space ------------------------------------------------------------------------


def test_an_empty_space_says_what_it_is_for(desktop: Any) -> None:
    page = desktop.get(HERE).text
    assert "There is nothing here yet" in page
    assert 'action="/spaces/private/book"' in page


def test_appointments_drafts_and_what_is_over_stand_in_one_list(world: Any, desktop: Any) -> None:
    as_far_as_review(desktop)
    desktop.post("/book/review")
    desktop.post("/spaces/private/book")
    as_far_as_time(desktop)
    page = desktop.get(HERE).text
    assert page.count("/resume") == 1
    assert "/space/appointments/appointment-1/move" in page
    assert "Earlier ones" not in page
    tell_booked(world)
    assert desktop.get(HERE).text.count("/resume") == 1
    world.clock.set(world.clock.now() + timedelta(days=2))
    journey.log_in(desktop, "resident")
    page = desktop.get(HERE).text
    assert "/space/appointments/appointment-1/move" not in page
    assert "Earlier ones" in page
    world.booking.booked.clear()
    assert "Monday, 23 November 2026, 11:00" in desktop.get(HERE).text


def test_discarding_is_asked_first_and_done_once(world: Any, desktop: Any) -> None:
    as_far_as_time(desktop)
    path = f"{HERE}/{only(world).procedure_id}"
    assert "Discard this draft?" in desktop.get(f"{path}/discard").text
    assert only(world).is_draft
    for _twice in range(2):
        assert desktop.post(f"{path}/discard").location == HERE
    assert "The draft is discarded" in desktop.get(HERE).text
    assert only(world).content.text == ""
    assert desktop.get(f"{path}/discard").location == HERE
    assert desktop.get(path).status_code == 404


def test_what_is_booked_can_be_neither_resumed_nor_discarded(world: Any, desktop: Any, phone: Any) -> None:
    as_far_as_review(desktop)
    desktop.post("/book/review")
    tell_booked(world)
    path = f"{HERE}/{only(world).procedure_id}"
    assert phone.post(f"{path}/resume").location == path
    phone.post(f"{path}/discard")
    assert "no longer open" in phone.get(HERE).text
    assert only(world).state == "submitted"
    assert "Your appointment" in phone.get(path).text


@pytest.mark.parametrize("which", ["x", "procedure-that-is-not-there", "..%2f..", "x" * 300])
@pytest.mark.parametrize("act", ["", "/resume", "/discard"])
def test_a_draft_that_does_not_exist_is_not_found(desktop: Any, which: str, act: str) -> None:
    ask = desktop.get if not act else desktop.post
    assert ask(f"{HERE}/{which}{act}").status_code == 404


def test_anothers_draft_is_not_found(world: Any, desktop: Any) -> None:
    as_far_as_time(desktop)
    other = with_space(world, "tom")
    path = f"{HERE}/{only(world).procedure_id}"
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/resume").status_code == 404
    assert other.post(f"{path}/discard").status_code == 404
    assert only(world).is_draft


def test_drafts_are_for_those_who_are_logged_in(browser: Any) -> None:
    assert "/login" in browser.get(HERE).location
    assert "/login" in browser.post("/spaces/private/book").location


# --- in the space of a company -----------------------------------------------------------


@pytest.fixture
def company(world: Any, spaces: Any) -> tuple[Any, str, Any, Any]:
    """Léa with her space's address, Tom as editor, Anne as reader."""
    lea = logged_in(world, "lea")
    address = created(lea)
    return lea, address, joined(world, lea, address), joined(world, lea, address, "anne", role="reader")


def test_members_share_a_draft_of_the_company_each_in_his_role(world: Any, company: Any) -> None:
    lea, address, tom, anne = company
    assert lea.post(f"{address}/book").location == "/book/welcome"
    as_far_as_review(lea)
    assert "Kept in the space of Muster" in lea.get("/book/review").text
    path = f"{address}/procedures"
    page = anne.get(path).text
    assert "by Léa Muster" in page
    assert "/resume" not in page
    assert f'action="{address}/book"' not in page
    one = f"{path}/{only(world).procedure_id}"
    assert anne.post(f"{one}/resume").status_code == 403
    assert anne.post(f"{one}/discard").status_code == 403
    assert anne.post(f"{address}/book").status_code == 403
    assert "/resume" in tom.get(path).text


def test_who_goes_on_with_a_colleagues_draft_consents_and_says_who_he_is_himself(
    world: Any, company: Any
) -> None:
    lea, address, tom, _anne = company
    lea.post(f"{address}/book")
    as_far_as_time(lea)
    journey.choose_time(lea)
    lea.post("/book/person", {**journey.PERSON, "for_whom": "another", "city": "Echternach"})
    lea.post("/book/insured", journey.INSURED)
    answer = resumed(tom, world, address.rsplit("/", 1)[1])
    assert answer.location == "/book/welcome"
    tom.post("/book/welcome", {"consent": "yes"})
    journey.choose_time(tom, ELEVEN)
    page = tom.get("/book/person").text
    assert "Echternach" not in page
    assert journey.NATIONAL_NUMBER not in page
    tom.post("/book/person", {**journey.PERSON, "for_whom": "another"})
    assert f'value="{journey.NATIONAL_NUMBER}"' in tom.get("/book/insured").text
    tom.post("/book/review")
    (booked,) = world.booking.booked.values()
    assert booked.procedure_id == only(world).procedure_id
    assert booked.space_id == address.rsplit("/", 1)[1]
    answer = lea.post("/book/review")
    assert answer.location == f"{address}/procedures/{only(world).procedure_id}"
    assert len(world.booking.booked) == 1


def test_a_draft_of_the_company_goes_on_for_oneself_as_another_one(world: Any, company: Any) -> None:
    lea, address, _tom, _anne = company
    lea.post("/space/open")
    lea.post(f"{address}/book")
    as_far_as_time(lea)
    lea.post("/book/for-myself")
    journey.choose_time(lea)
    assert len({one.space_id for one in drafts(world)}) == 2
    assert KEPT in lea.get("/book/person").text


def test_who_is_no_member_any_more_is_told_and_nothing_is_kept_for_him(world: Any, company: Any) -> None:
    lea, address, tom, _anne = company
    tom.post(f"{address}/book")
    as_far_as_time(tom)
    before = only(world)
    tom.post(f"{address}/leave")
    journey.choose_time(tom)
    assert "Kept in" not in tom.get("/book/person").text
    assert only(world) == before
    assert "by Tom Beispiel" in lea.get(f"{address}/procedures").text
