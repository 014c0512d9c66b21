"""What a start leaves behind, and the garbage collector."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from services.chassis.collector import spare_what_is_there


class Ring:
    """Refers to itself: only the collector can find that nobody else does."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_lives_after_the_start_is_not_looked_through_again() -> None:
    kept = Ring()
    spare_what_is_there()
    assert gc.get_freeze_count() > 1000
    assert not any(found is kept for found in gc.get_objects())


def test_garbage_of_the_start_goes_first() -> None:
    gone = weakref.ref(Ring())
    spare_what_is_there()
    assert gone() is None


def test_garbage_of_later_is_collected_as_ever() -> None:
    spare_what_is_there()
    gone = weakref.ref(Ring())
    gc.collect()
    assert gone() is None
