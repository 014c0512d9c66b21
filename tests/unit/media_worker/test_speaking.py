from itertools import pairwise

import pytest

from services.media.worker.speaking import (
    AUDIBLE,
    CHANGE_SECONDS,
    MARGIN,
    PAUSE_SECONDS,
    STEADY_SECONDS,
    Speaker,
)

LOUD, QUIET = 105.0, 60.0
STEP = 0.25


class Talk:
    """Four looks a second at who is how loud."""

    def __init__(self) -> None:
        self.speaker, self.now = Speaker(), 100.0
        self.changes: list[tuple[float, str]] = []

    def goes_on(self, seconds: float, **loudness: float) -> str:
        everybody = {"a": QUIET, "b": QUIET, "c": QUIET, **loudness}
        end = self.now + seconds
        while self.now < end:
            self.now += STEP
            if self.speaker.heard(everybody, self.now):
                self.changes.append((self.now, self.speaker.current))
        return self.speaker.current


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_who_speaks_for_a_moment_is_the_speaker(talk: Talk) -> None:
    assert talk.goes_on(STEADY_SECONDS + 2 * STEP, a=LOUD) == "a"


def test_a_cough_does_not_make_a_speaker(talk: Talk) -> None:
    talk.goes_on(3, a=LOUD)
    assert talk.goes_on(STEP, a=LOUD, b=127.0) == "a"
    assert talk.goes_on(3, a=LOUD) == "a"
    assert [who for _, who in talk.changes] == ["a"]


def test_who_is_hardly_louder_than_the_speaker_does_not_take_over(talk: Talk) -> None:
    talk.goes_on(3, a=LOUD)
    assert talk.goes_on(10, a=LOUD, b=LOUD + MARGIN - 1) == "a"
    assert talk.goes_on(3, a=LOUD, b=LOUD + MARGIN + 1) == "b"


def test_the_next_one_to_speak_takes_over(talk: Talk) -> None:
    talk.goes_on(3, a=LOUD)
    assert talk.goes_on(3, b=LOUD) == "b"


def test_a_breath_is_no_end_and_a_pause_is(talk: Talk) -> None:
    talk.goes_on(3, a=LOUD)
    assert talk.goes_on(PAUSE_SECONDS / 2) == "a"
    talk.goes_on(1, a=LOUD)
    assert talk.goes_on(PAUSE_SECONDS + 2) == ""


def test_what_is_not_audible_is_nobody_speaking(talk: Talk) -> None:
    assert talk.goes_on(10, a=AUDIBLE - 1) == ""
    assert talk.changes == []


def test_two_who_shout_in_turn_change_the_speaker_once_a_second_at_most(talk: Talk) -> None:
    for _ in range(20):
        talk.goes_on(STEP, a=LOUD, b=QUIET)
        talk.goes_on(STEP, a=QUIET, b=LOUD + 2 * MARGIN)
    times = [at for at, _ in talk.changes]
    assert all(later - earlier >= CHANGE_SECONDS for earlier, later in pairwise(times))


def test_who_has_left_speaks_no_more(talk: Talk) -> None:
    talk.goes_on(3, a=LOUD)
    for _ in range(12):
        talk.now += STEP
        talk.speaker.heard({"b": QUIET, "c": QUIET}, talk.now)
    assert talk.speaker.current == ""
