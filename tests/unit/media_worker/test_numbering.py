from hypothesis import given
from hypothesis import strategies as st

from services.media.worker.numbering import Numbering

SEQUENCE, TIMESTAMP = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)


def test_the_first_packet_takes_the_slot_s_first_numbers() -> None:
    numbering = Numbering(90_000, sequence=500, timestamp=7)
    numbering.switch(60_000, 1_000_000, now=0)
    assert (numbering.sequence(60_000), numbering.timestamp(1_000_000)) == (500, 7)


@given(SEQUENCE, TIMESTAMP, SEQUENCE, TIMESTAMP)
def test_another_publisher_goes_on_where_the_last_one_stopped(
    first: int, first_time: int, second: int, second_time: int
) -> None:
    numbering = Numbering(90_000, sequence=65_535, timestamp=0xFFFFFFFF)
    numbering.switch(first, first_time, now=10.0)
    numbering.forwarded(numbering.sequence(first), numbering.timestamp(first_time), now=10.0)
    numbering.switch(second, second_time, now=12.0)
    assert numbering.sequence(second) == 0
    assert numbering.timestamp(second_time) == (0xFFFFFFFF + 2 * 90_000) & 0xFFFFFFFF


@given(SEQUENCE, SEQUENCE)
def test_a_number_leads_back_to_the_publisher_s(first: int, other: int) -> None:
    numbering = Numbering(90_000, sequence=4, timestamp=0)
    numbering.switch(first, 0, now=0)
    assert numbering.published(numbering.sequence(other)) == other


def test_a_late_packet_does_not_turn_the_counter_back() -> None:
    numbering = Numbering(48_000, sequence=0, timestamp=0)
    numbering.switch(10, 100, now=0)
    for late_last in (12, 11):
        numbering.forwarded(numbering.sequence(late_last), numbering.timestamp(100 + late_last), now=1.0)
    numbering.switch(7, 0, now=1.0)
    assert numbering.sequence(7) == 3
