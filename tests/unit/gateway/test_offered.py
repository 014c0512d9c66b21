"""Words for codes: asked for rarely, kept while booking is away, a code where there is nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from gateway import words
from gateway.offered import AGAIN, KEPT, Offered
from services.contracts.errors import ServiceUnavailable
from services.contracts.subjects import Kind, ListSubjects, Subject

PENSIONS = Subject(
    code="pensions",
    by_video=True,
    topics=(),
    kinds=(),
    names={"de": "Rente", "en": "Pensions"},
    topic_names={"former": {"de": "Früheres"}},
)


class Booking:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.subjects: tuple[Subject, ...] = (PENSIONS,)
        self.asked = 0
        self.away = False
        self.time = 100.0
        self.offered = Offered(lambda: self.time)

    def ask(self) -> tuple[Subject, ...]:
        self.asked += 1
        if self.away:
            raise ServiceUnavailable("booking")
        return self.subjects

    def subject(self, code: str = "pensions") -> Subject | None:
        return self.offered.subject(code, self.ask)


@pytest.fixture
def booking() -> Booking:
    return Booking()


def test_a_page_full_of_names_asks_once(booking: Booking) -> None:
    assert [booking.subject() for _row in range(40)] == [PENSIONS] * 40
    assert booking.asked == 1


def test_a_new_name_is_seen_after_some_seconds(booking: Booking) -> None:
    booking.subject()
    booking.subjects = ()
    booking.time += KEPT - 0.1
    assert booking.subject() == PENSIONS
    booking.time += 0.1
    assert booking.subject() is None


def test_a_code_that_is_not_known_is_asked_for_sooner_but_not_each_time(booking: Booking) -> None:
    booking.subjects = ()
    assert [booking.subject() for _row in range(40)] == [None] * 40
    assert booking.asked == 1
    booking.subjects = (PENSIONS,)
    booking.time += AGAIN
    assert booking.subject() == PENSIONS


def test_while_booking_is_away_what_it_said_last_stands(booking: Booking) -> None:
    booking.subject()
    booking.away = True
    booking.time += KEPT
    assert [booking.subject() for _row in range(40)] == [PENSIONS] * 40
    assert booking.asked == 2


def test_whoever_is_away_from_the_beginning_is_not_asked_for_each_row(booking: Booking) -> None:
    booking.away = True
    assert [booking.subject() for _row in range(40)] == [None] * 40
    assert booking.asked == 1


def test_one_asks_and_the_others_go_on_with_what_is_known(booking: Booking) -> None:
    booking.subject()
    booking.time += KEPT
    seen: list[Any] = []

    def slow() -> tuple[Subject, ...]:
        seen.append(booking.subject())
        return ()

    assert booking.offered.subject("pensions", slow) is None
    assert seen == [PENSIONS]
    assert booking.asked == 1


def test_what_was_just_listed_is_not_asked_for_again(booking: Booking) -> None:
    booking.offered.learn((PENSIONS,))
    assert booking.subject() == PENSIONS
    assert booking.asked == 0


@pytest.fixture
def reading(world: Any) -> Any:
    world.booking.list_subjects = lambda _request: type("Reply", (), {"subjects": (PENSIONS,)})()
    return world


@pytest.mark.parametrize(
    ("language", "subject", "former"), [("de", "Rente", "Früheres"), ("en", "Pensions", "former")]
)
def test_words_are_in_the_readers_language(reading: Any, language: str, subject: str, former: str) -> None:
    with reading.app.test_request_context(f"/?lang={language}"):
        assert words.subject("pensions") == subject
        assert words.topic("pensions", "former") == former
        assert words.topic("pensions", "never") == "never"
        assert words.topic("nothing", "never") == "never"
    assert reading.bus.times(ListSubjects) >= 1


def test_a_code_stands_for_itself_while_booking_is_away(reading: Any) -> None:
    reading.bus.fault = ServiceUnavailable("booking")
    with reading.app.test_request_context("/?lang=de"):
        assert (words.subject("pensions"), words.topic("pensions", "old-age")) == ("pensions", "old-age")


def test_a_kind_is_called_by_its_name_and_its_length(reading: Any) -> None:
    kind = Kind(code="long", channel="video", minutes=40, languages=(), names={"en": "Long talk"})
    with reading.app.test_request_context("/?lang=en"):
        assert words.kind(kind) == "Long talk, 40 minutes"
