"""A room for a device check: it ends by itself, and is no call."""

from __future__ import annotations

import pytest

from services.contracts.errors import StaleVersion
from services.media.worker import rooms
from tests.unit.media_worker.house import House, Within, offer_of


def test_a_room_that_lasts_so_long_is_closed_then_whoever_is_in_it(within: Within) -> None:
    async def play(house: House) -> None:
        _line(house, lasts=30)
        house.now += 29.9
        _heard(house)
        house.rooms.tick()
        assert house.rooms.participants == 2
        house.now += 0.1
        house.rooms.tick()
        assert house.rooms.rooms == {}
        told = [("disconnected", "sending", "closed"), ("disconnected", "receiving", "closed")]
        assert house.listener.told == told

    within(play)


def test_a_later_connection_does_not_lengthen_it(within: Within) -> None:
    async def play(house: House) -> None:
        _line(house, lasts=30)
        house.now += 20
        house.rooms.connect("r", "receiving", 1, offer_of("other"), lasts=30)
        house.now += 10
        house.rooms.tick()
        assert house.rooms.rooms == {}

    within(play)


def test_it_is_no_call_and_one_without_an_end_is(within: Within) -> None:
    async def play(house: House) -> None:
        _line(house, lasts=30)
        assert (house.rooms.calls, house.rooms.participants) == (0, 2)
        _line(house, lasts=0, room="call")
        assert (house.rooms.calls, house.rooms.participants) == (1, 4)

    within(play)


def test_many_checks_do_not_make_the_node_forget_where_a_call_stands(
    within: Within,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rooms, "_EPOCHS_REMEMBERED", 2)

    async def play(house: House) -> None:
        house.rooms.connect("call", "citizen", 7, offer_of("citizen"))
        for number in range(3):
            house.rooms.connect(f"check-{number}", "sending", 1, offer_of("sending"), lasts=30)
        with pytest.raises(StaleVersion):
            house.rooms.connect("call", "citizen", 6, offer_of("late"))

    within(play)


def _line(house: House, *, lasts: float, room: str = "r") -> None:
    """Both connections are up."""
    for side in ("sending", "receiving"):
        house.rooms.connect(room, side, 1, offer_of(side), lasts=lasts)
        house.secure(side, room)


def _heard(house: House) -> None:
    for seat in house.rooms.rooms["r"].seats.values():
        seat.participant.heard_at = house.now
