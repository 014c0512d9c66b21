"""What every store of wishes must promise; runs over the fake and over the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.booking.domain.earlier import (
    OfferRules,
    Wish,
    asked_again,
    passed_on,
    with_offer,
)
from services.booking.earlier.ports import Queue, Wishes
from services.booking.earlier.views import offered_event
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, claim

TOMORROW = FIRST_SLOT + timedelta(days=1)
RULES = OfferRules()


def wish(**changes: Any) -> Wish:
    asked = Wish(appointment_id="appointment-1", kind="video", language="fr", asked_at=EIGHT, before=TOMORROW)
    return replace(asked, **changes)


def offered(asked: Wish) -> Wish:
    return with_offer(asked, claim(appointment_id="offer-1", offered_to=asked.appointment_id))


class WishesSuite:
    """Subclasses give a fixture `wishes`."""

    def test_what_is_stored_is_what_is_read(self, wishes: Wishes) -> None:
        asked = wish(not_before=EIGHT, passed=(FIRST_SLOT, TOMORROW))
        assert wishes.add(asked)
        assert wishes.find("appointment-1") == asked
        after = offered(asked)
        assert wishes.change(asked, after, offered_event(after, EIGHT))
        assert wishes.find("appointment-1") == after
        assert wishes.find("appointment-2") is None

    def test_an_appointment_has_one_wish(self, wishes: Wishes) -> None:
        assert wishes.add(wish())
        assert not wishes.add(wish(asked_at=TOMORROW))
        assert wishes.find("appointment-1") == wish()

    def test_of_two_changes_to_what_was_read_one_wins(self, wishes: Wishes) -> None:
        wishes.add(wish())
        assert wishes.change(wish(), offered(wish()))
        assert not wishes.change(wish(), asked_again(wish(), TOMORROW, EIGHT))
        assert not wishes.remove(wish())
        assert wishes.remove(offered(wish()))
        assert not wishes.remove(offered(wish()))
        assert wishes.find("appointment-1") is None

    def test_a_wish_that_was_taken_back_and_made_again_is_another(self, wishes: Wishes) -> None:
        wishes.add(wish())
        wishes.remove(wish())
        wishes.add(wish(asked_at=EIGHT + timedelta(minutes=1)))
        assert not wishes.change(wish(), offered(wish()))
        assert not wishes.remove(wish())

    def test_who_asked_first_stands_first(self, wishes: Wishes) -> None:
        later = wish(appointment_id="a", asked_at=EIGHT + timedelta(seconds=1))
        same = wish(appointment_id="b")
        for one in (later, wish(appointment_id="c"), same):
            wishes.add(one)
        assert [one.appointment_id for one in wishes.waiting()] == ["b", "c", "a"]

    def test_who_has_an_offer_or_had_all_of_them_does_not_wait(self, wishes: Wishes) -> None:
        ended = wish(appointment_id="ended", offers_made=3)
        for one in (wish(), ended):
            wishes.add(one)
        wishes.change(wish(), offered(wish()))
        wishes.change(ended, passed_on(ended, RULES))
        assert list(wishes.waiting()) == []
        assert wishes.queues() == []
        assert wishes.offered() == [offered(wish())]

    def test_a_queue_is_known_by_its_latest_appointment(self, wishes: Wishes) -> None:
        wishes.add(wish())
        wishes.add(wish(appointment_id="b", before=TOMORROW + timedelta(days=1)))
        wishes.add(wish(appointment_id="c", language="de"))
        assert sorted(wishes.queues()) == [
            Queue("video", "de", TOMORROW),
            Queue("video", "fr", TOMORROW + timedelta(days=1)),
        ]

    def test_whose_appointment_has_begun_is_found(self, wishes: Wishes) -> None:
        wishes.add(wish())
        assert wishes.begun(TOMORROW - timedelta(seconds=1)) == []
        assert wishes.begun(TOMORROW) == [wish()]

    def test_each_citizen_counts_once_who_let_a_time_pass(self, wishes: Wishes) -> None:
        for who in ("a", "b", "a"):
            wishes.note_passed("agent-a|x", who, TOMORROW)
        assert wishes.passed_by(["agent-a|x", "agent-a|y"]) == {"agent-a|x": 2}
